import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import * as fc from 'fast-check';
import {
  type ActorRef,
  type ActorSpec,
  createSystem,
  fileSnapshots,
  memorySnapshots,
  type PlacedActorSpec,
  type SnapshotStore,
  type SupervisorRef,
  type System,
  type Warning,
} from './index.ts';
import type { Order, Said } from './obedient.actor.ts';

fc.configureGlobal({ seed: 61 });

const ASK = { timeoutMs: 1e9 };
const code = (error: unknown): unknown => (error as { code?: unknown }).code;

const folders: string[] = [];
after(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});
async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'snapshots-'));
  folders.push(made);
  return made;
}

/** Adds what it is told; a number below zero crashes it, zero ends it in order. Answers the sum. */
function adder(every: number): ActorSpec<number, number, number> {
  return {
    id: 'adder',
    init: () => 0,
    handle(sum, message, ctx) {
      if (message < 0) throw new Error('as told');
      if (message === 0) ctx.stop();
      ctx.reply(sum + message);
      return sum + message;
    },
    snapshot: {
      every,
      save: (sum) => new TextEncoder().encode(String(sum)),
      load(bytes) {
        const sum = Number(new TextDecoder().decode(bytes));
        if (!Number.isInteger(sum)) throw new Error('that is no sum');
        return sum;
      },
    },
  };
}

interface Rig {
  readonly system: System;
  readonly top: SupervisorRef;
  readonly warnings: Warning[];
}

async function rig(
  spec: ActorSpec<number, number, number> | PlacedActorSpec<Order, Said>,
  snapshots?: SnapshotStore,
): Promise<Rig> {
  const warnings: Warning[] = [];
  const system = createSystem({
    clock: new VirtualClock(),
    onWarning: (warning) => warnings.push(warning),
    ...(snapshots && { snapshots }),
  });
  const children = [spec];
  const top = await system.supervise({ id: 'top', strategy: 'one_for_one', intensity: 100, children });
  return { system, top, warnings };
}

