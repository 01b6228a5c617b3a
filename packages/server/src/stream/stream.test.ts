/** The live stream, as a viewer sees it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeFrame, type Frame, REMOVED_GROUP, type TopologyFrame } from '@vortexflow/protocol';
import { launchServer, type LaunchedServer } from '@vortexflow/testkit';
import { WebSocket } from 'ws';

let server: LaunchedServer;
before(async () => {
  server = await launchServer();
});
after(() => server.stop());

/** A viewer that keeps what it got. */
class Viewer {
  readonly frames: Frame[] = [];
  readonly socket: WebSocket;

  constructor(headers: Record<string, string> = {}) {
    this.socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws/graph`, { headers });
    this.socket.binaryType = 'arraybuffer';
    this.socket.on('message', (data: ArrayBuffer) => this.frames.push(decodeFrame(data)));
    this.socket.on('error', () => undefined);
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
    const first = await viewer.until(({ type }) => type === 'positions');
    const second = await viewer.until((frame) => frame.type === 'positions' && frame.sequence > first.sequence);
    assert.ok(first.type === 'positions' && second.type === 'positions');
    assert.equal(first.positions.length, 3 * 117_791);
    assert.ok(first.positions.every(Number.isFinite));
    assert.notDeepEqual(first.positions, second.positions);
    viewer.socket.close();
  });

  it('gives a late joiner the same full state', async () => {
    const viewer = new Viewer();
    assert.equal((await viewer.until(isTopology)).groups.length, 117_791);
    await viewer.until(({ type }) => type === 'positions');
    viewer.socket.close();
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
      (frame) => frame.type === 'positions' && frame.positions.length === 3 * 117_793,
    );
    assert.equal(positions.revision, grown.revision);
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
