/**
 * The layout in the page, in a real browser on a small graph: the page as it is built, behind a server that has nothing
 * but the graph. SwiftShader computes, so 117,791 nodes would take minutes.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Duplex } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { PositionStream } from '@vortexflow/layout/internal';
import { seededRandom } from '@vortexflow/primitives';
import { assembleFrame, encodeTopology, SECTION, sectionsOf } from '@vortexflow/protocol';
import { browserPath, WEBGPU_FLAGS } from '@vortexflow/testkit';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import type { PageStats } from './page/probe.ts';

/** Building programs for a GPU that is the processor takes seconds. */
const PATIENCE = 180_000;
const SIDE = 12;
const RADIUS = 8;
/** As the server's, in the part that matters for code that is loaded late. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src 'self'";

type Files = ReadonlyMap<string, Buffer>;

/** The page as it is shipped: name and content of each file. */
async function built(): Promise<Files> {
  const folder = await mkdtemp(join(tmpdir(), 'vortexflow-page-'));
  try {
    const configFile = fileURLToPath(new URL('../vite.config.ts', import.meta.url));
    await build({ configFile, logLevel: 'error', build: { outDir: folder, emptyOutDir: true } });
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    const files = paths.map(async (path) => [relative(folder, path), await readFile(path)] as const);
    return new Map(await Promise.all(files));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A square grid whose nodes were thrown into a ball: no layout at all. */
class ShuffledGrid {
  /** Nodes of it; one more later. */
  nodes = SIDE * SIDE;
  readonly edges: number[] = [];
  readonly positions: number[] = [];

  constructor() {
    const random = seededRandom(7);
    for (let node = 0; node < this.nodes; node++) {
      if (node % SIDE > 0) this.edges.push(node - 1, node);
      if (node >= SIDE) this.edges.push(node - SIDE, node);
      for (let axis = 0; axis < 3; axis++) this.positions.push((random() - 0.5) * 2 * RADIUS);
    }
  }

  /** The graph, and a settled layout. */
  frames(revision: number): Uint8Array[] {
    const groups = new Uint8Array(this.nodes);
    const edges = Uint32Array.from(this.edges);
    const topology = { sequence: 0, revision, groups, sizes: groups, edges, groupNames: ['noun.plant'] };
    const stream = new PositionStream(1);
    const { blocks, tick } = stream.encode(Float32Array.from(this.positions), { revision, settled: true, now: 0 });
    const bytes = [encodeTopology(topology), blocks!].map((buffer) => new Uint8Array(buffer));
    return [...bytes, assembleFrame(tick, sectionsOf(tick, SECTION.key))];
  }

  /** A node at a corner of the grid. */
  grow(): void {
    this.edges.push(0, this.nodes++);
    this.positions.push(0, 0, 0);
  }
}

/** One binary message of a WebSocket, as a server sends it. @param payload fewer than 65,536 bytes */
function message(payload: Uint8Array): Buffer {
  // The length in as few bytes as it takes: browsers insist on it.
  const { length } = payload;
  const head = length < 126 ? [0x82, length] : [0x82, 126, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(head), payload]);
}

class SmallServer {
  readonly grid = new ShuffledGrid();
  readonly #http: Server;
  readonly #viewers = new Set<Duplex>();
  #revision = 1;

  constructor(files: Files) {
    this.#http = createServer((request, response) => {
      const path = (request.url ?? '/').split('?')[0]!;
      const name = path === '/' ? 'index.html' : path.slice(1);
      const file = files.get(name);
      const type = { js: 'text/javascript', css: 'text/css', html: 'text/html', svg: 'image/svg+xml' }[
        name.split('.').at(-1)!
      ];
      if (file) {
        const headers = { 'content-type': type, 'content-security-policy': POLICY };
        response.writeHead(200, headers).end(file);
        return;
      }
      const answer = this.#answer(path);
      response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}));
    });
    this.#http.on('upgrade', ({ headers }, socket) => {
      const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
      const accept = createHash('sha1').update(key).digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      // What viewers say is not listened to.
      socket.resume().on('error', () => undefined);
      this.#viewers.add(socket);
      this.#tell(socket);
    });
  }

  #answer(path: string): unknown {
    if (path === '/health/ready') return { ready: true, progress: '', request_id: '' };
    if (path === '/api/v1/auth/ticket') return { ticket: 'vft_test', expires_in_s: 30, request_id: '' };
    if (path !== '/api/v1/graph') return null;
    const layout = { backend: 'cpu-wasm', state: 'settled', ticks: 1, tick_ms: 1 };
    return { nodes: 1, edges: 1, documents: 0, groups: [], revision: 1, layout, viewers: 1, request_id: '' };
  }

  #tell(viewer: Duplex): void {
    for (const frame of this.grid.frames(this.#revision)) viewer.write(message(frame));
  }

  /** Another node, for everybody. */
  grow(): void {
    this.grid.grow();
    this.#revision++;
    for (const viewer of this.#viewers) this.#tell(viewer);
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const viewer of this.#viewers) viewer.destroy();
    this.#http.close();
  }
}

const stats = (page: Page): Promise<PageStats> =>
  page.evaluate(() => {
    const probe = window.__vortexflow;
    if (!probe) throw new Error('the page has no probe');
    return probe.stats();
  });

describe('the layout in the page', { skip: browserPath ? false : 'no Chromium found', timeout: 900_000 }, () => {
  let files: Files;
  let server: SmallServer;
  let browser: Browser;
  let page: Page;
  /** Mean length on the screen of an edge, in mean distances of any two nodes: 1 for nodes thrown at random. */
  let thrown: number;
  const complaints: string[] = [];
  const scripts: string[] = [];

  before(async () => {
    files = await built();
    server = new SmallServer(files);
    const url = await server.listen();
    browser = await chromium.launch({
      executablePath: browserPath as string,
      args: [...WEBGPU_FLAGS],
      timeout: PATIENCE,
    });
    page = await browser.newPage({ viewport: { width: 640, height: 400 }, reducedMotion: 'reduce' });
    page.setDefaultTimeout(PATIENCE);
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (request.url().endsWith('.js')) scripts.push(request.url());
    });
    await page.goto(`${url}/?names=0&renderer=webgpu`);
    await rest();
    thrown = await disorder();
  });

  after(async () => {
    await browser?.close();
    server?.close();
  });

  /** Waits until nothing is drawn any more. */
  const rest = async (): Promise<void> => {
    const end = performance.now() + PATIENCE;
    for (let last = 0, still = 0; still < 2;) {
      if (performance.now() > end) assert.fail('the picture does not come to rest');
      await page.waitForTimeout(300);
      const { frames, idle } = await stats(page);
      still = idle && frames > 0 && frames === last ? still + 1 : 0;
      last = frames;
    }
  };

  const disorder = async (): Promise<number> => {
    const { nodes, edges } = server.grid;
    const spots = await page.evaluate(
      (count) => Array.from({ length: count }, (_, node) => window.__vortexflow?.project(node) ?? { x: NaN, y: NaN }),
      nodes,
    );
    const apart = (a: number, b: number): number => Math.hypot(spots[a]!.x - spots[b]!.x, spots[a]!.y - spots[b]!.y);
    let [along, across, pairs] = [0, 0, 0];
    for (let e = 0; e < edges.length; e += 2) along += apart(edges[e]!, edges[e + 1]!);
    for (let a = 0; a < nodes; a++) for (let b = 0; b < a; b++, pairs++) across += apart(a, b);
    return along / (edges.length / 2) / (across / pairs);
  };

  const settleHere = async (): Promise<void> => {
    await page.waitForFunction(() => {
      const local = window.__vortexflow?.stats().local;
      return local?.phase === 'on' && local.settled;
    });
    await rest();
  };

  const readOut = async (): Promise<string> => (await page.textContent('#layout-state dd')) ?? '';

  test('the engine is no part of the code that every viewer loads, and all of it together stays small', () => {
    const code = [...files].filter(([name]) => name.endsWith('.js'));
    const engine = code.filter(([, text]) => text.includes('@compute'));
    assert.deepEqual(
      engine.map(([name]) => name.startsWith('assets/engine-')),
      [true],
    );
    for (const [name, text] of code) assert.doesNotMatch(text.toString(), /browser-external|["'`]node:/, name);
    const bytes = code.reduce((sum, [, text]) => sum + gzipSync(text).length, 0);
    assert.ok(bytes < 160_000, `${bytes} bytes of JavaScript, gzipped`);
  });

  test('the server lays out until somebody asks for it here', async () => {
    assert.ok(Math.abs(thrown - 1) < 0.15, `disorder ${thrown}`);
    await page.waitForFunction(() =>
      document.querySelector('#layout-state dd')?.textContent?.includes('cpu-wasm · server · settled'),
    );
    assert.equal(scripts.filter((url) => url.includes('engine')).length, 0);
  });

  test('asked for, it takes the graph from where it is, brings it into order, and rests', async () => {
    await page.locator('#layout-state button').click();
    await settleHere();
    const order = await disorder();
    assert.ok(order < thrown / 2, `disorder ${order}, and ${thrown} before`);
    assert.match(await readOut(), /webgpu · here · settled/);
    const { local, frames } = await stats(page);
    assert.ok(local.phase === 'on' && local.tickMs > 0);
    await page.waitForTimeout(700);
    assert.equal((await stats(page)).frames, frames, 'a page at rest draws nothing');
  });

  test('a change of the graph is laid out here too', async () => {
    server.grow();
    await page.waitForFunction((nodes) => window.__vortexflow?.stats().nodes === nodes, server.grid.nodes);
    // It draws the new graph, and no more the old one, which is settled.
    await page.waitForFunction(
      (node) => window.__vortexflow !== undefined && window.__vortexflow.project(node) !== null,
      server.grid.nodes - 1,
    );
    await settleHere();
    const order = await disorder();
    assert.ok(order < thrown / 2, `disorder ${order}, and ${thrown} before`);
  });

  test('L gives it back, and the picture is the server’s again', async () => {
    await page.locator('.stage').focus();
    await page.keyboard.press('l');
    await page.waitForFunction(() => window.__vortexflow?.stats().local.phase === 'off');
    await rest();
    assert.ok(Math.abs((await disorder()) - thrown) < 0.1);
    assert.match(await readOut(), /cpu-wasm · server/);
  });

  test('a lost device brings the stream back, says so, and can be asked again', async () => {
    await page.keyboard.press('l');
    await settleHere();
    assert.ok((await disorder()) < thrown / 2);
    const session = await browser.newBrowserCDPSession();
    await session.send('Browser.crashGpuProcess').catch(() => undefined);
    await page.getByText('The server computes the layout').waitFor();
    await page.waitForFunction(() => {
      const { losses, backend } = window.__vortexflow!.stats();
      return losses === 1 && backend === 'webgpu';
    });
    await rest();
    assert.ok(Math.abs((await disorder()) - thrown) < 0.1);
    await page.locator('#layout-state button').click();
    await settleHere();
    assert.ok((await disorder()) < thrown / 2);
  });

  test('the page had nothing to complain about', () => {
    assert.deepEqual(complaints, []);
  });
});
