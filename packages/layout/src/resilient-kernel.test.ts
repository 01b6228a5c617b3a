import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import { createTypeScriptKernel } from './cpu-ts/typescript-kernel.ts';
import { describeKernel, kernelGraph, STEP_OF_TESTS as STEP } from './kernel-conformance.ts';
import { type Kernel, KernelLostError, type LosableKernel } from './kernel.ts';
import { createResilientKernel, type KernelChange } from './resilient-kernel.ts';
import { gridGraph } from './test-graphs.ts';

/** A real kernel that can be taken away at will. */
function losable(): LosableKernel & { lose(): void; readonly disposals: number } {
  const inner = createTypeScriptKernel();
  let gone = false;
  let disposals = 0;
  let lose: (reason: Error) => void = () => undefined;
  const lost = new Promise<Error>((resolve) => {
    lose = resolve;
  });
  const guard =
    <A extends unknown[], R>(run: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (gone) throw new KernelLostError('gone');
      return run(...args);
    };
  return {
    backend: 'fast',
    adapter: 'a test',
    lost,
    get bytes() {
      return inner.bytes;
    },
    load: guard((graph) => inner.load(graph)),
    run: guard((steps) => inner.run(steps)),
    forces: guard((step) => inner.forces(step)),
    read: guard(() => inner.read()),
    place: guard((nodes, places) => inner.place(nodes, places)),
    get disposals() {
      return disposals;
    },
    dispose: async () => {
      disposals++;
      await inner.dispose();
    },
    lose: () => {
      gone = true;
      lose(new KernelLostError('unplugged'));
    },
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function setUp() {
  const clock = new VirtualClock();
  const opened: ReturnType<typeof losable>[] = [];
  const changes: KernelChange[] = [];
  let refuse = false;
  const kernel: Kernel = createResilientKernel({
    standby: createTypeScriptKernel(),
    clock,
    onChange: (change) => changes.push(change),
    open: async () => {
      if (refuse) throw new Error('no device');
      const fast = losable();
      opened.push(fast);
      return fast;
    },
  });
  return { clock, opened, changes, kernel, refuse: (now: boolean) => (refuse = now) };
}

describeKernel('resilient', async ({ memoryLimit }) => {
  const standby = createTypeScriptKernel(memoryLimit);
  return createResilientKernel({ standby, clock: new VirtualClock(), open: async () => losable() });
});

describe('resilient kernel', () => {
  it('begins on the standby and goes over to the fast one', async () => {
    const { kernel } = setUp();
    const graph = kernelGraph(gridGraph(8));
    assert.equal(kernel.backend, 'cpu-ts');
    await kernel.load(graph);
    await turn();
    await kernel.run([STEP]);
    assert.equal(kernel.backend, 'fast');
    await kernel.dispose();
  });

  for (const when of ['between two steps', 'in the middle of a step'] as const) {
    it(`goes on from the last picture when the device is lost ${when}`, async () => {
      const { kernel, opened, changes } = setUp();
      await turn();
      await kernel.load(kernelGraph(gridGraph(12)));
      for (let k = 0; k < 5; k++) await kernel.run([STEP]);
      const picture = (await kernel.read()).slice();
      await kernel.run([STEP]);
      opened[0]!.lose();
      if (when === 'between two steps') await turn();
      await kernel.run([{ ...STEP, limit: 0.5 }]);
      assert.equal(kernel.backend, 'cpu-ts');
      const after = await kernel.read();
      const furthest = Math.max(...after.map((value, p) => Math.abs(value - picture[p]!)));
      assert.ok(furthest > 0 && furthest <= 0.5, `${furthest}`);
      assert.match(String(changes.at(-1)?.reason), /unplugged|gone/);
      await kernel.dispose();
    });
  }

  it('returns to the device with growing pauses, from where the standby is', async () => {
    const { kernel, clock, opened, changes, refuse } = setUp();
    await turn();
    await kernel.load(kernelGraph(gridGraph(6)));
    refuse(true);
    opened[0]!.lose();
    await turn();
    for (const pause of [1000, 2000, 4000]) {
      const before = changes.length;
      clock.advance(pause - 1);
      await turn();
      assert.equal(changes.length, before, `tried before ${pause} ms`);
      clock.advance(1);
      await turn();
      assert.equal(changes.length, before + 1);
    }
    await kernel.run([STEP]);
    const there = (await kernel.read()).slice();
    refuse(false);
    clock.advance(8000);
    await turn();
    await kernel.run([{ ...STEP, limit: 1e-6 }]);
    assert.equal(kernel.backend, 'fast');
    const furthest = Math.max(...(await kernel.read()).map((value, p) => Math.abs(value - there[p]!)));
    assert.ok(furthest < 1e-4, `${furthest}`);
    await kernel.dispose();
  });

  it('does not wait for what no waiting mends', async () => {
    const clock = new VirtualClock();
    let tries = 0;
    const kernel = createResilientKernel({
      standby: createTypeScriptKernel(),
      clock,
      worthRetrying: ({ message }) => message !== 'no device',
      open: async () => {
        tries++;
        throw new Error(tries === 1 ? 'busy' : 'no device');
      },
    });
    await turn();
    for (let k = 0; k < 5; k++) {
      clock.advance(60_000);
      await turn();
    }
    assert.equal(tries, 2);
    await kernel.dispose();
  });

  it('takes a lost device down after the first frame without it, or when all ends', async () => {
    for (const later of [true, false]) {
      const { kernel, clock, opened } = setUp();
      await turn();
      await kernel.load(kernelGraph(gridGraph(6)));
      opened[0]!.lose();
      await turn();
      await kernel.run([STEP]);
      assert.equal(opened[0]!.disposals, 0);
      if (later) clock.advance(500);
      else await kernel.dispose();
      await turn();
      assert.equal(opened[0]!.disposals, 1);
      await kernel.dispose();
      assert.equal(opened[0]!.disposals, 1);
    }
  });

  it('knows where nodes were put when the device is lost', async () => {
    const { kernel, opened } = setUp();
    await turn();
    await kernel.load(kernelGraph(gridGraph(6)));
    await kernel.place(Uint32Array.of(4), Float32Array.of(90, 80, 70));
    opened[0]!.lose();
    await turn();
    assert.deepEqual((await kernel.read()).slice(12, 15), Float32Array.of(90, 80, 70));
    await kernel.dispose();
  });

  it('opens nothing after it has been disposed', async () => {
    const { kernel, clock, opened } = setUp();
    await turn();
    await kernel.load(kernelGraph(gridGraph(3)));
    opened[0]!.lose();
    await turn();
    await kernel.dispose();
    clock.advance(1e6);
    await turn();
    assert.equal(opened.length, 1);
  });
});
