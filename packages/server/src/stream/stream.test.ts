/** The live stream, as a viewer sees it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  encodeAcknowledgement,
  encodeInterest,
  type Frame,
  FrameDecoder,
  type PositionFrame,
  REMOVED_GROUP,
  type TopologyFrame,
} from '@vortexflow/protocol';
import { launchServer, type LaunchedServer } from '@vortexflow/testkit';
import { WebSocket } from 'ws';

let server: LaunchedServer;
before(async () => {
  server = await launchServer();
  // It would come to rest within seconds, and most of this is about what moves.
  const slow = await fetch(`${server.url}/api/v1/layout`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.key}` },
    body: JSON.stringify({ cooling: 0.001 }),
  });
  assert.equal(slow.status, 200);
});
after(() => server.stop());

/** A viewer that keeps what it got: of positions, the frames without their positions, and those of the last one. */
class Viewer {
  readonly frames: Frame[] = [];
  readonly socket: WebSocket;
  readonly #decoder = new FrameDecoder();

  constructor(headers: Record<string, string> = {}) {
    this.socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws/graph`, { headers });
    this.socket.binaryType = 'arraybuffer';
    this.socket.on('message', (data: ArrayBuffer) => {
      this.frames.push(this.#decoder.decode(data));
      this.socket.send(encodeAcknowledgement(this.frames.length));
    });
    this.socket.on('error', () => undefined);
  }

  get positions(): PositionFrame[] {
    return this.frames.filter((frame) => frame.type === 'positions');
  }

  async until<T extends Frame>(fits: (frame: Frame) => frame is T): Promise<T>;
  async until(fits: (frame: Frame) => boolean): Promise<Frame>;
  async until(fits: (frame: Frame) => boolean): Promise<Frame> {
    for (let left = 3000; left > 0; left--) {
      const found = this.frames.find(fits);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`no such frame among ${this.frames.map(({ type }) => type).join(', ')}`);
  }
}

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const isTopology = (frame: Frame): frame is TopologyFrame => frame.type === 'topology';

describe('stream', () => {
  it('sends the whole graph, then positions that move, with growing sequence numbers', async () => {
    const viewer = new Viewer();
    const topology = await viewer.until(isTopology);
    assert.equal(topology.groups.length, 117_791);
    assert.equal(topology.edges.length / 2, 184_083);
    assert.ok(topology.groupNames.includes('noun.animal'));
    assert.equal(viewer.frames[0]?.type, 'topology');
    const first = await viewer.until((frame): frame is PositionFrame => frame.type === 'positions');
    assert.deepEqual(
      viewer.frames.slice(0, 3).map(({ type }) => type),
      ['topology', 'blocks', 'positions'],
    );
    assert.equal(first.positions.length, 3 * 117_791);
    assert.equal(first.changed.length, Math.ceil(117_791 / 512), 'all blocks at once');
    const before = first.positions.slice();
    const second = await viewer.until(
      (frame): frame is PositionFrame => frame.type === 'positions' && frame.sequence > first.sequence,
    );
    assert.ok(second.positions.every(Number.isFinite));
    assert.notDeepEqual(second.positions, before);
    viewer.socket.close();
  });

  it('gives a late joiner the same full state', async () => {
    const viewer = new Viewer();
    assert.equal((await viewer.until(isTopology)).groups.length, 117_791);
    const { changed } = await viewer.until((frame): frame is PositionFrame => frame.type === 'positions');
    assert.equal(changed.length, Math.ceil(117_791 / 512));
    viewer.socket.close();
  });

  it('sends a viewer with an interest its part at full rate, and a little of the rest', async () => {
    const viewer = new Viewer();
    const { sequence } = await viewer.until((frame): frame is PositionFrame => frame.type === 'positions');
    viewer.socket.send(
      encodeInterest({ maxNodes: 2_000, nodes: Uint32Array.of(0), sphere: { center: [0, 0, 0], radius: 1e6 } }),
    );
    // 4 blocks of its interest and a few of the rest, out of 231.
    const few = await viewer.until(
      (frame): frame is PositionFrame =>
        frame.type === 'positions' && frame.sequence > sequence && frame.changed.length <= 4 + 4 + 4,
    );
    assert.ok(!few.settled && few.changed.length >= 4, `${few.changed.length} blocks`);
    viewer.socket.close();
  });

  it('ends the connection of a viewer that talks nonsense, and keeps all others', async () => {
    const good = new Viewer();
    await good.until(isTopology);
    for (const [nonsense, code] of [
      ['text', 1003],
      [Uint8Array.of(1, 2, 3), 1008],
      [encodeAcknowledgement(1_000_000), 1008],
      [new Uint8Array(100_000), 1009],
    ] as const) {
      const bad = new Viewer();
      await bad.until(isTopology);
      const closed = new Promise<number>((resolve) => bad.socket.once('close', resolve));
      bad.socket.send(nonsense);
      // What is left unread of a message that is too large may reset the connection before the code has arrived.
      const ended = await closed;
      assert.ok(ended === code || (code === 1009 && ended === 1006), `${ended} instead of ${code}`);
    }
    assert.equal(good.socket.readyState, WebSocket.OPEN);
    good.socket.close();
  });

  it('shows viewers the path of an answer', async () => {
    const viewer = new Viewer();
    await viewer.until(isTopology);
    await post('/api/v1/process', { input: 'What do a wolf and a dog have in common?' });
    const highlight = await viewer.until(({ type }) => type === 'highlight');
    assert.ok(highlight.type === 'highlight');
    const labels = await Promise.all(
      [...highlight.path].map(
        async (index) =>
          ((await (await fetch(`${server.url}/api/v1/graph/nodes?index=${index}`)).json()) as { label: string }).label,
      ),
    );
    assert.deepEqual(labels, ['wolf', 'canine', 'dog']);
    viewer.socket.close();
  });

  it('shows added and removed documents', async () => {
    const viewer = new Viewer();
    await viewer.until(isTopology);
    const owner = { authorization: `Bearer ${server.key}` };
    await post(
      '/api/v1/documents',
      {
        documents: [
          { id: 'a', title: 'A', text: 'see [[B]]' },
          { id: 'b', title: 'B', text: 'x' },
        ],
      },
      owner,
    );
    const grown = await viewer.until(
      (frame): frame is TopologyFrame => isTopology(frame) && frame.groups.length === 117_793,
    );
    assert.equal(grown.edges.length / 2, 184_084);
    assert.deepEqual(grown.edges.slice(-2).sort(), Uint32Array.of(117_791, 117_792));
    const positions = await viewer.until(
      (frame): frame is PositionFrame => frame.type === 'positions' && frame.positions.length === 3 * 117_793,
    );
    assert.equal(positions.revision, grown.revision);
    assert.equal(positions.changed.length, Math.ceil(117_793 / 512));
    await fetch(`${server.url}/api/v1/documents/b`, { method: 'DELETE', headers: owner });
    const shrunk = await viewer.until(
      (frame): frame is TopologyFrame => isTopology(frame) && frame.revision > grown.revision,
    );
    assert.equal(shrunk.groups[117_792], REMOVED_GROUP);
    assert.equal(shrunk.edges.length / 2, 184_083);
    viewer.socket.close();
  });

  it('refuses viewers from pages of other sites, other paths, and wrong keys', async () => {
    const refusals = [
      { origin: 'http://attacker.example' },
      { host: 'attacker.example' },
      { authorization: 'Bearer wrong' },
    ];
    for (const headers of refusals) {
      const viewer = new Viewer(headers);
      const status = await new Promise<number>((resolve) => {
        viewer.socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
        viewer.socket.once('open', () => resolve(101));
      });
      assert.ok(status >= 400, JSON.stringify(headers));
      viewer.socket.terminate();
    }
  });
});
