/** Real servers, of one process and of several: changes over HTTP and in the file, and their effect on answers. */
import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type {
  ConfigResponse,
  ConfigRollbackResponse,
  ConfigSchemaResponse,
  ConfigVersionsResponse,
  ErrorResponse,
  HealthResponse,
  ProcessResponse,
} from '@vortexflow/protocol';
import { launchServer, type LaunchedServer, servingProcesses } from '@vortexflow/testkit';

interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly etag: string;
}

const QUESTION = { input: 'What is the opposite of hot?', cache: false };

async function until(what: string, check: () => Promise<boolean>, ms = 150_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`waited too long: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

for (const workers of ['0', '1']) {
  describe(`the configuration of a running server, WORKERS=${workers}`, () => {
    let server: LaunchedServer;
    before(async () => {
      server = await launchServer({ env: { WORKERS: workers, REASONER_THREADS: '1' } });
    });
    after(() => server.stop());

    async function call<T = ConfigResponse>(
      method: string,
      path = '',
      body?: unknown,
      headers: Record<string, string> = {},
    ): Promise<Answer<T>> {
      const type = body === undefined ? {} : { 'content-type': 'application/json' };
      const response = await fetch(`${server.url}/api/v1/config${path}`, {
        method,
        headers: { authorization: `Bearer ${server.key}`, ...type, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as T, etag: response.headers.get('etag') ?? '' };
    }

    const patch = (set: object, ifMatch = '*') => call('PATCH', '', set, { 'if-match': ifMatch });

    async function answer(): Promise<ProcessResponse> {
      const response = await fetch(`${server.url}/api/v1/process`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(QUESTION),
      });
      assert.equal(response.status, 200);
      return (await response.json()) as ProcessResponse;
    }

    const health = async (): Promise<HealthResponse> =>
      (await (await fetch(`${server.url}/health`)).json()) as HealthResponse;
    const metric = async (name: string): Promise<number> => {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      const line = text.split('\n').find((one) => one.startsWith(`${name} `));
      return Number(line?.slice(name.length + 1));
    };
    const write = async (text: string): Promise<void> => {
      const file = join(server.dataFolder, 'vortexflow.yaml');
      await writeFile(`${file}.new`, text);
      await rename(`${file}.new`, file);
    };
    const valueOf = async (name: string): Promise<unknown> => (await call('GET')).body.settings[name]?.value;

    it('is shown to the owner alone, with sources and an ETag', async () => {
      const { status, body, etag } = await call('GET');
      assert.equal(status, 200);
      assert.match(etag, /^"\d+-[0-9a-f]{16}"$/);
      assert.equal(body.settings['port']?.source, 'environment');
      assert.equal(body.settings['timeout_ms']?.source, 'default');
      for (const path of ['', '/schema', '/versions', '/versions/1', '/diff?from=1&to=1'])
        assert.equal((await fetch(`${server.url}/api/v1/config${path}`)).status, 401, path);
      const { settings } = (await call<ConfigSchemaResponse>('GET', '/schema')).body;
      assert.ok(settings.some(({ name, unit, minimum }) => name === 'timeout_ms' && unit === 'ms' && minimum === 1));
    });

    it('changes what answers are given by, as soon as the change is acknowledged', async () => {
      assert.equal((await answer()).metadata.strategy, 'Ensemble');
      const { status, body, etag } = await patch({ fusion_algorithm: 'majority', min_confidence: 0 });
      assert.equal(status, 200);
      assert.equal(body.settings['fusion_algorithm']?.source, 'runtime');
      assert.equal((await answer()).metadata.strategy, 'MajorityVote');
      assert.equal((await call('GET')).etag, etag);
      await patch({ fusion_algorithm: null, min_confidence: null });
      assert.equal((await answer()).metadata.strategy, 'Ensemble');
    });

    it('changes what is logged, and how many may connect', async () => {
      await patch({ log_level: 'silent', max_connections: 1000 });
      const before = server.output().stderr.length;
      await answer();
      assert.equal(server.output().stderr.length, before);
      await patch({ log_level: null, max_connections: null });
      await answer();
      await until('a line', async () => server.output().stderr.length > before);
    });

    it('is changed by whoever knows what it is: 428 without If-Match, 412 with an old one', async () => {
      const { etag } = await call('GET');
      const without = await call<ErrorResponse>('PATCH', '', { timeout_ms: 15_000 });
      assert.deepEqual([without.status, without.body.code], [428, 'config_unconditional']);
      assert.equal((await patch({ timeout_ms: 15_000 }, etag)).status, 200);
      const late = await call<ErrorResponse>('PATCH', '', { timeout_ms: 16_000 }, { 'if-match': etag });
      assert.deepEqual([late.status, late.body.code], [412, 'config_conflict']);
      const current = (await call('GET')).etag;
      const many = await Promise.all(Array.from({ length: 8 }, (_, i) => patch({ timeout_ms: 20_000 + i }, current)));
      assert.deepEqual(
        many.map(({ status }) => status).toSorted((a, b) => a - b),
        [200, ...Array.from({ length: 7 }, () => 412)],
      );
    });

    it('refuses what needs a restart, what is wrong and what is not there, each with its code', async () => {
      const refused = async (set: object, status: number, code: string): Promise<void> => {
        const { status: got, body } = await call<ErrorResponse>('PATCH', '', set, { 'if-match': '*' });
        assert.deepEqual([got, body.code], [status, code]);
      };
      await refused({ port: 7100 }, 409, 'config_needs_restart');
      await refused({ timeout_ms: 0 }, 400, 'config_invalid');
      await refused({ timeout: 1 }, 400, 'config_invalid');
      await refused([1], 400, 'request_invalid');
      const missing = await call<ErrorResponse>('POST', '/rollback', { version: 99_999 });
      assert.deepEqual([missing.status, missing.body.code], [404, 'config_version_not_found']);
      assert.equal((await call('GET', '/versions/0')).status, 400);
      assert.equal((await call('GET', '/versions/99999')).status, 404);
    });

    it('goes back to an old version as a new one, and lists them', async () => {
      const start = (await call('GET')).body;
      const changed = (await patch({ timeout_ms: 33_333 })).body;
      const back = await call<ConfigRollbackResponse>('POST', '/rollback', { version: start.version });
      assert.equal(back.status, 200);
      assert.deepEqual([back.body.version, back.body.hash], [changed.version + 1, start.hash]);
      const { versions } = (await call<ConfigVersionsResponse>('GET', '/versions?limit=2')).body;
      assert.deepEqual(
        versions.map(({ source, author }) => [source, author]),
        [
          ['rollback', 'owner'],
          ['api', 'owner'],
        ],
      );
      const diff = (
        await call<{ differences: { setting: string }[] }>(
          'GET',
          `/diff?from=${changed.version}&to=${back.body.version}`,
        )
      ).body;
      assert.deepEqual(
        diff.differences.map(({ setting }) => setting),
        ['timeout_ms'],
      );
    });

    it('follows the file, keeps the last good one, and tells in health and metrics', async () => {
      const applied = 'vortex_config_reloads_total{outcome="applied"}';
      const refused = 'vortex_config_reloads_total{outcome="refused"}';
      const [before, refusedBefore] = [await metric(applied), await metric(refused)];
      await write('max_connections: 4321\n');
      await until('the new file', async () => (await valueOf('max_connections')) === 4321);
      await until('the count', async () => (await metric(applied)) === before + 1);
      await write('max_connections: many\n');
      await until('the refusal', async () => (await metric(refused)) === refusedBefore + 1);
      assert.equal(await valueOf('max_connections'), 4321);
      const { status, components } = await health();
      assert.equal(status, 'Degraded');
      assert.equal(components['configuration']?.status, 'Degraded');
      assert.doesNotMatch(JSON.stringify(components), /many/);
      assert.match((await call('GET')).body.problem?.message ?? '', /line 1: max_connections "many" is not valid/);
      assert.equal(await metric('vortex_config_problem'), 1);
      assert.match(server.output().stderr, /the configuration was refused, and version \d+ stays/);
      await write('max_connections: 4322\n');
      await until('the good file', async () => (await valueOf('max_connections')) === 4322);
      assert.equal((await health()).components['configuration']?.status, 'Healthy');
      assert.equal(await metric('vortex_config_version'), (await call('GET')).body.version);
    });

    it('costs no question, and none is answered by half of one version and half of another', async () => {
      const wrong: string[] = [];
      let asked = 0;
      const over = new AbortController();
      // With the first every answer is given, with the second none: no confidence reaches 1.
      const [one, other] = [
        'fusion_algorithm: majority\nmin_confidence: 0\n',
        'fusion_algorithm: weighted\nmin_confidence: 1\n',
      ];
      await write(one);
      await until('the first', async () => (await valueOf('fusion_algorithm')) === 'majority');
      const callers = Array.from({ length: 4 }, async () => {
        while (!over.signal.aborted) {
          asked++;
          try {
            const { answered, confidence, metadata } = await answer();
            const { strategy } = metadata;
            if (answered !== (strategy === 'MajorityVote' || confidence === 1)) wrong.push(`${strategy} ${answered}`);
          } catch (failure) {
            wrong.push(String(failure));
          }
        }
      });
      for (let i = 0; i < 4; i++) {
        await write(i % 2 === 0 ? other : one);
        await until('the file', async () => (await valueOf('min_confidence')) === (i % 2 === 0 ? 1 : 0));
      }
      for (let i = 0; i < 20; i++)
        await patch(
          i % 2 === 0
            ? { fusion_algorithm: 'majority', min_confidence: 0 }
            : { fusion_algorithm: 'weighted', min_confidence: 1 },
        );
      over.abort();
      await Promise.all(callers);
      assert.deepEqual(wrong, []);
      assert.ok(asked > 20, String(asked));
      await patch({ fusion_algorithm: null, min_confidence: null });
    });

    it('settles a race of the file with the way back: both are versions, and all processes go by the last', async () => {
      const { version } = (await call('GET')).body;
      const reloads = async (): Promise<number> => {
        const outcomes = ['applied', 'unchanged', 'refused', 'failed'];
        const counts = outcomes.map((outcome) => metric(`vortex_config_reloads_total{outcome="${outcome}"}`));
        return (await Promise.all(counts)).reduce((sum, count) => sum + count);
      };
      const before = await reloads();
      await write('fusion_algorithm: bayesian\n');
      // All the time until the file is read, and a little longer.
      let back: Answer<ConfigRollbackResponse>;
      do {
        back = await call<ConfigRollbackResponse>('POST', '/rollback', { version });
        assert.equal(back.status, 200);
      } while ((await reloads()) === before);
      const last = await call<ConfigRollbackResponse>('POST', '/rollback', { version });
      assert.equal(last.body.hash, back.body.hash);
      const { settings } = (await call('GET')).body;
      const strategies: Record<string, string> = {
        majority: 'MajorityVote',
        bayesian: 'BayesianAverage',
        weighted: 'WeightedAverage',
        ensemble: 'Ensemble',
      };
      assert.equal((await answer()).metadata.strategy, strategies[String(settings['fusion_algorithm']?.value)]);
    });

    it('has one entry in the audit log for each version, by whatever it came: names of settings, no values', async () => {
      interface Entry {
        readonly role?: string;
        readonly request?: string;
        readonly detail: Readonly<Record<string, unknown>>;
        readonly personal: Readonly<Record<string, unknown>> | null;
      }
      const changed = (await patch({ timeout_ms: 54_321 })).body;
      const back = (await call<ConfigRollbackResponse>('POST', '/rollback', { version: changed.version - 1 })).body;
      await write('max_connections: 4567\n');
      await until('the file', async () => (await valueOf('max_connections')) === 4567);
      const { versions } = (await call<ConfigVersionsResponse>('GET', '/versions?limit=900')).body;
      const response = await fetch(`${server.url}/api/v1/audit?action=config.version&limit=1000`, {
        headers: { authorization: `Bearer ${server.key}` },
      });
      const { entries } = (await response.json()) as { entries: Entry[] };
      assert.deepEqual(
        entries.map(({ detail: { version, hash, source } }) => [version, hash, source]),
        versions.map(({ version, hash, source }) => [version, hash, source]),
      );
      assert.deepEqual([entries.at(-1)?.detail['source'], versions.at(-1)?.version], ['start', 1]);
      const [byFile, byRollback, byPatch] = entries;
      assert.deepEqual([byFile?.role, byFile?.request, byFile?.detail['source']], ['server', undefined, 'file']);
      assert.deepEqual([byRollback?.request, byRollback?.detail['restored']], [back.request_id, changed.version - 1]);
      assert.equal(byPatch?.request, changed.request_id);
      for (const entry of [byRollback, byPatch]) {
        assert.equal(entry?.detail['settings'], 'timeout_ms');
        assert.deepEqual([entry?.role, entry?.personal?.['name']], ['owner', 'owner']);
      }
      for (const entry of [byFile, byRollback, byPatch]) {
        const to = Number(entry?.detail['version']);
        const { differences } = (
          await call<{ differences: { setting: string }[] }>('GET', `/diff?from=${to - 1}&to=${to}`)
        ).body;
        assert.equal(entry?.detail['settings'], differences.map(({ setting }) => setting).join());
      }
      for (const { detail } of entries) {
        const { restored: _, ...rest } = detail;
        assert.deepEqual(Object.keys(rest), ['version', 'hash', 'source', 'settings']);
        // A way back to what holds anyway is a version that changes nothing.
        assert.match(String(rest['settings']), /^[a-z0-9_,]*$/);
      }
    });

    it('takes a file to judge, and does nothing', async () => {
      const { version } = (await call('GET')).body;
      const good = await call<{ valid: boolean }>('POST', '/validate', { yaml: 'timeout_ms: 17\n' });
      assert.deepEqual([good.status, good.body.valid], [200, true]);
      const bad = await call<{ valid: boolean; problems: string[] }>('POST', '/validate', { yaml: 'timeout_ms: no\n' });
      assert.equal(bad.body.valid, false);
      assert.ok(!bad.body.problems.join().includes(server.dataFolder));
      assert.equal((await call('GET')).body.version, version);
    });
  });
}

describe('the configuration of two serving processes', () => {
  let server: LaunchedServer;
  before(async () => {
    server = await launchServer({ env: { WORKERS: '2', REASONER_THREADS: '1' } });
    await until('both', areWell);
  });
  after(() => server.stop());

  const areWell = async (): Promise<boolean> => {
    const { components } = (await (await fetch(`${server.url}/health`)).json()) as HealthResponse;
    return ['serving:1', 'serving:2'].every((name) => components[name]?.status === 'Healthy');
  };

  const patch = (set: object): Promise<Response> =>
    fetch(`${server.url}/api/v1/config`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json', 'if-match': '*' },
      body: JSON.stringify(set),
    });
  const strategies = async (): Promise<string[]> => {
    const answers = Array.from({ length: 8 }, async () => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(QUESTION) };
      const response = await fetch(`${server.url}/api/v1/process`, init);
      return ((await response.json()) as ProcessResponse).metadata.strategy;
    });
    return [...new Set(await Promise.all(answers))];
  };

  it('is the same in both as soon as a change is acknowledged', async () => {
    for (const [name, strategy] of [
      ['majority', 'MajorityVote'],
      ['weighted', 'WeightedAverage'],
      ['ensemble', 'Ensemble'],
    ]) {
      assert.equal((await patch({ fusion_algorithm: name })).status, 200);
      assert.deepEqual(await strategies(), [strategy]);
    }
  });

  it('changes while one of them is frozen, which goes by it when it thaws', async () => {
    const [frozen] = servingProcesses(server.process.pid as number);
    assert.ok(frozen);
    process.kill(frozen, 'SIGSTOP');
    try {
      // Before that, the change itself might go there.
      await until('it is noticed', async () => !(await areWell()));
      assert.equal((await patch({ fusion_algorithm: 'majority' })).status, 200);
      assert.deepEqual(await strategies(), ['MajorityVote']);
    } finally {
      process.kill(frozen, 'SIGCONT');
    }
    await until('it is back', areWell);
    assert.deepEqual(await strategies(), ['MajorityVote']);
  });

  it('is what a process starts with that takes the place of another', async () => {
    const old = servingProcesses(server.process.pid as number);
    assert.equal((await patch({ fusion_algorithm: 'bayesian' })).status, 200);
    for (const pid of old) process.kill(pid, 'SIGKILL');
    await until('both are back', areWell);
    assert.deepEqual(await strategies(), ['BayesianAverage']);
  });
});
