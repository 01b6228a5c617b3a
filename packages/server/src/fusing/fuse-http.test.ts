/** `POST /api/v1/fuse` of a real server. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import type { ErrorResponse, FuseResponse } from '@vortexflow/protocol';
import { launchServer, type LaunchedServer } from '@vortexflow/testkit';

let server: LaunchedServer;
before(async () => {
  server = await launchServer();
});
after(() => server.stop());

const JSON_TYPE = { 'content-type': 'application/json' };
const post = (body: string, headers: Record<string, string> = JSON_TYPE): Promise<Response> =>
  fetch(`${server.url}/api/v1/fuse`, { method: 'POST', headers, body });
const codeOf = async (response: Response): Promise<[number, string]> => [
  response.status,
  ((await response.json()) as ErrorResponse).code,
];

/** Status of a request that only announces a body of that many bytes. */
function statusOfLength(bytes: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { ...JSON_TYPE, 'content-length': bytes };
    const asked = request(`${server.url}/api/v1/fuse`, { method: 'POST', headers }, ({ statusCode }) => {
      resolve(statusCode);
      asked.destroy();
    });
    asked.once('error', reject).flushHeaders();
  });
}

const candidates = [
  { source: 'a', answer: '12 May 1990', confidence: 0.7 },
  { source: 'b', answer: 'May 12, 1990', confidence: 0.6 },
  { source: 'c', answer: '13 May 1990', confidence: 0.8 },
];

describe('POST /api/v1/fuse', () => {
  test('fuses, and keeps nothing', async () => {
    const body = JSON.stringify({ algorithm: 'ensemble', labels: null, train: [], items: [{ candidates }] });
    const response = await post(body);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
    const { results, request_id } = (await response.json()) as FuseResponse;
    assert.equal(results[0]?.answer, '12 May 1990');
    assert.equal(request_id, response.headers.get('x-request-id'));
    assert.deepEqual(((await (await post(body)).json()) as FuseResponse).results, results);
  });

  test('refuses in the words of the table', async () => {
    assert.deepEqual(await codeOf(await post('{"items": [], "more": 1}')), [400, 'request_invalid']);
    assert.deepEqual(await codeOf(await post('{')), [400, 'body_not_json']);
    assert.deepEqual(await codeOf(await post('')), [400, 'body_empty']);
    assert.deepEqual(await codeOf(await post('{}', { 'content-type': 'text/plain' })), [415, 'media_type_unsupported']);
    assert.equal(await statusOfLength(32 * 2 ** 20 + 1), 413);
    const got = await fetch(`${server.url}/api/v1/fuse`);
    assert.equal(got.headers.get('allow'), 'POST');
    assert.deepEqual(await codeOf(got), [405, 'method_not_allowed']);
    assert.deepEqual(await codeOf(await post('{}', { ...JSON_TYPE, authorization: 'Bearer wrong' })), [
      401,
      'unauthenticated',
    ]);
  });

  test('other requests are answered while a large batch is under way', async () => {
    const items = Array.from({ length: 3000 }, (_, i) => ({
      candidates: Array.from({ length: 12 }, (_, s) => ({ source: `s${s}`, answer: `a${(i * s) % 5}` })),
    }));
    const train = items.map((item, i) => ({ ...item, truth: [`a${i % 5}`] }));
    const work = { done: false };
    const batch = post(JSON.stringify({ train, items })).finally(() => (work.done = true));
    let answered = 0;
    while (!work.done) {
      await (await fetch(`${server.url}/health/live`)).text();
      if (!work.done) answered++;
    }
    const { results } = (await (await batch).json()) as FuseResponse;
    assert.equal(results.length, 3000);
    assert.ok(answered > 5, `${answered} answers meanwhile`);
  });

  test('names of one thing meet; an ambiguous name stays apart', async () => {
    const item = (...answers: string[]) => ({
      candidates: answers.map((answer, i) => ({ source: `s${i}`, answer, confidence: 0.5 })),
    });
    const items = [
      item('New York City', 'Boston', 'Greater New York'),
      item('Peking', 'the Beijing', 'Tokyo'),
      item('motorcar', 'automobile', 'bicycle'),
      // The planet, the metal or the god; and the metal by its other name.
      item('Mercury', 'hydrargyrum', 'Venus'),
      item('New York', 'New York State', 'New York City'),
      item('us', 'United States of America', 'nobody'),
      item('The Who', 'World Health Organization', 'nobody'),
    ];
    const response = await post(JSON.stringify({ algorithm: 'majority_vote', items }));
    const { results, flags } = (await response.json()) as FuseResponse;
    assert.deepEqual(
      results.map(({ confidence }) => Math.round(3 * confidence)),
      [2, 2, 2, 1, 1, 1, 1],
    );
    assert.deepEqual(flags, []);
  });

  test('knows the names of documents: NYC is New York City once a document says so', async () => {
    const candidates = ['NYC', 'New York City', 'Boston'].map((answer, i) => ({ source: `s${i}`, answer }));
    const body = JSON.stringify({ algorithm: 'majority_vote', items: [{ candidates }] });
    const shareOf = async () => ((await (await post(body)).json()) as FuseResponse).results[0]!.confidence;
    assert.equal(Math.round(3 * (await shareOf())), 1);
    const text = '---\naliases: [NYC, The Big Apple]\n---\nA city on the Hudson.';
    const added = await fetch(`${server.url}/api/v1/documents`, {
      method: 'POST',
      headers: { ...JSON_TYPE, authorization: `Bearer ${server.key}` },
      body: JSON.stringify({ documents: [{ id: 'nyc.md', title: 'New York City', text }] }),
    });
    assert.equal(added.status, 200);
    assert.equal(Math.round(3 * (await shareOf())), 2);
  });

  test('looks up the names of ten thousand candidates', async () => {
    const pairs = [
      ['Peking', 'Beijing'],
      ['Holland', 'The Netherlands'],
      ['domestic dog', 'Canis familiaris'],
    ];
    const items = Array.from({ length: 2500 }, (_, i) => ({
      candidates: [...pairs[i % 3]!, `something ${i}`, `else ${i}`].map((answer, s) => ({ source: `s${s}`, answer })),
    }));
    const response = await post(JSON.stringify({ algorithm: 'majority_vote', items }));
    const { results, flags } = (await response.json()) as FuseResponse;
    assert.ok(results.every(({ confidence }) => Math.round(4 * confidence) === 2));
    assert.deepEqual(flags, []);
  });

  test('is in the interface description', async () => {
    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
      paths: Record<string, { post?: { requestBody?: unknown } }>;
    };
    assert.ok(document.paths['/api/v1/fuse']?.post?.requestBody);
  });
});
