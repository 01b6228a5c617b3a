/** Changes while the server runs: layers, versions, the way back, and what happens when several things happen at once. */
import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { CodedError } from '@vortexflow/primitives';
import fc from 'fast-check';
import { canonicalJson, contentHash } from './canonical.ts';
import { contentOf, differences, writeSetting } from './content.ts';
import { etagOf, matches } from './door.ts';
import { parseConfig } from './file.ts';
import { LiveSettings } from './live-settings.ts';
import { textOfPlain } from './setting-type.ts';
import { type Overrides, readSettings, type Settings } from './settings.ts';
import { keyOfSetting, mayChange, ROWS, SETTINGS, type SettingName } from './table.ts';
import { asOwner, openTestConfiguration, type TestConfiguration } from './test-configuration.ts';
import { VersionLog } from './version-log.ts';

const coded =
  (code: string, message = /./) =>
  (failure: unknown): boolean =>
    failure instanceof CodedError && failure.code === code && message.test(failure.message);

const etag = async ({ configuration }: TestConfiguration): Promise<string> => etagOf(await configuration.show());

const hot = ROWS.filter(([, row]) => row.applies === 'at once');

/** What settings take that are texts. */
const TEXTS: Readonly<Partial<Record<SettingName, readonly string[]>>> = {
  corsOrigins: ['https://a.example', 'https://a.example, http://localhost:8080'],
  jsonLimitQuestion: ['depth 4, keys 16, values 64', 'depth 64, keys 10000, values 10000000'],
  jsonLimitAuth: ['depth 5, keys 17, values 65'],
  jsonLimitFeedback: ['depth 5, keys 17, values 1100'],
  jsonLimitFuse: ['depth 7, keys 8, values 1000'],
  jsonLimitDocuments: ['depth 9, keys 16, values 16384'],
  jsonLimitConfig: ['depth 9, keys 300, values 2000'],
  headLimits: ['lines 40, length 4096, target 4096', 'lines 1000, length 65536, target 65536'],
  routeCosts: ['fuse 1, documents 1, import 1, export 1, analytics 1, majorise 1000, signin 5'],
  trustedProxies: ['127.0.0.1', '10.0.0.0/8, ::1, fd00::/8'],
};

/** Values that a setting can hold, as they stand in a change. */
const valueOf = ([name, { type }]: (typeof ROWS)[number]): fc.Arbitrary<string | number | boolean> =>
  type.kind === 'text'
    ? fc.constantFrom(...(TEXTS[name] ?? []))
    : type.choices && type.kind === 'choice'
      ? fc.constantFrom(...type.choices)
      : type.kind === 'boolean'
        ? fc.boolean()
        : type.kind === 'number'
          ? fc.double({ min: 0, max: 1, noNaN: true })
          : fc.integer({ min: type.minimum ?? 0, max: type.maximum ?? 10 });

const change: fc.Arbitrary<Overrides> = fc
  .tuple(...hot.map((entry) => fc.option(valueOf(entry), { nil: undefined })))
  .map((values) =>
    Object.fromEntries(hot.flatMap(([, row], i) => (values[i] === undefined ? [] : [[keyOfSetting(row), values[i]]]))),
  );

