/**
 * Everything that is known to go wrong with files of settings while a server watches them: real files, a clock that stands
 * still. What is valid comes into force once it rests; whatever is not leaves the last good version in force, and tells.
 */
import assert from 'node:assert/strict';
import { appendFile, chmod, chown, mkdir, open, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { MAX_CONFIG_BYTES } from './file.ts';
import { asOwner, openTestConfiguration, type TestConfiguration } from './test-configuration.ts';

const timeoutOf = ({ configuration }: TestConfiguration): number => configuration.live.current.values.timeoutMs;

/** The user that systems have for what nobody is to own; to root all files can be read. */
const NOBODY = 65_534;

/** Runs as a user who is not root, who gets the given files for good. */
async function asNobody(files: readonly string[], run: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return run();
  for (const file of files) await chown(file, NOBODY, NOBODY);
  process.seteuid?.(NOBODY);
  try {
    await run();
  } finally {
    process.seteuid?.(0);
  }
}

async function refuses(context: TestContext, text: string | Uint8Array, problem: RegExp): Promise<void> {
  const test = await openTestConfiguration(context);
  const before = test.configuration.live.current;
  await test.write(text);
  await test.pass();
  assert.equal(test.configuration.live.current, before, 'the very same snapshot holds');
  assert.deepEqual(test.outcomes, ['refused']);
  assert.match(test.configuration.status().problem ?? '', problem);
  assert.match(test.notices.join('\n'), /version 1 stays/);
  assert.equal((await test.configuration.show()).version, 1);
  // And it is not the end: the next good file is taken.
  await test.write('timeout_ms: 2000\n');
  await test.pass();
  assert.equal(timeoutOf(test), 2000);
  assert.equal(test.configuration.status().problem, null);
}

describe('a good file comes into force', () => {
  it('when it is written in place', async (context) => {
    const test = await openTestConfiguration(context);
    await test.write('timeout_ms: 2000\n');
    await test.pass();
    assert.equal(timeoutOf(test), 2000);
    assert.deepEqual(test.outcomes, ['applied']);
  });

  it('when another one is renamed into its place, as editors do', async (context) => {
    const test = await openTestConfiguration(context);
    await writeFile(`${test.file}.new`, 'timeout_ms: 2000\n');
    await rename(`${test.file}.new`, test.file);
    await test.pass();
    assert.equal(timeoutOf(test), 2000);
  });

  it('when the one that is renamed into its place is older, and as long', async (context) => {
    const test = await openTestConfiguration(context);
    await writeFile(`${test.file}.new`, 'timeout_ms: 2000\n');
    await utimes(`${test.file}.new`, 1, 1);
    await rename(`${test.file}.new`, test.file);
    await test.pass();
    assert.equal(timeoutOf(test), 2000);
  });

  it('when it is written in place with its old time, as some copying programs do', async (context) => {
    const test = await openTestConfiguration(context);
    await utimes(test.file, 1, 1);
    await test.pass();
    await test.write('timeout_ms: 2000\n');
    await utimes(test.file, 1, 1);
    await test.pass();
    assert.equal(timeoutOf(test), 2000);
  });

  it('when the link of a Kubernetes ConfigMap is swapped', async (context) => {
    const outer = await openTestConfiguration(context);
    const mount = join(outer.folder, 'mount');
    const publish = async (name: string, text: string): Promise<void> => {
      await mkdir(join(mount, name), { recursive: true });
      await writeFile(join(mount, name, 'settings.yaml'), text);
      await symlink(name, join(mount, '..data.new'));
      await rename(join(mount, '..data.new'), join(mount, '..data'));
    };
    await publish('..2026_1', 'timeout_ms: 1000\n');
    await symlink(join('..data', 'settings.yaml'), join(mount, 'settings.yaml'));
    const test = await openTestConfiguration(context, {
      environment: { VORTEXFLOW_CONFIG: join(mount, 'settings.yaml') },
    });
    assert.equal(timeoutOf(test), 1000);
    for (const [i, ms] of [2000, 3000].entries()) {
      await publish(`..2026_${i + 2}`, `timeout_ms: ${ms}\n`);
      await rm(join(mount, `..2026_${i + 1}`), { recursive: true });
      await test.pass();
      assert.equal(timeoutOf(test), ms);
    }
  });

  it('when it is deleted and written anew', async (context) => {
    const test = await openTestConfiguration(context);
    await rm(test.file);
    await test.pass(150);
    await test.write('timeout_ms: 2000\n');
    await test.pass();
    assert.equal(timeoutOf(test), 2000);
    assert.deepEqual(test.outcomes, ['applied']);
  });

  it('when there was none at the start', async (context) => {
    const test = await openTestConfiguration(context, { yaml: null });
    assert.equal(timeoutOf(test), 5000);
    await test.write('timeout_ms: 2000\n');
    await test.pass();
    assert.equal(timeoutOf(test), 2000);
    assert.equal(test.configuration.live.current.sources.timeoutMs, 'file');
  });

  it('once, after 200 edits in a row, and it is the last one', async (context) => {
    const test = await openTestConfiguration(context);
    for (let i = 1; i <= 200; i++) {
      await test.write(`timeout_ms: ${1000 + i}\n`);
      await test.pass(20);
    }
    assert.deepEqual(test.outcomes, []);
    await test.pass();
    assert.equal(timeoutOf(test), 1200);
    assert.deepEqual(test.outcomes, ['applied']);
  });

  it('whole, when it is written in 20 pieces', async (context) => {
    const test = await openTestConfiguration(context);
    const text = `timeout_ms: 2000\n${'# a comment of some length\n'.repeat(20)}log_level: debug\n`;
    const size = Math.ceil(text.length / 20);
    await writeFile(test.file, '');
    for (let at = 0; at < text.length; at += size) {
      await appendFile(test.file, text.slice(at, at + size));
      await test.pass(200);
    }
    await test.pass();
    const { values } = test.configuration.live.current;
    assert.deepEqual([values.timeoutMs, values.logLevel], [2000, 'debug']);
    assert.deepEqual(test.outcomes, ['applied']);
  });

  it('of eight writers at once: that of one of them', async (context) => {
    const test = await openTestConfiguration(context);
    const write = async (i: number): Promise<void> => {
      await writeFile(`${test.file}.${i}`, `timeout_ms: ${2000 + i}\nmax_connections: ${2000 + i}\n`);
      await rename(`${test.file}.${i}`, test.file);
    };
    await Promise.all(Array.from({ length: 8 }, (_, i) => write(i)));
    await test.pass();
    const { values } = test.configuration.live.current;
    assert.ok(values.timeoutMs >= 2000 && values.timeoutMs < 2008);
    assert.equal(values.maxConnections, values.timeoutMs);
  });

  it('without a new version when nothing in it means anything else', async (context) => {
    const test = await openTestConfiguration(context);
    await test.write('# the same\ntimeout_ms: 1000\n');
    await test.pass();
    assert.deepEqual(test.outcomes, ['unchanged']);
    assert.equal((await test.configuration.show()).version, 1);
  });
});

describe('a bad file leaves the last good version in force', () => {
  const cases: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
    ['a value out of range', 'timeout_ms: 0\n', /line 1: timeout_ms "0" is not valid/],
    ['a value of another kind', 'timeout_ms: [1, 2]\n', /timeout_ms/],
    ['a word for a number', 'timeout_ms: soon\n', /timeout_ms "soon" is not valid/],
    ['one bad value among good ones', 'log_level: debug\ntimeout_ms: -1\n', /line 2: timeout_ms/],
    ['a key that means nothing', 'timeout: 2000\n', /timeout is not known/],
    ['a key that stands there twice', 'timeout_ms: 2000\ntimeout_ms: 3000\n', /DUPLICATE_KEY/],
    ['a file that ends within brackets', 'timeout_ms: 2000\nmodels: [ { name: loc', /no YAML/],
    ['no YAML', 'timeout_ms: 2000\n  log_level: [debug\n', /no YAML/],
    ['no file at all but zeros', new Uint8Array(4096), /no text/],
    ['a picture', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), /no UTF-8 text/],
    ['text that is no UTF-8', Uint8Array.from([0x23, 0x20, 0xe4, 0x0a]), /no UTF-8 text/],
    ['an empty file', '', /is empty/],
    ['nothing but blanks', ' \n\n', /is empty/],
    ['a list', '- timeout_ms\n', /must hold settings/],
    ['a single word', 'yes', /must hold settings/],
    ['two documents', 'timeout_ms: 2000\n---\ntimeout_ms: 3000\n', /no YAML/],
    ['a tag of a language', 'timeout_ms: !!js/function "x"\n', /no YAML \(TAG_RESOLVE_FAILED\)/],
    ['a tag of somebody', 'log_level: !level debug\n', /no YAML \(TAG_RESOLVE_FAILED\)/],
    ['aliases that multiply', bomb(), /refers to itself too often/],
    ['an alias of nothing', 'timeout_ms: *other\n', /no YAML|refers to itself/],
    ['brackets without end', '['.repeat(30_000), /nested too deeply|no YAML/],
    ['a key of the language', '__proto__: { timeout_ms: 1 }\n', /is not known/],
    ['the data folder, in which it lies', 'data: /elsewhere\n', /VORTEXFLOW_DATA only/],
  ];
  for (const [name, text, problem] of cases) it(name, (context) => refuses(context, text, problem));

  it('20 MB, of which it reads no more than it must', (context) =>
    refuses(context, `# ${'x'.repeat(20_000_000)}\n`, new RegExp(`longer than ${MAX_CONFIG_BYTES} bytes`)));

  it('when it is deleted and does not come back', async (context) => {
    const test = await openTestConfiguration(context);
    await rm(test.file);
    await test.pass();
    assert.equal(timeoutOf(test), 1000);
    assert.deepEqual(test.outcomes, ['refused']);
    assert.match(test.configuration.status().problem ?? '', /is gone/);
  });

  it('a folder in its place', async (context) => {
    const test = await openTestConfiguration(context);
    await rm(test.file);
    await mkdir(test.file);
    await test.pass();
    assert.equal(timeoutOf(test), 1000);
    assert.match(test.configuration.status().problem ?? '', /cannot be read/);
  });

  it('a link that leads nowhere', async (context) => {
    const test = await openTestConfiguration(context);
    await rm(test.file);
    await symlink('nowhere', test.file);
    await test.pass();
    assert.equal(timeoutOf(test), 1000);
    assert.deepEqual(test.outcomes, ['refused']);
  });

  it('a file that nobody may read', async (context) => {
    const test = await openTestConfiguration(context);
    await asNobody([test.folder, test.file], async () => {
      await chmod(test.file, 0);
      await test.pass();
    });
    assert.equal(timeoutOf(test), 1000);
    assert.match(test.configuration.status().problem ?? '', /EACCES/);
  });

  it('once told, not again at every look', async (context) => {
    const test = await openTestConfiguration(context);
    await test.write('timeout_ms: 0\n');
    await test.pass(5_000);
    assert.equal(test.notices.filter((notice) => notice.includes('was refused')).length, 1);
  });

  it('and a change over the interface meanwhile builds on it', async (context) => {
    const test = await openTestConfiguration(context);
    await test.write('timeout_ms: 0\n');
    await test.pass();
    const state = await test.configuration.change({ set: { log_level: 'warn' }, ...asOwner() });
    assert.equal(state.settings['timeout_ms']?.value, 1000);
    assert.equal(state.settings['log_level']?.value, 'warn');
    assert.match(state.problem?.message ?? '', /timeout_ms/);
  });
});

