import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { mayHaveGraphicsCard } from './graphics-card.ts';

it('sees render nodes and NVIDIA devices, and nothing in an empty folder', async () => {
  const devices = await mkdtemp(join(tmpdir(), 'vortexflow-devices-'));
  try {
    assert.equal(mayHaveGraphicsCard(devices, 'linux'), false);
    assert.equal(mayHaveGraphicsCard(join(devices, 'missing'), 'linux'), false);
    assert.equal(mayHaveGraphicsCard(devices, 'win32'), true);
    await mkdir(join(devices, 'dri'));
    await writeFile(join(devices, 'dri', 'card0'), '');
    await writeFile(join(devices, 'nvidiactl'), '');
    assert.equal(mayHaveGraphicsCard(devices, 'linux'), false);
    await writeFile(join(devices, 'nvidia0'), '');
    assert.equal(mayHaveGraphicsCard(devices, 'linux'), true);
    await rm(join(devices, 'nvidia0'));
    await writeFile(join(devices, 'dri', 'renderD128'), '');
    assert.equal(mayHaveGraphicsCard(devices, 'linux'), true);
  } finally {
    await rm(devices, { recursive: true });
  }
});