describe('layers', () => {
  it('the strongest that says something has the say, and every value names it', () => {
    fc.assert(
      fc.property(
        change,
        change,
        change,
        fc.constantFrom('development', 'staging', 'production'),
        (file, own, runtime, profile) => {
          const environment: Record<string, string> = { VORTEXFLOW_PROFILE: profile };
          for (const [, row] of hot) {
            const value = own[keyOfSetting(row)];
            if (value !== undefined) environment[row.variable] = textOfPlain(value);
          }
          const yaml = Object.entries(file).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
          const parsed = parseConfig(yaml.join('\n'), '/etc/vortexflow.yaml');
          const { values, sources } = readSettings(environment, parsed, { overrides: runtime });
          for (const [name, row] of hot) {
            const key = keyOfSetting(row);
            const said = [runtime[key], own[key], file[key]];
            const from = said.findIndex((value) => value !== undefined);
            if (from < 0) {
              assert.ok(['default', 'profile'].includes(sources[name]));
              continue;
            }
            assert.equal(sources[name], ['runtime', 'environment', 'file'][from]);
            assert.equal(writeSetting(row, values[name]), said[from]);
          }
        },
      ),
    );
  });

  it('a profile changes defaults, and nothing that somebody has said', () => {
    const staging = readSettings({ VORTEXFLOW_PROFILE: 'staging' });
    assert.deepEqual([staging.values.workers, staging.sources.workers], [2, 'profile']);
    assert.deepEqual([staging.values.logLevel, staging.sources.logLevel], ['debug', 'profile']);
    const said = readSettings({ VORTEXFLOW_PROFILE: 'staging', WORKERS: '0' });
    assert.deepEqual([said.values.workers, said.sources.workers], [0, 'environment']);
    assert.equal(readSettings({ NODE_ENV: 'production' }).values.workers, 2);
    assert.equal(readSettings({ NODE_ENV: 'test' }).values.profile, 'development');
    assert.equal(readSettings({ NODE_ENV: 'production', VORTEXFLOW_PROFILE: 'development' }).values.workers, 0);
  });

  it('nothing in a snapshot can be changed', () => {
    const file = parseConfig('models: [{ name: m, base_url: http://127.0.0.1/v1, model: x }]', '/x.yaml');
    const settings = readSettings({}, file);
    const all: unknown[] = [settings];
    for (let one = all.pop(); one !== undefined; one = all.pop()) {
      if (typeof one !== 'object' || one === null) continue;
      assert.ok(Object.isFrozen(one));
      all.push(...(Object.values(one) as unknown[]));
    }
  });

  it('what is written back is read as the same', () => {
    for (const [, row] of ROWS) {
      if (row.isSecret || row.fallback === null) continue;
      const text = textOfPlain(writeSetting(row, row.fallback));
      assert.deepEqual(row.type.parse(text), row.fallback, row.variable);
    }
  });
});

describe('canonical JSON', () => {
  it('does not depend on the order of keys, and says the same as JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as Parameters<typeof canonicalJson>[0];
        assert.deepEqual(JSON.parse(canonicalJson(plain)), plain);
        assert.equal(contentHash(reversed(plain)), contentHash(plain));
      }),
    );
  });
});