describe('what a file cannot change while the server runs', () => {
  it('waits and says why, and the rest of the file holds', async (context) => {
    const test = await openTestConfiguration(context);
    await test.write('timeout_ms: 2000\nport: 7100\nreasoner_threads: 3\n');
    await test.pass();
    const { settings, waiting, problem } = await test.configuration.show();
    assert.equal(settings['timeout_ms']?.value, 2000);
    assert.equal(settings['port']?.value, 7000);
    assert.equal(problem, null);
    assert.deepEqual(waiting.map(({ setting }) => setting).sort(), ['port', 'reasoner_threads']);
    assert.ok(waiting.every(({ reason }) => /restart/.test(reason)));
    const again = await test.restart();
    assert.equal(again.configuration.live.current.values.port, 7100);
    assert.deepEqual((await again.configuration.show()).waiting, []);
  });

  it('holds in processes that are started anew, as far as it can', async (context) => {
    const test = await openTestConfiguration(context);
    await test.write('port: 7100\nreasoner_threads: 3\n');
    await test.pass();
    const taken = await test.configuration.roll(async (settings) => {
      assert.deepEqual([settings.values.port, settings.values.reasonerThreads], [7000, 3]);
      return 1;
    });
    assert.equal(taken, 1);
    const { settings, waiting, source } = await test.configuration.show();
    assert.deepEqual([settings['reasoner_threads']?.value, source], [3, 'roll']);
    assert.deepEqual(
      waiting.map(({ setting }) => setting),
      ['port'],
    );
  });

  it('does not hold when none of them could be started', async (context) => {
    const test = await openTestConfiguration(context);
    await test.write('reasoner_threads: 3\n');
    await test.pass();
    const { version } = await test.configuration.show();
    assert.equal(await test.configuration.roll(async () => 0), 0);
    const after = await test.configuration.show();
    assert.equal(after.version, version);
    assert.notEqual(after.settings['reasoner_threads']?.value, 3);
  });

  it('starts nothing when it is wrong', async (context) => {
    const test = await openTestConfiguration(context);
    await test.write('log_level: shouting\n');
    await assert.rejects(
      test.configuration.roll(() => Promise.reject(new Error('nothing is to be started'))),
      /shouting/,
    );
  });

  it('includes the profile: its other defaults do not come in by the back door', async (context) => {
    const test = await openTestConfiguration(context);
    await test.write('profile: staging\n');
    await test.pass();
    assert.equal(test.configuration.live.current.values.logLevel, 'info');
    assert.ok((await test.configuration.show()).waiting.some(({ setting }) => setting === 'profile'));
  });
});

it('a file that changes while it is read is read again', async (context) => {
  const test = await openTestConfiguration(context);
  const file = await open(test.file, 'w');
  await file.write('timeout_ms: 2000\n');
  await test.pass(240);
  await file.write('log_level: warn\n');
  await file.close();
  await test.pass(120);
  assert.deepEqual(test.outcomes, [], 'it has not rested yet');
  await test.pass();
  assert.deepEqual(test.outcomes, ['applied']);
  assert.equal(test.configuration.live.current.values.logLevel, 'warn');
});

/** Nine levels of nine: 387 million values when written out. */
function bomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i <= 8; i++)
    lines.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(', ')}]`);
  return `${lines.join('\n')}\n`;
}
