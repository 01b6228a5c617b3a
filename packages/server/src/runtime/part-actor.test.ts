/** Parts that fail are opened anew, with those that are built on them, and nothing that was taken is left behind. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSystem, type SupervisorSpec } from '@vortexflow/actors';
import { seededRandom, VirtualClock } from '@vortexflow/primitives';
import { partActor, Slot } from './part-actor.ts';

const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
};

/** A chain of three parts, of which any can be made to fail, to open or later. */
function chain() {
  const clock = new VirtualClock();
  const events: string[] = [];
  const sick = new Map<string, string>();
  const unopenable = new Set<string>();
  const slots = { a: new Slot<string>(), b: new Slot<string>(), c: new Slot<string>() };
  const part = (id: keyof typeof slots) =>
    partActor<string>(
      {
        id,
        open: (disposal) => {
          disposal.use(id, () => void events.push(`close ${id}`));
          events.push(`open ${id}`);
          if (unopenable.has(id)) throw new Error(`${id} cannot be opened`);
          return `${id} is open`;
        },
        check: () => sick.get(id) ?? null,
      },
      slots[id],
    );
  const children = [part('a'), part('b'), part('c')];
  const spec: SupervisorSpec = { id: 'top', strategy: 'rest_for_one', intensity: 1000, periodMs: 1, children };
  const system = createSystem({ clock, random: seededRandom(1) });
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 50) {
      clock.advance(50);
      await settle();
    }
  };
  return { system, spec, events, sick, unopenable, slots, pass };
}

describe('parts of a process', () => {
  it('open in order and close in reverse', async () => {
    const { system, spec, events, slots } = chain();
    await system.supervise(spec);
    assert.equal(slots.b.open, 'b is open');
    await system.stop({ deadlineMs: 1_000 });
    assert.deepEqual(events, ['open a', 'open b', 'open c', 'close c', 'close b', 'close a']);
    assert.equal(slots.b.part, null);
    assert.throws(() => slots.b.open, /before it was open/);
  });

  it('are opened anew from the one that is not well, those before it staying as they are', async () => {
    const { system, spec, events, sick, slots, pass } = chain();
    await system.supervise(spec);
    events.length = 0;
    sick.set('b', 'b has lost its memory');
    await pass(1_000);
    sick.clear();
    await pass(500);
    assert.deepEqual(events.slice(0, 2).toSorted(), ['close b', 'close c']);
    assert.deepEqual(events.slice(2), ['open b', 'open c']);
    assert.equal(slots.c.open, 'c is open');
    const restarts = system.tree().children?.[0]?.children?.map((child) => child.restarts);
    assert.equal(restarts?.[0], 0);
    assert.ok((restarts?.[1] ?? 0) >= 1);
  });

  it('are tried again and again, and give back what they took each time', async () => {
    const { system, spec, events, sick, unopenable, slots, pass } = chain();
    await system.supervise(spec);
    events.length = 0;
    unopenable.add('b');
    sick.set('b', 'sick');
    await pass(20_000);
    assert.equal(slots.b.part, null);
    assert.equal(slots.a.open, 'a is open');
    const count = (event: string): number => events.filter((one) => one === event).length;
    assert.ok(count('open b') > 3);
    // The last one may be under way; what was opened before it has been closed, and so has the first.
    assert.equal(count('close b'), count('open b') + 1);
    sick.clear();
    unopenable.clear();
    await pass(60_000);
    assert.equal(slots.b.open, 'b is open');
    assert.equal(slots.c.open, 'c is open');
  });

  it('say at the start what one of them threw', async () => {
    const { system, spec, unopenable, events } = chain();
    unopenable.add('c');
    await assert.rejects(system.supervise(spec), (failure: Error) => /c cannot be opened/.test(String(failure.cause)));
    assert.deepEqual(events, ['open a', 'open b', 'open c', 'close c', 'close b', 'close a']);
  });
});