/** The same with all keys in the opposite order. */
function reversed(value: unknown): Parameters<typeof canonicalJson>[0] {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value as null;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

describe('a change', () => {
  it('holds at once, says where it comes from, and is a version with author, time and hash', async (context) => {
    const test = await openTestConfiguration(context);
    const before = await test.configuration.show();
    const order = { set: { timeout_ms: 1500, fusion_algorithm: 'majority' }, ...asOwner(etagOf(before)) };
    const after = await test.configuration.change(order);
    assert.deepEqual(after.settings['timeout_ms'], {
      value: 1500,
      source: 'runtime',
      applies: 'at once',
      changeable: true,
    });
    assert.equal(test.configuration.live.current.values.strategy, 'MajorityVote');
    assert.deepEqual([before.version, after.version, after.author, after.source], [1, 2, 'owner', 'api']);
    assert.match(after.hash, /^[0-9a-f]{64}$/);
    assert.notEqual(after.hash, before.hash);
    assert.equal(new Date(after.time).toISOString(), after.time);
    const kept = await test.configuration.version({ version: 2 });
    assert.deepEqual(kept.overrides, { timeout_ms: 1500, fusion_algorithm: 'majority' });
  });

  it('is taken back by null, and then the layer below has the say again', async (context) => {
    const test = await openTestConfiguration(context);
    await test.configuration.change({ set: { timeout_ms: 1500 }, ...asOwner() });
    const after = await test.configuration.change({ set: { timeout_ms: null }, ...asOwner() });
    assert.deepEqual([after.settings['timeout_ms']?.value, after.settings['timeout_ms']?.source], [1000, 'file']);
  });

  it('of nothing is no version', async (context) => {
    const test = await openTestConfiguration(context);
    const after = await test.configuration.change({ set: { max_connections: null }, ...asOwner() });
    assert.equal(after.version, 1);
  });

  it('stands above a file that changes later', async (context) => {
    const test = await openTestConfiguration(context);
    await test.configuration.change({ set: { timeout_ms: 1500 }, ...asOwner() });
    await test.write('timeout_ms: 2000\nlog_level: warn\n');
    await test.pass();
    const { values } = test.configuration.live.current;
    assert.deepEqual([values.timeoutMs, values.logLevel], [1500, 'warn']);
  });

  it('outlives a restart, and the restart is no version of its own', async (context) => {
    const test = await openTestConfiguration(context);
    await test.configuration.change({ set: { timeout_ms: 1500 }, ...asOwner() });
    const again = await test.restart();
    assert.equal(again.configuration.live.current.values.timeoutMs, 1500);
    assert.equal((await again.configuration.show()).version, 2);
    await again.write('log_level: warn\n');
    const third = await again.restart();
    const { version, source } = await third.configuration.show();
    assert.deepEqual([version, source], [3, 'start']);
  });

  it('is refused with all that is wrong with it', async (context) => {
    const test = await openTestConfiguration(context);
    const refused = (set: Record<string, unknown>, code: string, message: RegExp) =>
      assert.rejects(test.configuration.change({ set, ...asOwner() }), coded(code, message));
    await refused({ timeout_ms: 0, log_level: 'loud' }, 'config_invalid', /timeout_ms takes .*, log_level takes/);
    await refused({ timeout_ms: '1500' }, 'config_invalid', /timeout_ms takes a whole number/);
    await refused({ timeout_ms: 1.5 }, 'config_invalid', /timeout_ms/);
    await refused({ cascade: 'true' }, 'config_invalid', /cascade/);
    await refused({ nothing: 1 }, 'config_invalid', /no setting "nothing"/);
    await refused({ port: 7100, timeout_ms: 1500 }, 'config_needs_restart', /port cannot .*because it takes a restart/);
    await refused({ models: [] }, 'config_needs_restart', /models cannot .* SIGHUP/);
    await refused({ host: null }, 'config_needs_restart', /host/);
    assert.equal((await test.configuration.show()).version, 1);
  });

  it('that is refused says where', async (context) => {
    const { configuration } = await openTestConfiguration(context);
    const whereOf = async (set: Record<string, unknown>, role = 'owner'): Promise<unknown> => {
      const failure: unknown = await configuration.change({ set, ...asOwner(), role }).catch((one: unknown) => one);
      assert.ok(failure instanceof CodedError);
      return failure.details?.['pointers'];
    };
    const wrong = { timeout_ms: 0, min_confidence: 0.5, log_level: 'loud', 'a/b': 1 };
    assert.deepEqual(await whereOf(wrong), ['/timeout_ms', '/log_level', '/a~1b']);
    assert.deepEqual(await whereOf({ timeout_ms: 1500, port: 7100, host: 'x' }), ['/port', '/host']);
    assert.deepEqual(await whereOf({ timeout_ms: 1500, max_connections: 5 }, 'admin'), ['/max_connections']);
  });

  it('needs to know what it changes', async (context) => {
    const test = await openTestConfiguration(context);
    const set = { timeout_ms: 1500 };
    await assert.rejects(test.configuration.change({ set, ...asOwner(null) }), coded('config_unconditional'));
    const old = await etag(test);
    await test.configuration.change({ set, ...asOwner(old) });
    await assert.rejects(
      test.configuration.change({ set: { timeout_ms: 1600 }, ...asOwner(old) }),
      coded('config_conflict', /version 2/),
    );
    await test.configuration.change({ set: { timeout_ms: 1600 }, ...asOwner(`"other", ${await etag(test)}`) });
    assert.equal(test.configuration.live.current.values.timeoutMs, 1600);
  });

  it('of eight at once by the same version: one is made, seven are told', async (context) => {
    const test = await openTestConfiguration(context);
    const ifMatch = await etag(test);
    const tries = Array.from({ length: 8 }, (_, i) =>
      test.configuration.change({ set: { timeout_ms: 2000 + i }, ...asOwner(ifMatch) }),
    );
    const results = await Promise.allSettled(tries);
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const result of results) if (result.status === 'rejected') assert.ok(coded('config_conflict')(result.reason));
    assert.equal((await test.configuration.show()).version, 2);
  });

  it('of a protected setting is for its role only', async (context) => {
    const test = await openTestConfiguration(context);
    const admin = { ...asOwner(), role: 'admin', author: 'admin' };
    await assert.rejects(
      test.configuration.change({ set: { max_connections: 5, log_level: 'warn' }, ...admin }),
      coded('config_protected', /max_connections .*owner/),
    );
    const { author } = await test.configuration.change({ set: { log_level: 'warn' }, ...admin });
    assert.equal(author, 'admin');
    for (const role of ['editor', 'reader', 'guest', 'anonymous', '', 'constructor'])
      for (const [, row] of ROWS) assert.equal(mayChange(role, row), false);
    await test.configuration.change({ set: { max_connections: 5 }, ...asOwner() });
    await assert.rejects(test.configuration.rollback({ version: 2, ...admin }), coded('config_protected'));
  });

  it('that cannot be kept is not made', async (context) => {
    const test = await openTestConfiguration(context);
    await rm(test.history);
    await mkdir(test.history);
    await assert.rejects(
      test.configuration.change({ set: { timeout_ms: 1500 }, ...asOwner() }),
      coded('config_unwritable'),
    );
    assert.equal(test.configuration.live.current.values.timeoutMs, 1000);
    // A file that has changed is tried again until it can.
    await test.write('timeout_ms: 2000\n');
    await test.pass();
    assert.deepEqual([test.outcomes, test.configuration.live.current.values.timeoutMs], [['failed'], 1000]);
    await rm(test.history, { recursive: true });
    await test.pass(3_000);
    assert.deepEqual([test.outcomes.at(-1), test.configuration.live.current.values.timeoutMs], ['applied', 2000]);
    assert.equal(test.configuration.status().problem, null);
  });
});

