/** The server's stream and the layout in the page, through the one door that decides between them. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { LayoutEngine, LayoutGraph } from '@vortexflow/layout';
import type { WebGpuLayout } from '@vortexflow/layout/internal';
import { REMOVED_GROUP } from '@vortexflow/protocol';
import { Movement } from './movement.ts';

/** Ticks of a fake layout until it rests. */
const TICKS = 8;
const TICK_MS = 30;

/** Moves all x by 1 a tick. */
class FakeEngine {
  readonly backend = 'webgpu';
  readonly loads: LayoutGraph[] = [];
  ticks = 0;
  stirred = 0;
  disposed = 0;
  failing: Error | null = null;
  underWay = 0;
  readonly #clock: { now: number };
  #positions: Float32Array = new Float32Array();
  #left = 0;

  constructor(clock: { now: number }) {
    this.#clock = clock;
  }

  async load(graph: LayoutGraph): Promise<void> {
    if (this.failing) throw this.failing;
    this.loads.push(graph);
    this.#positions = graph.start!.map((value) => (Number.isNaN(value) ? 100 : value));
    this.#left = TICKS;
  }

  setParameters(): void {
    this.stirred++;
  }

  async tick(): Promise<{ tick: number; temperature: number; settled: boolean; movement: number }> {
    if (this.failing) throw this.failing;
    assert.equal(this.underWay++, 0, 'one tick at a time');
    await Promise.resolve();
    this.underWay--;
    this.ticks++;
    this.#clock.now += TICK_MS;
    for (let p = 0; p < this.#positions.length; p += 3) this.#positions[p]!++;
    return { tick: this.ticks, temperature: 0.1, settled: --this.#left === 0, movement: 1 };
  }

  async positions(): Promise<Float32Array> {
    return this.#positions;
  }

  async dispose(): Promise<void> {
    this.disposed++;
  }
}

function setUp() {
  const clock = { now: 0 };
  const engine = new FakeEngine(clock);
  const shown: Float32Array[] = [];
  const frames: (() => void)[] = [];
  let lose: (error: Error) => void = () => undefined;
  const opening = Promise.withResolvers<void>();
  const opened: WebGpuLayout = {
    engine: engine as unknown as LayoutEngine,
    lost: new Promise((resolve) => {
      lose = resolve;
    }),
  };
  const gpu = { there: true };
  const movement = new Movement({
    engine: () => (gpu.there ? () => opening.promise.then(() => opened) : null),
    frame: () => new Promise((resolve) => frames.push(resolve)),
    now: () => clock.now,
    show: (positions) => shown.push(positions),
  });
  /** Lets the display show frames as long as somebody waits for one. @returns how many somebody waited for */
  const frame = async (most: number): Promise<number> => {
    for (let count = 0; count <= most; count++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (count === most || frames.length === 0) return count;
      assert.equal(frames.length, 1);
      frames.pop()!();
    }
    return most;
  };
  const start = async (): Promise<void> => {
    movement.takeTopology(graph(2, [0, 1]), false);
    movement.takePositions(places(0, 5));
    movement.toggleLocal();
    opening.resolve();
    await frame(1);
  };
  return { movement, engine, shown, frame, gpu, opening, start, lose: (error: Error) => lose(error) };
}

const graph = (nodes: number, edges: readonly number[], removed: readonly number[] = []) => ({
  groups: Uint8Array.from({ length: nodes }, (_, node) => (removed.includes(node) ? REMOVED_GROUP : 0)),
  edges: Uint32Array.from(edges),
});

/** Nodes at these x. */
const places = (...xs: number[]) => ({ positions: Float32Array.from(xs.flatMap((x) => [x, 0, 0])) });

const xOf = (positions: Float32Array | undefined): number[] => [...(positions ?? [])].filter((_, p) => p % 3 === 0);

test('without a wish the stream is shown, frame by frame', () => {
  const { movement, shown } = setUp();
  movement.takeTopology(graph(2, [0, 1]), false);
  movement.takePositions(places(1, 2));
  movement.takePositions(places(3, 4));
  assert.deepEqual(shown.map(xOf), [
    [1, 2],
    [3, 4],
  ]);
});

test('a held picture stands, and goes on with the newest positions', () => {
  const { movement, shown } = setUp();
  movement.takeTopology(graph(1, []), false);
  movement.takePositions(places(1));
  movement.togglePause();
  movement.takePositions(places(2));
  movement.takePositions(places(3));
  assert.equal(shown.length, 1);
  movement.togglePause();
  assert.deepEqual(xOf(shown.at(-1)), [3]);
});

test('a layout here begins where the picture is, is stirred, moves, and costs nothing once it rests', async () => {
  const { movement, engine, shown, frame, start } = setUp();
  await start();
  const [load] = engine.loads;
  assert.deepEqual([load?.nodes, xOf(load?.start), [...(load?.edges ?? [])]], [2, [0, 5], [0, 1]]);
  assert.equal(engine.stirred, 1);
  assert.equal(await frame(100), TICKS - 1, 'a frame a tick, and none afterwards');
  assert.deepEqual(xOf(shown.at(-1)), [TICKS, TICKS + 5]);
  assert.deepEqual(movement.local.get(), { phase: 'on', backend: 'webgpu', settled: true, tickMs: TICK_MS });
  assert.ok(shown.length < TICKS, 'not every tick is brought back');
  assert.equal(await frame(100), 0);
});

test('pictures are copies: what was shown does not change', async () => {
  const { shown, frame, start } = setUp();
  await start();
  const first = shown.at(-1);
  const before = xOf(first);
  await frame(100);
  assert.deepEqual(xOf(first), before);
});

test('while it is being opened the stream is shown; then it is not, and comes back at once', async () => {
  const { movement, engine, shown, frame, opening } = setUp();
  movement.takeTopology(graph(2, [0, 1]), false);
  movement.takePositions(places(0, 5));
  movement.toggleLocal();
  assert.equal(movement.local.get().phase, 'opening');
  movement.takePositions(places(7, 7));
  assert.deepEqual(xOf(shown.at(-1)), [7, 7]);
  opening.resolve();
  await frame(1);
  movement.takePositions(places(9, 9));
  assert.notDeepEqual(xOf(shown.at(-1)), [9, 9]);
  movement.toggleLocal();
  assert.deepEqual(xOf(shown.at(-1)), [9, 9]);
  assert.deepEqual(movement.local.get(), { phase: 'off', problem: '' });
  const pictures = shown.length;
  await frame(100);
  assert.equal(shown.length, pictures, 'nothing is shown of a tick that was under way');
  assert.equal(engine.disposed, 1);
});

test('a wish taken back before it opened leaves nothing behind', async () => {
  const { movement, engine, frame, opening } = setUp();
  movement.takeTopology(graph(2, [0, 1]), false);
  movement.takePositions(places(0, 5));
  movement.toggleLocal();
  movement.toggleLocal();
  opening.resolve();
  assert.equal(await frame(10), 0);
  assert.deepEqual([engine.ticks, engine.disposed, movement.local.get().phase], [0, 1, 'off']);
});

test('a change of the graph wakes it: old nodes stay, new ones are for the engine to place, removed ones are told', async () => {
  const { movement, engine, shown, frame, start } = setUp();
  await start();
  await frame(100);
  movement.takeTopology(graph(3, [0, 2], [1]), false);
  await frame(100);
  const load = engine.loads.at(-1);
  assert.deepEqual(xOf(load?.start), [TICKS, TICKS + 5, NaN]);
  assert.deepEqual([[...(load?.removed ?? [])], [...(load?.edges ?? [])]], [[1], [0, 2]]);
  assert.equal(engine.stirred, 1, 'a document added is no reason to stir everything');
  assert.equal(xOf(shown.at(-1)).length, 3);
});

test('a held picture holds the layout here too', async () => {
  const { movement, engine, frame, start } = setUp();
  await start();
  movement.togglePause();
  await frame(100);
  const before = engine.ticks;
  assert.ok(before < TICKS);
  movement.togglePause();
  await frame(100);
  assert.equal(engine.ticks, TICKS);
});

test('a lost device is told of, at rest too, and the stream is back', async () => {
  const { movement, engine, shown, frame, start, lose } = setUp();
  await start();
  await frame(100);
  movement.takePositions(places(1, 2));
  lose(new Error('the device is gone'));
  await frame(1);
  assert.deepEqual(movement.local.get(), { phase: 'off', problem: 'the device is gone' });
  assert.deepEqual(xOf(shown.at(-1)), [1, 2]);
  assert.equal(engine.disposed, 1);
});

test('a graph that does not fit is told of, and so is a tick that fails', async () => {
  for (const when of ['load', 'tick']) {
    const { movement, engine, frame, start } = setUp();
    if (when === 'load') engine.failing = new Error('too large');
    await start();
    engine.failing = new Error('too large');
    await frame(100);
    assert.deepEqual(movement.local.get(), { phase: 'off', problem: 'too large' });
    assert.equal(engine.disposed, 1);
  }
});

test('after a restart of the server only the server knows where nodes are', async () => {
  const { movement, frame, start } = setUp();
  await start();
  movement.takeTopology(graph(2, [0, 1]), true);
  assert.equal(movement.local.get().phase, 'off');
  await frame(100);
});

test('it is not begun without a GPU, nor before there are positions of this graph', () => {
  const { movement, gpu } = setUp();
  movement.toggleLocal();
  movement.takeTopology(graph(2, [0, 1]), false);
  movement.takePositions(places(1, 2, 3));
  movement.toggleLocal();
  movement.takePositions(places(1, 2));
  gpu.there = false;
  movement.toggleLocal();
  assert.equal(movement.local.get().phase, 'off');
});
