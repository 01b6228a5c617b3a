/** The adapters: a made tree of files, sample outputs, and a fake `nvidia-smi` on the PATH. */
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { runCommand } from './command.ts';
import { hwmon } from './hwmon.ts';
import { nvidiaSmi, parseNvidiaSmi } from './nvidia-smi.ts';

const PATH = process.env['PATH'];

async function folder(context: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'vortexflow-sensors-'));
  context.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

describe('parseNvidiaSmi', () => {
  const reading = (device: string, temperature: number | null, utilisation: number | null) => {
    return { device, kind: 'gpu', temperature, utilisation };
  };

  test('reads one card', () => {
    assert.deepEqual(parseNvidiaSmi('0, NVIDIA H100 80GB HBM3, 34, 7\n'), [
      reading('nvidia 0 (NVIDIA H100 80GB HBM3)', 34, 0.07),
    ]);
  });

  test('reads several, whatever their names and line ends', () => {
    assert.deepEqual(parseNvidiaSmi('0, Tesla T4, 71, 100\r\n1, Card, with comma, 30, 0\r\n'), [
      reading('nvidia 0 (Tesla T4)', 71, 1),
      reading('nvidia 1 (Card, with comma)', 30, 0),
    ]);
  });

  test('takes what is no number for unknown', () => {
    const lines = [
      '0, GPU, [N/A], [N/A]',
      '1, GPU, [Not Supported], 5',
      '2, GPU, 50, [Unknown Error]',
      '3, GPU, ERR!, ',
    ];
    assert.deepEqual(parseNvidiaSmi(lines.join('\n')), [
      reading('nvidia 0 (GPU)', null, null),
      reading('nvidia 1 (GPU)', null, 0.05),
      reading('nvidia 2 (GPU)', 50, null),
      reading('nvidia 3 (GPU)', null, null),
    ]);
  });

  test('leaves messages out', () => {
    for (const text of [
      '',
      '\n',
      'No devices were found',
      'Failed to initialize NVML: Driver/library version mismatch',
    ])
      assert.deepEqual(parseNvidiaSmi(text), [], text);
  });
});

describe('nvidiaSmi', () => {
  const withScript = async (context: TestContext, script: string | null) => {
    const bin = await folder(context);
    if (script !== null) {
      await writeFile(join(bin, 'nvidia-smi'), `#!/bin/sh\n${script}\n`);
      await chmod(join(bin, 'nvidia-smi'), 0o755);
    }
    process.env['PATH'] = bin;
    context.after(() => void (process.env['PATH'] = PATH));
    return nvidiaSmi(runCommand)();
  };

  test('asks the program on the PATH for what it parses', async (context) => {
    const script = '[ "$#" = 2 ] && [ "$2" = "--format=csv,noheader,nounits" ] && echo "0, $1, 41, 3"';
    assert.deepEqual(await withScript(context, script), [
      {
        device: 'nvidia 0 (--query-gpu=index,name,temperature.gpu,utilization.gpu)',
        kind: 'gpu',
        temperature: 41,
        utilisation: 0.03,
      },
    ]);
  });

  test('has no readings where there is no program, or it fails', async (context) => {
    assert.deepEqual(await withScript(context, null), []);
    assert.deepEqual(await withScript(context, 'echo "0, GPU, 50, 5"; exit 9'), []);
  });

  test('a program that hangs is killed', async (context) => {
    const bin = await folder(context);
    await writeFile(join(bin, 'slow'), '#!/bin/sh\nexec sleep 60\n');
    await chmod(join(bin, 'slow'), 0o755);
    await assert.rejects(runCommand(join(bin, 'slow'), [], 50), { signal: 'SIGKILL' });
  });
});

describe('hwmon', () => {
  const tree = async (context: TestContext, files: Readonly<Record<string, string>>): Promise<string> => {
    const root = await folder(context);
    for (const [file, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, file)), { recursive: true });
      await writeFile(join(root, file), text);
    }
    return root;
  };

  test('reads graphics cards and processors, and nothing else', async (context) => {
    const root = await tree(context, {
      'hwmon0/name': 'nvme\n',
      'hwmon0/temp1_input': '40850\n',
      'hwmon1/name': 'k10temp\n',
      'hwmon1/temp1_input': '65125\n',
      'hwmon1/temp3_input': '71000\n',
      'hwmon2/name': 'amdgpu\n',
      'hwmon2/temp1_input': '83000\n',
      'hwmon2/temp2_input': '96000\n',
      'hwmon2/device/gpu_busy_percent': '42\n',
      'hwmon3/name': 'nouveau\n',
      'hwmon3/temp1_input': '51000\n',
    });
    assert.deepEqual(await hwmon(root)(), [
      { device: 'hwmon1 (k10temp)', kind: 'cpu', temperature: 65.125, utilisation: null },
      { device: 'hwmon2 (amdgpu)', kind: 'gpu', temperature: 83, utilisation: 0.42 },
      { device: 'hwmon3 (nouveau)', kind: 'gpu', temperature: 51, utilisation: null },
    ]);
  });

  test('takes the hottest sensor where the first is missing or asleep', async (context) => {
    const root = await tree(context, {
      'hwmon0/name': 'coretemp',
      'hwmon0/temp2_input': '55000',
      'hwmon0/temp3_input': '61000',
      'hwmon1/name': 'coretemp',
      'hwmon1/temp1_input': '',
      'hwmon1/temp2_input': '44000',
    });
    const readings = await hwmon(root)();
    assert.deepEqual(
      readings.map(({ temperature }) => temperature),
      [61, 44],
    );
  });

  test('follows links, as the kernel makes them, and leaves chips without any figure out', async (context) => {
    const devices = await tree(context, { 'a/name': 'i915', 'a/temp1_input': '39000', 'b/name': 'i915', 'c/x': '' });
    const root = await folder(context);
    for (const [place, chip] of ['a', 'b', 'c', 'missing'].entries())
      await symlink(join(devices, chip), join(root, `hwmon${place}`));
    const readings = await hwmon(root)();
    assert.deepEqual(
      readings.map(({ device, temperature }) => [device, temperature]),
      [['hwmon0 (i915)', 39]],
    );
  });

  test('has no readings where there is no such folder', async () => {
    assert.deepEqual(await hwmon('/nowhere/at/all')(), []);
  });
});