describe('the way back', () => {
  it('is a new version with the values of the old one, whatever lies between', async (context) => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), fc.nat(), async (changes, seed) => {
        const test = await openTestConfiguration(context);
        for (const set of changes) await test.configuration.change({ set, ...asOwner() });
        const { version: last } = await test.configuration.show();
        const to = 1 + (seed % last);
        const old = await test.configuration.version({ version: to });
        const back = await test.configuration.rollback({ version: to, ...asOwner(null) });
        assert.deepEqual([back.version, back.restored, back.source, back.hash], [last + 1, to, 'rollback', old.hash]);
        assert.deepEqual(back.unrestored, []);
        const { differences: found } = await test.configuration.diff({ from: to, to: back.version });
        assert.deepEqual(
          found.filter(({ from, to: after }) => from?.value !== after?.value),
          [],
        );
      }),
      { numRuns: 25 },
    );
  });

  it('goes behind a change of the file', async (context) => {
    const test = await openTestConfiguration(context);
    await test.write('timeout_ms: 2000\n');
    await test.pass();
    const back = await test.configuration.rollback({ version: 1, ...asOwner(null) });
    assert.deepEqual(back.settings['timeout_ms'], {
      value: 1000,
      source: 'runtime',
      applies: 'at once',
      changeable: true,
    });
  });

  it('says what it cannot bring back', async (context) => {
    const test = await openTestConfiguration(context);
    await test.write('timeout_ms: 2000\nport: 7100\n');
    const again = await test.restart();
    const back = await again.configuration.rollback({ version: 1, ...asOwner(null) });
    assert.equal(back.settings['timeout_ms']?.value, 1000);
    assert.deepEqual(
      back.unrestored.map(({ setting }) => setting),
      ['port'],
    );
  });

  it('to a version that is not there is refused', async (context) => {
    const test = await openTestConfiguration(context);
    await assert.rejects(
      test.configuration.rollback({ version: 99, ...asOwner(null) }),
      coded('config_version_not_found'),
    );
  });

  it('honours If-Match where there is one', async (context) => {
    const test = await openTestConfiguration(context);
    const old = await etag(test);
    await test.configuration.change({ set: { timeout_ms: 1500 }, ...asOwner() });
    await assert.rejects(test.configuration.rollback({ version: 1, ...asOwner(old) }), coded('config_conflict'));
  });

  it('in a race with a file that changes: one after the other, and nobody sees a mixture', async (context) => {
    const test = await openTestConfiguration(context, { yaml: 'timeout_ms: 1000\nmax_connections: 1000\n' });
    const seen: Settings[] = [];
    test.configuration.live.onChange((now) => seen.push(now));
    await test.write('timeout_ms: 2000\nmax_connections: 2000\n');
    const order = { version: 1, ...asOwner(null) };
    const [, reload, back] = await Promise.all([
      test.configuration.rollback(order),
      test.configuration.reload(),
      test.configuration.rollback(order),
    ]);
    // The first way back says what held anyway, and so the file has no say.
    assert.ok(['applied', 'unchanged'].includes(reload));
    assert.equal(back.settings['timeout_ms']?.value, 1000);
    for (const { values } of seen) assert.equal(values.timeoutMs, values.maxConnections);
    const numbers = (await test.configuration.versions({ limit: 10, before: null })).map(({ version }) => version);
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => b - a),
    );
    assert.equal(new Set(numbers).size, numbers.length);
  });
});

