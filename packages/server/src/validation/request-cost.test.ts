/** What requests cost in tier 5, as the routes of a server that is still loading count them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, it } from 'node:test';
import { permissionsOf, type Principal } from '@vortexflow/identity';
import type { ErrorResponse } from '@vortexflow/protocol';
import { bodyCost, questionCost, ResourceBudget } from '@vortexflow/validation';
import { testContext } from '../audit/test-context.ts';
import { buildApp } from '../http/app.ts';
import type { App } from '../http/app-type.ts';
import { DEFAULT_BODY_LIMITS, resourceLimitsOf } from '../http/limits.ts';

const principal: Principal = {
  subject: 'somebody',
  role: 'owner',
  permissions: permissionsOf('owner', null),
  how: 'session',
  credential: 'id',
};
const access = {
  admit: () => principal,
  admitSocket: () => principal,
  hold: () => undefined,
  refused: () => null,
  addressOf: () => '203.0.113.1',
};

let app: App | null = null;
afterEach(() => app?.close());

async function serverWith(budget: ResourceBudget): Promise<App> {
  const context = testContext();
  app = await buildApp({ ...context, access, validation: { ...context.validation, budget } });
  return app;
}

/** Notes what is lent, and lends it. */
class NotingBudget extends ResourceBudget {
  readonly costs: number[] = [];
  override lendWork(cost: number, leftMs: number): () => void {
    this.costs.push(cost);
    return super.lendWork(cost, leftMs);
  }
}

const DOCUMENTS = Buffer.from(
  JSON.stringify({ documents: [{ id: 'a', title: 'A', text: 'a'.repeat(150_000) }] }).padEnd(4 * 65_536, ' '),
);

describe('the cost of a request', () => {
  it('is that of its body, whether its length is said or it comes in chunks', async () => {
    const budget = new NotingBudget(resourceLimitsOf(DEFAULT_BODY_LIMITS));
    const server = await serverWith(budget);
    const post = (url: string, payload: Buffer | Readable, headers: Record<string, string> = {}) =>
      server.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json', ...headers } });
    const chunked = { 'transfer-encoding': 'chunked' };
    await post('/api/v1/documents', DOCUMENTS);
    await post('/api/v1/documents', Readable.from([DOCUMENTS]), chunked);
    await post('/api/v1/graph/import?format=json', Readable.from([DOCUMENTS]), chunked);
    await post('/api/v1/fuse', Readable.from([DOCUMENTS]), chunked);
    assert.deepEqual(budget.costs, [5, 5, 5, 5]);
    assert.deepEqual([budget.held.cost, budget.held.bytes], [0, 0]);
  });

  it('in memory lasts until its body has been read, though its sender leaves before that, and in work no longer', async () => {
    const budget = new NotingBudget(resourceLimitsOf(DEFAULT_BODY_LIMITS));
    const server = await serverWith(budget);
    await server.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.server.address() as AddressInfo;
    const bytes = 16 * 1_048_576;
    const head = `POST /api/v1/documents HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${bytes}\r\n\r\n`;
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const came = Promise.withResolvers<void>();
    server.server.once('request', (request: IncomingMessage) => request.once('end', () => came.resolve()));
    socket.write(head);
    socket.write(Buffer.from('{"documents":[{"id":"a","title":"A","text":"a"}]}'.padEnd(bytes, ' ')));
    await came.promise;
    socket.destroy();
    // The thread that reads it has to start first, which takes longer than this.
    await setTimeout(20);
    assert.equal(budget.held.bytes, bytes);
    for (let left = 200; left > 0 && budget.costs.length === 0; left--) await setTimeout(50);
    await setTimeout(20);
    assert.deepEqual([budget.held.bytes, budget.held.cost, budget.costs.length], [0, 0, 1]);
  });

  it('is too much where one request would take more than one may', async () => {
    const server = await serverWith(new ResourceBudget({ maxCost: 10, maxHeldCost: 20, maxHeldBytes: 1e9 }));
    const ask = async (question: object): Promise<ErrorResponse> =>
      (await server.inject({ method: 'POST', url: '/api/v1/process', payload: question })).json();
    const dear = await ask({ input: 'x'.repeat(8_000), mode: 'Reasoning', top_k: 50 });
    assert.deepEqual(
      [dear.status, dear.code, dear.details?.['expected']],
      [400, 'request_invalid', 'at most 10 units'],
    );
    assert.match(dear.hint ?? '', /cheaper mode/);
    assert.equal((await ask({ input: 'x' })).code, 'not_ready', 'a cheap one comes as far as the loading');
  });

  it('is refused while other work has taken all there is, and taken afterwards', async () => {
    const budget = new ResourceBudget({ maxCost: 10, maxHeldCost: 20, maxHeldBytes: 1e9 });
    const server = await serverWith(budget);
    const ask = () => server.inject({ method: 'POST', url: '/api/v1/process', payload: { input: 'x' } });
    const others = [budget.lendWork(10, 1), budget.lendWork(10, 1)];
    const busy = await ask();
    const error: ErrorResponse = busy.json();
    assert.deepEqual([busy.statusCode, error.code, busy.headers['retry-after']], [503, 'resources_busy', '1']);
    assert.ok(error.details?.['expected'] && error.hint);
    for (const giveBack of others) giveBack();
    assert.equal((await ask()).json<ErrorResponse>().code, 'not_ready');
  });

  it('is never too much for a body that its route lets in, however large the limits are', () => {
    for (const most of [64, 256]) {
      const bodies = { ...DEFAULT_BODY_LIMITS, import: most * 1024 * 1024 };
      const budget = new ResourceBudget(resourceLimitsOf(bodies));
      for (const bytes of Object.values(bodies)) budget.lendWork(bodyCost(bytes), 1)();
      budget.lendWork(questionCost({ input: 'x'.repeat(8_192), mode: 'Reasoning', top_k: 50 }), 1)();
      assert.throws(() => budget.lendWork(bodyCost(most * 1024 * 1024 + 1), 1));
    }
  });
});
