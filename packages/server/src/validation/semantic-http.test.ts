/** Tier 4 on a real server: what is right in itself and wrong for this graph and these answers. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { ErrorResponse } from '@vortexflow/protocol';
import { launchServer, type LaunchedServer } from '@vortexflow/testkit';

let server: LaunchedServer;
before(async () => {
  server = await launchServer({ env: { WORKERS: '0', REASONER_THREADS: '1' } });
});
after(() => server.stop());

async function refusal(method: string, path: string, body?: object): Promise<ErrorResponse> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${server.key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const error = (await response.json()) as ErrorResponse;
  assert.ok(response.status >= 400, `${method} ${path}: ${response.status}`);
  return error;
}

it('refusals by the state name what is not there, what there is, and what may have been meant', async () => {
  const place = { x: 0, y: 0, z: 0 };
  const cases: readonly (readonly [string, string, object | undefined, string, string, RegExp])[] = [
    ['GET', '/graph/nodes/dog', undefined, 'node_not_found', '/params/id', /Did you mean "wn:dog\.n\.01"/],
    ['GET', '/graph/nodes/wn:dog.n.99', undefined, 'node_not_found', '/params/id', /Did you mean "wn:dog\.n\.01"/],
    ['GET', '/graph/nodes/qqqq', undefined, 'node_not_found', '/params/id', /search/],
    ['GET', '/graph/nodes?index=999999999', undefined, 'node_not_found', '/querystring/index', /search/],
    ['GET', '/graph/path?from=wn:dog.n.01&to=cat', undefined, 'node_not_found', '/querystring/to', /"wn:cat\.n\.01"/],
    ['PUT', '/layout/pins/dog', place, 'node_not_found', '/params/id', /Did you mean "wn:dog\.n\.01"/],
    ['DELETE', '/layout/pins/qqqq', undefined, 'node_not_found', '/params/id', /search/],
    ['DELETE', '/layout/pins/wn:dog.n.01', undefined, 'pin_not_found', '/params/id', /layout/],
    ['POST', '/feedback', { request_id: 'never', correct: true }, 'answer_not_found', '/request_id', /Ask again/],
    [
      'GET',
      '/graph/analytics?measure=degree&limit=101',
      undefined,
      'request_invalid',
      '/querystring/limit',
      /1 to 100/,
    ],
    ['GET', '/graph/analytics?measure=kmeans&k=1', undefined, 'request_invalid', '/querystring/k', /2 to 64/],
    ['POST', '/config/rollback', { version: 999 }, 'config_version_not_found', '/version', /versions/],
    ['GET', '/config/diff?from=1&to=999', undefined, 'config_version_not_found', '/querystring/to', /versions/],
    ['GET', '/documents/nothing', undefined, 'document_not_found', '/params/id', /documents/],
  ];
  for (const [method, path, body, code, pointer, hint] of cases) {
    const error = await refusal(method, path, body);
    const told = `${path}: ${JSON.stringify(error)}`;
    assert.deepEqual([error.code, error.details?.['pointer']], [code, pointer], told);
    assert.ok(error.details?.['expected'], told);
    assert.match(error.hint ?? '', hint, told);
  }
});

it('texts of feedback are remarked on, never refused', async () => {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${server.key}` };
  const post = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 200);
    return (await response.json()) as Record<string, unknown>;
  };
  const { request_id } = await post('/process', { input: 'What is a dog?' });
  await post('/feedback', {
    request_id,
    answer: ['an animal', "1' UNION SELECT password FROM users WHERE '1'='1' --"],
  });
  const isFlagged = (): boolean => {
    const { stdout, stderr } = server.output();
    return /"route":"\/api\/v1\/feedback"[^\n]*"flags":\["content:sqli"\]/.test(stdout + stderr);
  };
  // The log is written behind the answer.
  for (let i = 0; i < 40 && !isFlagged(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(isFlagged());
});