describe('differences', () => {
  it('of two contents turn one into the other', () => {
    fc.assert(
      fc.property(change, change, (a, b) => {
        const [from, to] = [a, b].map((overrides) => contentOf(readSettings({}, null, { overrides })));
        assert.ok(from && to);
        const values = { ...from.values };
        for (const { setting, to: after } of differences(from, to)) if (after) values[setting] = after.value;
        assert.deepEqual(values, to.values);
        assert.deepEqual(differences(from, from), []);
      }),
    );
  });
});

describe('asking what would happen', () => {
  it('says it, and nothing happens', async (context) => {
    const { configuration } = await openTestConfiguration(context);
    const good = await configuration.validate({ yaml: 'timeout_ms: 2000\nport: 7100\n' });
    assert.deepEqual([good.valid, good.differences.map(({ setting }) => setting)], [true, ['timeout_ms']]);
    assert.deepEqual(
      good.waiting.map(({ setting }) => setting),
      ['port'],
    );
    const bad = await configuration.validate({ yaml: 'log_level: debug\ntimeout_ms: soon\n' });
    assert.equal(bad.valid, false);
    assert.match(bad.problems.join(), /^vortexflow\.yaml, line 2: timeout_ms/);
    assert.equal((await configuration.validate({ set: { timeout_ms: 1500 } })).differences.length, 1);
    assert.equal((await configuration.validate({ set: { port: 1 } })).valid, false);
    assert.equal((await configuration.show()).version, 1);
  });
});

describe('secrets', () => {
  it('are nowhere: not in what is shown, kept, compared or said', async (context) => {
    const canaries = ['canary-owner-key-0001', 'canary_user', 'CANARY_VARIABLE', 'canary-file'];
    const environment = {
      VORTEXFLOW_OWNER_KEY: 'canary-owner-key-0001',
      STORE_URL: 'postgres://canary_user@localhost/canary_db',
      STORE_PASSWORD_ENV: 'CANARY_VARIABLE',
    };
    const yaml =
      'models:\n  - { name: m, base_url: http://127.0.0.1:1/v1, model: x, key_env: CANARY_VARIABLE }\n' +
      '  - { name: n, base_url: http://127.0.0.1:1/v1, model: x, key_file: canary-file }\n';
    const test = await openTestConfiguration(context, { environment, yaml });
    const { configuration } = test;
    await configuration.change({ set: { timeout_ms: 1500 }, ...asOwner() });
    await test.write(`${yaml}owner_key: canary-owner-key-0001 \nowner_key: 2\n`);
    await test.pass();
    await test.write(`${yaml}owner_key: canary-owner-key-0001\n`);
    await test.pass();
    await test.write(`${yaml}store_url: postgres://canary_user:canary-password@localhost\n`);
    await test.pass();
    const said = [
      await configuration.show(),
      await configuration.versions({ limit: 10, before: null }),
      await configuration.version({ version: 1 }),
      await configuration.diff({ from: 1, to: 2 }),
      await configuration.validate({ yaml: 'owner_key: canary-short\nport: x\n' }),
      configuration.status(),
      test.notices,
      await readFile(test.history, 'utf8'),
    ];
    const text = JSON.stringify(said);
    for (const canary of [...canaries, 'canary-password', 'canary-short']) assert.ok(!text.includes(canary), canary);
    assert.ok(text.includes('"owner_key":{"value":{"set":true}'), 'that there is one may be known');
    assert.deepEqual(test.outcomes, ['refused', 'refused', 'refused']);
  });
});

