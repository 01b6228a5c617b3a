/** Feedback, calibration, traces and the cache on a real server over HTTP, across restarts and power cuts. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createClient, type VortexflowClient, VortexflowError } from '@vortexflow/client';
import { launchServer, type LaunchedServer } from '@vortexflow/testkit';

const BIN = fileURLToPath(new URL('../bin/vortexflow.mjs', import.meta.url));

let dataFolder: string;
let server: LaunchedServer;
let owner: VortexflowClient;

async function launch(): Promise<void> {
  server = await launchServer({ dataFolder, env: { TIMEOUT_MS: '60000' } });
  owner = createClient({ baseUrl: server.url, key: server.key });
}
before(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'vortexflow-learning-'));
  await launch();
});
after(async () => {
  await server.stop();
  await rm(dataFolder, { recursive: true, force: true });
});

const isError = (code: string, status: number) => (failure: unknown) =>
  failure instanceof VortexflowError && failure.code === code && failure.status === status;

const metric = async (line: string): Promise<number> => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const escaped = line.replace(/[{}]/g, String.raw`\$&`);
  return Number(new RegExp(`^${escaped} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
};

describe('the cache over HTTP', () => {
  it('gives the same answer with the id and the header of each request, as JSON and as events', async () => {
    const input = 'What is the opposite of hot?';
    const first = await owner.ask({ input });
    const response = await fetch(`${server.url}/api/v1/process`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'mine' },
      body: JSON.stringify({ input: 'what is the opposite of hot' }),
    });
    assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
    const second = (await response.json()) as typeof first;
    const { metadata, metrics, request_id, ...rest } = second;
    const { metadata: _m, metrics: _t, request_id: _i, ...firstRest } = first;
    assert.deepEqual(rest, firstRest);
    assert.deepEqual([metadata.cache_hit, request_id, response.headers.get('x-request-id')], [true, 'mine', 'mine']);
    assert.ok(metrics.duration_ms > 0);
    const heard: string[] = [];
    const third = await owner.askStream(
      { input },
      { sources: ({ source }) => heard.push(`sources ${source}`), opinion: ({ source }) => heard.push(source) },
    );
    assert.equal(third.metadata.cache_hit, true);
    assert.deepEqual(
      heard.filter((one) => !one.startsWith('sources')).sort(),
      first.opinions.map(({ source }) => source).sort(),
    );
    assert.equal((await owner.ask({ input, cache: false })).metadata.cache_hit, false);
    assert.equal(await metric('vortex_cache_hits_total'), 2);
    assert.equal(await metric('vortex_cache_entries'), 1);
  });
});

describe('feedback', () => {
  it('needs the owner key', async () => {
    const anonymous = createClient({ baseUrl: server.url });
    const { request_id } = await anonymous.ask({ input: 'What is a dog?' });
    await assert.rejects(anonymous.feedback({ request_id, correct: true }), isError('unauthenticated', 401));
    assert.equal((await anonymous.calibration()).items, 0);
  });

  it('is checked strictly, and an unknown answer is 404', async () => {
    const { request_id } = await owner.ask({ input: 'What is a dog?' });
    const bad: unknown[] = [
      {},
      { request_id },
      { request_id, correct: true, answer: 'a' },
      { request_id, correct: 'yes' },
      { request_id, correct: 1 },
      { request_id, answer: '' },
      { request_id, answer: [] },
      { request_id, answer: 5 },
      { request_id, answer: 'a'.repeat(2001) },
      { request_id, correct: true, more: 1 },
      { request_id: '', correct: true },
      { request_id: 5, correct: true },
      [],
      null,
    ];
    for (const body of bad) {
      const refused = owner.feedback(body as Parameters<typeof owner.feedback>[0]);
      await assert.rejects(refused, (failure) => {
        assert.ok(failure instanceof VortexflowError, String(failure));
        assert.equal(failure.status, 400, JSON.stringify(body));
        return true;
      });
    }
    await assert.rejects(owner.feedback({ request_id: 'never', correct: true }), isError('answer_not_found', 404));
    assert.equal((await owner.calibration()).items, 0);
  });

  it('counts once for an answer: the last one said', async () => {
    const { request_id } = await owner.ask({ input: 'What is the opposite of light?' });
    const effects = [];
    for (const verdict of [{ correct: true }, { correct: true }, { answer: null }, { answer: ['dark', 'heavy'] }])
      effects.push((await owner.feedback({ request_id, ...verdict })).effect);
    assert.deepEqual(effects, ['learned', 'unchanged', 'replaced', 'replaced']);
    const { items, items_total, strategies, calibrated } = await owner.calibration();
    assert.deepEqual([items, items_total, calibrated], [1, 1, false]);
    assert.equal(strategies['Ensemble']?.after?.n, 1);
    assert.equal(await metric('vortex_adaptive_accuracy'), strategies['Adaptive']?.after?.accuracy);
    assert.equal(await metric('vortex_feedback_total{effect="replaced"}'), 2);
  });

  it('that was acknowledged outlives a power cut, and reaches answers from before it', async () => {
    const { request_id } = await owner.ask({ input: 'What is consciousness?' });
    assert.equal((await owner.feedback({ request_id, correct: true })).items, 2);
    // Answers are written a little later than they are given.
    const kept = async () => (await readFile(join(dataFolder, 'cache', 'answers.jsonl'), 'utf8')).includes(request_id);
    for (let left = 250; left > 0 && !(await kept()); left--) await new Promise((resolve) => setTimeout(resolve, 20));
    await server.kill();
    await launch();
    assert.equal((await owner.calibration()).items, 2);
    assert.equal((await owner.feedback({ request_id, correct: true })).effect, 'unchanged');
    assert.equal((await stat(join(dataFolder, 'learned.json'))).mode & 0o777, 0o600);
    assert.ok(!(await readFile(join(dataFolder, 'cache', 'answers.jsonl'), 'utf8')).includes('What is consciousness'));
  });

  it('begins anew beside a damaged file, with a warning', async () => {
    await server.stop();
    const file = join(dataFolder, 'learned.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.slice(0, -10));
    await launch();
    assert.equal((await owner.calibration()).items, 0);
    assert.match(server.output().stderr, /set aside/);
    assert.equal(await readFile(`${file}.damaged`, 'utf8'), text.slice(0, -10));
  });
});

describe('traces', () => {
  it('replay an answer, and are 404 when there is none', async () => {
    const answer = await owner.ask({ input: 'What do a wolf and a dog have in common?' });
    const trace = await owner.trace(answer.request_id);
    assert.equal(trace.answer_id, answer.request_id);
    assert.deepEqual(trace.response.path_steps, answer.path_steps);
    assert.equal(trace.fusion.confidence, answer.confidence);
    assert.ok(trace.readings.length > 0 && trace.opinions.length === 2);
    await assert.rejects(owner.trace('never'), isError('trace_not_found', 404));
  });
});

describe('vortexflow calibrate', () => {
  const run = (args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const options = { env: { ...process.env, VORTEXFLOW_DATA: dataFolder, LOG_FORMAT: 'json' } };
      execFile(process.execPath, [BIN, ...args], options, (failure, stdout, stderr) => {
        resolve({ code: failure ? Number(failure.code) : 0, stdout, stderr });
      });
    });

  it('asks, learns, and tells what was before and after; bad lines by their number', async () => {
    const words =
      'dog cat horse cow sheep pig goat hen duck goose wolf fox bear deer mouse rat hare owl crow hawk'.split(' ');
    const lines = words.flatMap((word) => [
      JSON.stringify({ question: `Is a ${word} an animal?`, answer: 'yes' }),
      JSON.stringify({ question: `Is a ${word} a plant?`, answer: 'no' }),
      JSON.stringify({ question: `Is a ${word} a building?`, answer: 'no' }),
    ]);
    const file = join(dataFolder, 'questions.jsonl');
    await writeFile(file, [...lines, '{oops', '{"question":"Who won the zorblat cup?","answerable":false}'].join('\n'));
    const first = await run(['calibrate', '--json', file]);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stderr, /line 61 skipped: no JSON/);
    const result = JSON.parse(first.stdout) as {
      questions: number;
      scored: number;
      silent: number;
      repeated: number;
      failed: unknown[];
      rows: { what: string; n: number; accuracy: number; ece: number }[];
    };
    assert.equal(result.questions, 61);
    assert.equal(result.scored + result.silent + result.repeated + result.failed.length, 61);
    assert.deepEqual(
      result.rows.map(({ what }) => what),
      ['before', 'after', 'before, second half', 'after, second half'],
    );
    assert.ok((result.rows[1]?.accuracy ?? 0) > 0.9);
    const calibration = await owner.calibration();
    assert.equal(calibration.calibrated, true);
    assert.equal(calibration.strategies['Ensemble']?.after?.n, calibration.items);
    assert.equal((await owner.ask({ input: 'Is a lion an animal?' })).calibrated, true);
    // The same file again teaches nothing new.
    const again = await run(['calibrate', file]);
    assert.match(
      again.stdout,
      new RegExp(`0 scored, ${result.silent} without any answer, ${result.scored} learned before`),
    );
    assert.equal((await owner.calibration()).items, calibration.items);
  });

  it('refuses a file without any question', async () => {
    const file = join(dataFolder, 'empty.jsonl');
    await writeFile(file, '\n{}\n');
    const { code, stderr } = await run(['calibrate', file]);
    assert.equal(code, 1);
    assert.match(stderr, /line 2 skipped[^]*holds no question/);
    assert.equal((await run(['calibrate'])).code, 2);
    assert.equal((await run(['calibrate', join(dataFolder, 'nowhere.jsonl')])).code, 1);
  });
});
