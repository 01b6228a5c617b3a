/** The layout's routes on a real server with the whole WordNet, through the client and past it, and what viewers see. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createClient, type VortexflowClient, type VortexflowError } from '@vortexflow/client';
import {
  encodeAcknowledgement,
  type ErrorResponse,
  FrameDecoder,
  LayoutResponse,
  type PositionFrame,
} from '@vortexflow/protocol';
import { launchServer, type LaunchedServer } from '@vortexflow/testkit';
import { Compile } from 'typebox/compile';
import { WebSocket } from 'ws';

let server: LaunchedServer;
let client: VortexflowClient;
before(async () => {
  server = await launchServer();
  client = createClient({ baseUrl: server.url, key: server.key });
  await settled();
});
after(() => server.stop());

const pause = (ms = 20): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

async function settled(): Promise<LayoutResponse> {
  for (;;) {
    const layout = await client.layout.state();
    if (layout.state === 'settled') return layout;
    await pause();
  }
}

/** Sends a request as it is, with the key unless another header says otherwise. */
async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.url}/api/v1/layout${path}`, {
    method,
    headers: {
      authorization: `Bearer ${server.key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as ErrorResponse };
}

const accepts = Compile(LayoutResponse);

/** A viewer that follows everything. */
class Watcher {
  latest: PositionFrame | undefined;
  frames = 0;
  #received = 0;
  readonly socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws/graph`);
  readonly #decoder = new FrameDecoder();

  constructor() {
    this.socket.binaryType = 'arraybuffer';
    this.socket.on('message', (data: ArrayBuffer) => {
      const frame = this.#decoder.decode(data);
      this.socket.send(encodeAcknowledgement(++this.#received));
      if (frame.type !== 'positions') return;
      this.latest = frame;
      this.frames++;
    });
  }

  /** The place of a node in the first settled frame after so many frames. */
  async settledPlace(node: number, after: number): Promise<number[]> {
    while (!(this.frames > after && this.latest?.settled)) await pause();
    return Array.from(this.latest.positions.subarray(node * 3, node * 3 + 3));
  }
}

const DOG = 'wn:dog.n.01';

describe('GET and PATCH /api/v1/layout', { timeout: 240_000 }, () => {
  it('tells state, parameters with ranges, and pins, to callers without a key too', async () => {
    const layout = await createClient({ baseUrl: server.url }).layout.state();
    assert.ok(accepts.Check(layout), JSON.stringify([...accepts.Errors(layout)].slice(0, 2)));
    assert.deepEqual(layout.parameters, {
      repulsion: 1,
      spring: 2,
      gravity: 0.01,
      cluster: 0,
      collision: 0,
      dimensions: 3,
      theta: 1.2,
      cooling: 0.06,
    });
    assert.deepEqual(Object.keys(layout.ranges), Object.keys(layout.parameters));
    assert.deepEqual(layout.ranges['theta'], { minimum: 0.3, maximum: 1.5, exclusive: false });
    assert.deepEqual(layout.pins, []);
    assert.match(layout.backend, /^cpu-/);
  });

  it('changes what is named and nothing else; a settled layout wakes', async () => {
    const { parameters, ticks } = await settled();
    const changed = await client.layout.change({ repulsion: 1.5, theta: 1.5 });
    assert.deepEqual(changed.parameters, { ...parameters, repulsion: 1.5, theta: 1.5 });
    assert.equal(changed.state, 'moving');
    const later = await settled();
    assert.ok(later.ticks > ticks + 10, `${later.ticks - ticks} ticks`);
    assert.deepEqual(later.parameters, changed.parameters);
  });

  it('does not keep a flat layout for the next start, which has three dimensions again', async () => {
    await client.layout.change({ dimensions: 2 });
    await settled();
    // Nothing tells when a layout has been kept; it takes a few milliseconds.
    await pause(500);
    const { buffer } = new Uint8Array(await readFile(join(server.dataFolder, 'cache', 'layout.bin')));
    const depths = new Float32Array(buffer, 16).filter((_, p) => p % 3 === 2);
    assert.equal(depths.length, 117_791);
    assert.ok(depths.some((depth) => depth !== 0));
    await client.layout.change({ dimensions: 3 });
    await settled();
  });

  const refused: readonly (readonly [unknown, RegExp, string | undefined])[] = [
    [{ charge: 1 }, /^Unknown key "charge" in the body\.$/, undefined],
    [{ repulsion: 0 }, /^"repulsion" must be greater than 0\.$/, 'repulsion'],
    [{ repulsion: 1000 }, /^"repulsion" must be less than 1000\.$/, 'repulsion'],
    [{ spring: -1 }, /^"spring" must be greater than 0\.$/, 'spring'],
    [{ gravity: 1.01 }, /^"gravity" must be at most 1\.$/, 'gravity'],
    [{ cluster: -0.1 }, /^"cluster" must be at least 0\.$/, 'cluster'],
    [{ collision: 2 }, /^"collision" must be at most 1\.$/, 'collision'],
    [{ dimensions: 4 }, /^"dimensions" must be one of 2, 3\.$/, 'dimensions'],
    [{ theta: 0.2 }, /^"theta" must be at least 0\.3\.$/, 'theta'],
    [{ cooling: 1 }, /^"cooling" must be less than 1\.$/, 'cooling'],
    [{ gravity: '0' }, /^"gravity" must be a number\.$/, 'gravity'],
    ['{"spring": 1e999}', /^A number is out of range\.$/, 'spring'],
    [{}, /fewer than 1/, undefined],
    [[], /must be a JSON object/, undefined],
  ];
  for (const [body, message, field] of refused) {
    it(`refuses ${JSON.stringify(body)}`, async () => {
      const before = await client.layout.state();
      const answer = await send('PATCH', '', body);
      assert.deepEqual([answer.status, answer.body.code], [400, 'request_invalid']);
      assert.match(answer.body.message, message);
      assert.equal(answer.body.details?.['field'], field);
      assert.deepEqual((await client.layout.state()).parameters, before.parameters);
    });
  }
});

describe('/api/v1/layout/pins', { timeout: 240_000 }, () => {
  it('puts a node where it is told, before the eyes of viewers, until it is let go', async () => {
    await settled();
    const watcher = new Watcher();
    const { index } = await client.graph.node(DOG);
    await watcher.settledPlace(index, 0);
    const before = watcher.frames;
    const place = { x: 1500.1, y: -20, z: 0.3 };
    const { request_id: _, ...pinned } = await client.layout.pin(DOG, place);
    assert.deepEqual(pinned, { id: DOG, ...place });
    const seen = await watcher.settledPlace(index, before);
    assert.ok(watcher.frames - before > 2, `${watcher.frames - before} frames`);
    const off = Math.max(...seen.map((value, axis) => Math.abs(value - [1500.1, -20, 0.3][axis]!)));
    assert.ok(off < 0.1, `seen at ${seen.join(', ')}`);
    assert.deepEqual((await client.layout.state()).pins, [{ id: DOG, ...place }]);
    const held = watcher.frames;
    assert.equal((await client.layout.unpin(DOG)).removed, 1);
    assert.notDeepEqual(await watcher.settledPlace(index, held), seen);
    assert.deepEqual((await client.layout.state()).pins, []);
    watcher.socket.close();
  });

  it('holds a document that has only just come, and forgets it when it goes', async () => {
    const id = 'notes/ä b.md#1';
    await client.documents.add([{ id: 'notes/ä b.md', title: 'New', text: '# New\n\n## 1\n\nText.' }]);
    const { neighbours } = await client.graph.node('notes/ä b.md');
    assert.ok(
      neighbours.some((neighbour) => neighbour.id === id),
      JSON.stringify(neighbours),
    );
    await client.layout.pin(id, { x: 1, y: 2, z: 3 });
    await client.layout.pin(DOG, { x: 4, y: 5, z: 6 });
    assert.deepEqual(
      (await client.layout.state()).pins.map((pin) => pin.id),
      [id, DOG],
    );
    await client.documents.remove('notes/ä b.md');
    assert.deepEqual(
      (await client.layout.state()).pins.map((pin) => pin.id),
      [DOG],
    );
    assert.equal((await send('DELETE', `/pins/${encodeURIComponent(id)}`)).body.code, 'node_not_found');
    assert.notEqual((await settled()).state, 'failed');
    assert.equal((await client.layout.unpinAll()).removed, 1);
    assert.equal((await client.layout.unpinAll()).removed, 0);
  });

  it('refuses unknown nodes, nodes that are not pinned, and places that are none', async () => {
    const cat = `/pins/${encodeURIComponent('wn:cat.n.01')}`;
    const place = { x: 0, y: 0, z: 0 };
    const cases: readonly (readonly [string, string, unknown, number, string, RegExp])[] = [
      ['PUT', '/pins/nobody', place, 404, 'node_not_found', /"nobody"/],
      ['DELETE', '/pins/nobody', undefined, 404, 'node_not_found', /"nobody"/],
      ['DELETE', cat, undefined, 404, 'pin_not_found', /"wn:cat\.n\.01" is not pinned/],
      ['PUT', cat, { x: 0, y: 0 }, 400, 'request_invalid', /"z" is missing/],
      ['PUT', cat, { ...place, w: 1 }, 400, 'request_invalid', /Unknown key "w"/],
      ['PUT', cat, { ...place, y: '1' }, 400, 'request_invalid', /"y" must be a number/],
      ['PUT', cat, { ...place, x: 10_001 }, 400, 'request_invalid', /"x" must be at most 10000/],
      ['PUT', cat, { ...place, z: -10_001 }, 400, 'request_invalid', /"z" must be at least -10000/],
      ['PUT', cat, '{"x": NaN, "y": 0, "z": 0}', 400, 'body_not_json', /not valid JSON/],
      ['PUT', cat, '{"x": 1e999, "y": 0, "z": 0}', 400, 'request_invalid', /out of range/],
    ];
    for (const [method, path, body, status, code, message] of cases) {
      const answer = await send(method, path, body);
      assert.deepEqual([answer.status, answer.body.code], [status, code], `${method} ${path} ${JSON.stringify(body)}`);
      assert.match(answer.body.message, message);
    }
    assert.deepEqual((await client.layout.state()).pins, []);
  });
});

describe('POST /api/v1/layout/majorise', { timeout: 240_000 }, () => {
  it('answers when it is done, one at a time; viewers see the nodes elsewhere though nothing ticks', async () => {
    const { ticks } = await settled();
    const watcher = new Watcher();
    const rest = await watcher.settledPlace(0, 0);
    const before = watcher.frames;
    // Each is in the audit log before it is done: which of two at once comes first is not said.
    const outcomes = await Promise.allSettled([client.layout.majorise(2), client.layout.majorise(2)]);
    const done = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as VortexflowError] : []));
    assert.deepEqual(
      refused.map(({ code, status }) => [code, status]),
      [['layout_busy', 503]],
    );
    assert.equal(done[0]?.iterations, 2);
    assert.ok(done[0].duration_ms > 0);
    assert.notDeepEqual(await watcher.settledPlace(0, before), rest);
    const layout = await settled();
    assert.deepEqual([layout.majorisations, layout.ticks], [1, ticks]);
    watcher.socket.close();
  });

  it('refuses what is no number of iterations from 1 to 50', async () => {
    for (const body of [
      {},
      { iterations: 0 },
      { iterations: 51 },
      { iterations: 1.5 },
      { iterations: 1, fast: true },
    ]) {
      const answer = await send('POST', '/majorise', body);
      assert.deepEqual([answer.status, answer.body.code], [400, 'request_invalid'], JSON.stringify(body));
    }
  });
});

describe('access to the layout', () => {
  it('lets nobody change it without the key', async () => {
    const pins = `/pins/${encodeURIComponent(DOG)}`;
    const changes: readonly (readonly [string, string, unknown])[] = [
      ['PATCH', '', { repulsion: 2 }],
      ['PUT', pins, { x: 0, y: 0, z: 0 }],
      ['DELETE', pins, undefined],
      ['DELETE', '/pins', undefined],
      ['POST', '/majorise', { iterations: 1 }],
    ];
    for (const [method, path, body] of changes) {
      const response = await fetch(`${server.url}/api/v1/layout${path}`, {
        method,
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      assert.equal(response.status, 401, `${method} ${path}`);
      await response.body?.cancel();
    }
    assert.equal((await send('GET', '', undefined, { authorization: 'Bearer wrong' })).status, 401);
  });

  it('is in the interface description with its methods', async () => {
    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const methods = Object.entries(document.paths)
      .filter(([path]) => path.startsWith('/api/v1/layout'))
      .map(([path, item]) => `${path} ${Object.keys(item).sort().join(' ')}`);
    assert.deepEqual(methods.sort(), [
      '/api/v1/layout get patch',
      '/api/v1/layout/majorise post',
      '/api/v1/layout/pins delete',
      '/api/v1/layout/pins/{id} delete put',
    ]);
  });
});