describe('the versions on disk', () => {
  const versionOf = (version: number) => {
    const content = contentOf(readSettings({ TIMEOUT_MS: String(version) }));
    const head = { version, author: 'a', time: '2026-11-26T00:00:00.000Z', source: 'api' as const, restored: null };
    return { ...head, hash: contentHash(content.values), ...content, overrides: {} };
  };
  const read = (file: string, limit = 1_000_000, notices: string[] = []) =>
    VersionLog.read({ file, limit, onNotice: (text) => notices.push(text) });

  it('survive a line that a crash cut off, and lines that somebody changed', async (context) => {
    const { history } = await openTestConfiguration(context);
    await rm(history);
    const log = await read(history);
    for (let i = 1; i <= 3; i++) await log.append(versionOf(i));
    const lines = (await readFile(history, 'utf8')).trimEnd().split('\n');
    await writeFile(
      history,
      `${[lines[0], lines[1]?.replace('"timeout_ms":2', '"timeout_ms":7'), lines[2]].join('\n')}\n`,
    );
    await appendFile(history, JSON.stringify(versionOf(4)).slice(0, 100));
    const notices: string[] = [];
    const again = await read(history, 1_000_000, notices);
    assert.deepEqual(
      again.list(10).map(({ version }) => version),
      [3, 1],
    );
    assert.match(notices.join(), /2 versions .*cannot be read/);
    await again.append(versionOf(4));
    assert.equal((await read(history)).last?.version, 4);
  });

  it('keep no server from starting when they cannot be read', async (context) => {
    const test = await openTestConfiguration(context);
    await test.configuration.stop();
    await rm(test.history);
    await mkdir(test.history);
    const again = await test.restart();
    assert.match(again.notices.join(), /cannot be read \(EISDIR\)/);
    assert.equal(again.configuration.live.current.values.timeoutMs, 1000);
  });

  it('are bounded: the oldest go', async (context) => {
    const { history } = await openTestConfiguration(context);
    await rm(history);
    const log = await read(history, 10_000);
    for (let i = 1; i <= 60; i++) await log.append(versionOf(i));
    const again = await read(history, 10_000);
    const kept = again.list(100).map(({ version }) => version);
    assert.equal(kept[0], 60);
    assert.ok(kept.length >= 5 && kept.length < 20, String(kept.length));
    assert.deepEqual(log.list(100), again.list(100));
    assert.equal(again.find(1), null);
    assert.deepEqual(
      again.list(2, 59).map(({ version }) => version),
      [58, 57],
    );
  });
});

describe('live settings', () => {
  it('tell every listener, also when one of them fails', () => {
    const failures: unknown[] = [];
    const live = new LiveSettings(readSettings({}), (failure) => failures.push(failure));
    const heard: number[] = [];
    live.onChange(() => {
      throw new Error('no');
    });
    const end = live.onChange(({ values }, before) => heard.push(before.values.timeoutMs, values.timeoutMs));
    live.set(readSettings({ TIMEOUT_MS: '7' }));
    live.set(live.current);
    end();
    live.set(readSettings({ TIMEOUT_MS: '8' }));
    assert.deepEqual(heard, [5000, 7]);
    assert.equal(failures.length, 2);
  });
});

it('an ETag is matched as RFC 9110 says', () => {
  const one = etagOf({ version: 3, hash: 'abcdef'.repeat(11) });
  assert.equal(one, '"3-abcdefabcdefabcd"');
  for (const given of ['*', ' * ', one, `"x", ${one}`]) assert.ok(matches(given, one), given);
  for (const given of ['', '"3"', `W/${one}`, one.slice(1, -1), '"*"']) assert.ok(!matches(given, one), given);
});

it('every setting has what a form needs', () => {
  const keys = ROWS.map(([, row]) => keyOfSetting(row));
  assert.equal(new Set(keys).size, ROWS.length);
  for (const { title, help, variable, type } of Object.values(SETTINGS)) {
    assert.match(title, /^[A-Z][^.]{2,40}$/, variable);
    assert.match(help, /\.$/, variable);
    assert.ok(type.takes.length > 3, variable);
  }
});