describe('an actor with snapshots', () => {
  test('starts again from the last one, which is at most `every` messages old', async () => {
    const message = fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 1, max: 9 }) },
      { weight: 1, arbitrary: fc.constant(-1) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        async (messages, every) => {
          const spec = adder(every);
          const { system, top } = await rig(spec, memorySnapshots());
          const ref: ActorRef<number, number> = top.ref(spec);
          let [sum, saved, since] = [0, 0, 0];
          for (const one of messages) {
            const answer = await ref.ask(one, ASK).catch(() => undefined);
            if (one < 0) [sum, since] = [saved, 0];
            else {
              sum += one;
              assert.equal(answer, sum);
              if (++since === every) [saved, since] = [sum, 0];
            }
          }
          assert.equal(await ref.ask(1, ASK), sum + 1);
          await system.stop({ deadlineMs: 1_000 });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('makes one when it ends in order, for the next process to start from', async () => {
    const spec = adder(1_000);
    const snapshots = fileSnapshots(join(await folder(), 'made', 'on', 'demand'));
    for (let run = 1; run <= 3; run++) {
      const { system, top } = await rig(spec, snapshots);
      assert.equal(await top.ref(spec).ask(5, ASK), run * 5);
      await system.stop({ deadlineMs: 1_000 });
      const { snapshotsSaved, snapshotsLoaded } = system.metrics();
      assert.deepEqual([snapshotsSaved, snapshotsLoaded], [1, run > 1 ? 1 : 0]);
    }
  });

  test('starts afresh, once and with a warning, when the snapshot is no use', async () => {
    const spec = adder(1);
    const unreadable: SnapshotStore = { get: () => Promise.reject(new Error('disk')), put: async () => undefined };
    const foreign = memorySnapshots();
    await foreign.put('/top/adder', new TextEncoder().encode('of another version'));
    for (const store of [unreadable, foreign]) {
      const { system, top, warnings } = await rig(spec, store);
      assert.equal(await top.ref(spec).ask(2, ASK), 2);
      assert.deepEqual(
        warnings.map(({ path, error }) => [path, code(error)]),
        [['/top/adder', 'snapshot_refused']],
      );
      const { snapshotsRefused, restarts, snapshotsLoaded } = system.metrics();
      assert.deepEqual([snapshotsRefused, restarts, snapshotsLoaded], [1, 0, 0]);
      await system.stop({ deadlineMs: 1_000 });
    }
  });

  test('goes on when one cannot be made or stored', async () => {
    const failing = adder(1);
    const unsaved = { ...failing, snapshot: { ...failing.snapshot!, save: () => assert.fail('cannot be saved') } };
    const full: SnapshotStore = { get: async () => undefined, put: () => Promise.reject(new Error('disk full')) };
    for (const [spec, store] of [
      [failing, full],
      [unsaved, memorySnapshots()],
    ] as const) {
      const { system, top, warnings } = await rig(spec, store);
      for (let i = 1; i <= 3; i++) assert.equal(await top.ref(spec).ask(1, ASK), i);
      await system.stop({ deadlineMs: 1_000 });
      assert.equal(system.metrics().restarts, 0);
      assert.ok(system.metrics().snapshotsFailed > 0);
      assert.equal(code(warnings[0]?.error), 'snapshot_failed');
    }
  });

  test('stores one at a time, and of those that wait only the newest', async () => {
    const puts: string[] = [];
    let release = (): void => undefined;
    const slow: SnapshotStore = {
      get: async () => undefined,
      put(_path, bytes) {
        puts.push(new TextDecoder().decode(bytes));
        return new Promise((resolve) => (release = resolve));
      },
    };
    const spec = adder(1);
    const { system, top } = await rig(spec, slow);
    for (let i = 0; i < 5; i++) await top.ref(spec).ask(1, ASK);
    assert.deepEqual(puts, ['1']);
    release();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(puts, ['1', '5']);
    const stopped = system.stop({ deadlineMs: 1_000 });
    release();
    await stopped;
    assert.equal(system.metrics().snapshotsSaved, 2);
  });

  test('makes none without a store, and is found by its specification with one', async () => {
    const spec = adder(1);
    const { system, top } = await rig(spec);
    assert.equal(await top.ref(spec).ask(1, ASK), 1);
    await assert.rejects(top.ref(spec).ask(-1, ASK));
    assert.equal(await top.ref(spec).ask(1, ASK), 1);
    assert.equal(system.metrics().snapshotsSaved, 0);
    await system.stop({ deadlineMs: 1_000 });
  });

  for (const where of ['thread', 'process'] as const) {
    test(`remembers on a ${where} as well, over crashes, rolls and systems`, async () => {
      const module = new URL('./obedient.actor.ts', import.meta.url);
      const spec: PlacedActorSpec<Order, Said> = {
        id: 'remembering',
        placement:
          where === 'thread' ? { thread: module, export: 'remembering' } : { process: module, export: 'remembering' },
      };
      const store = memorySnapshots();
      const first = await rig(spec, store);
      const ref = first.top.ref(spec);
      for (let i = 1; i <= 5; i++) assert.equal((await ref.ask({ do: 'add', n: 1 }, ASK)).sum, i);
      await assert.rejects(ref.ask({ do: 'exit' }, ASK));
      // Every second message: the fifth is forgotten.
      assert.equal((await ref.ask({ do: 'add', n: 10 }, ASK)).sum, 14);
      await first.system.stop({ deadlineMs: 1e9 });
      await store.put('/top/remembering', new TextEncoder().encode('14'));
      const second = await rig(spec, store);
      assert.equal((await second.top.ref(spec).ask({ do: 'add', n: 1 }, ASK)).sum, 15);
      await second.system.stop({ deadlineMs: 1e9 });
      assert.equal(new TextDecoder().decode(await store.get('/top/remembering')), '15');
      await store.put('/top/remembering', new Uint8Array([255, 254]));
      const third = await rig(spec, store);
      assert.equal((await third.top.ref(spec).ask({ do: 'add', n: 1 }, ASK)).sum, 1);
      assert.equal(third.system.metrics().snapshotsRefused, 1);
      assert.equal(code(third.warnings[0]?.error), 'snapshot_refused');
      await third.system.stop({ deadlineMs: 1e9 });
    });
  }

  test('is checked', () => {
    const system = createSystem({ clock: new VirtualClock() });
    for (const every of [0, 1.5]) {
      assert.throws(
        () => system.spawn(adder(every)),
        (error) => code(error) === 'actor_spec_invalid',
      );
    }
  });
});

describe('stores', () => {
  test('give back what was put last, by path', async () => {
    for (const store of [memorySnapshots(), fileSnapshots(await folder())]) {
      const bytes = fc.uint8Array({ maxLength: 100 });
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom('/a', '/b/../c', '/ü'), bytes)), async (puts) => {
          const last = new Map<string, Uint8Array>();
          for (const [path, put] of puts) {
            await store.put(path, put);
            last.set(path, put.slice());
            put.fill(0);
          }
          for (const [path, put] of last) assert.deepEqual(await store.get(path), put);
        }),
        { numRuns: 15 },
      );
      assert.equal(await store.get('/never'), undefined);
    }
  });

  test('of files refuse every damaged file, and leave nothing aside', async () => {
    const where = await folder();
    const store = fileSnapshots(where);
    await store.put('/a', new Uint8Array([1, 2, 3]));
    const [name = '', ...others] = await readdir(where);
    assert.deepEqual(others, []);
    const whole = await readFile(join(where, name));
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      await writeFile(join(where, name), damaged);
      await assert.rejects(store.get('/a'));
      await writeFile(join(where, name), whole.subarray(0, at));
      await assert.rejects(store.get('/a'));
    }
    await store.put('/a', new Uint8Array([4]));
    assert.deepEqual(await store.get('/a'), new Uint8Array([4]));
    const file = fileSnapshots(join(where, name));
    await assert.rejects(file.put('/a', new Uint8Array(1)));
  });
});
