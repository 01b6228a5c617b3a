/** Processes that serve: what a server of several processes is made of. Real sockets on loopback. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { VirtualClock } from '@vortexflow/primitives';
import { type ActorRef, createSystem, type PlacedActorSpec, type SupervisorRef, type System } from './index.ts';
import type { Address, Wish } from './serving.actor.ts';

const ASK = { timeoutMs: 1e9 };

const systems: System[] = [];
afterEach(async () => {
  for (const system of systems.splice(0)) await system.stop({ deadlineMs: 1e9 });
});

/** Real time passes until it has come about. */
async function until(came: () => boolean): Promise<void> {
  for (let tries = 0; tries < 4_000; tries++) {
    if (came()) return;
    await sleep(5);
  }
  assert.fail('it never came about');
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

interface Rig {
  readonly system: System;
  readonly clock: VirtualClock;
  readonly top: SupervisorRef;
  readonly ref: ActorRef<Wish, Address>;
  readonly events: unknown[];
}

async function rig(hangMs?: number): Promise<Rig> {
  const clock = new VirtualClock();
  const events: unknown[] = [];
  const spec: PlacedActorSpec<Wish, Address> = {
    id: 'serving',
    placement: {
      process: new URL('./serving.actor.ts', import.meta.url),
      export: 'serving',
      ...(hangMs !== undefined && { hangMs }),
    },
    onEvent: (event) => events.push(event),
  };
  const system = createSystem({ clock });
  systems.push(system);
  const children = [spec];
  const top = await system.supervise({ id: 'top', strategy: 'one_for_one', intensity: 9, children });
  return { system, clock, top, ref: top.ref(spec), events };
}

const get = async (port: number, path = '/'): Promise<string> =>
  (await fetch(`http://127.0.0.1:${port}${path}`)).text();

describe('a process that serves', () => {
  test('is rolled: the old one serves until the new one has taken over, and then it is gone', async () => {
    const { ref, top, system } = await rig();
    const old = await ref.ask('where', ASK);
    const rolled = top.rollChild('serving');
    let served = 0;
    while (await get(old.port).catch(() => undefined)) served++;
    assert.equal(system.metrics().rolls, 1);
    assert.ok(served > 0);
    await rolled;
    const fresh = await ref.ask('where', ASK);
    assert.notEqual(fresh.pid, old.pid);
    assert.equal(await get(fresh.port), String(fresh.pid));
    assert.equal(lives(old.pid), false);
  });

  test('answers what it has begun when it is asked to stop', async () => {
    const { ref, system, events } = await rig();
    const { port, pid } = await ref.ask('where', ASK);
    const slow = get(port, '/slow');
    await until(() => events.length === 1);
    assert.equal((await system.stop({ deadlineMs: 1e9 })).inOrder, true);
    assert.equal(await slow, 'at last');
    assert.equal(lives(pid), false);
    await assert.rejects(get(port));
  });

  test('is ended and comes back when its event loop stands still, although no message is in hand', async () => {
    const { ref, clock, system } = await rig(1_000);
    const old = await ref.ask('where', ASK);
    await assert.rejects(
      Promise.all([
        get(old.port, '/block'),
        until(() => {
          clock.advance(25);
          return system.metrics().hangs === 1;
        }),
      ]),
    );
    assert.notEqual((await ref.ask('where', ASK)).pid, old.pid);
  });

  test('drains when it gets SIGTERM, and comes back; SIGINT is left to its owner', async () => {
    const { ref, system, events } = await rig();
    const old = await ref.ask('where', ASK);
    process.kill(old.pid, 'SIGINT');
    const slow = get(old.port, '/slow');
    await until(() => events.length === 1);
    process.kill(old.pid, 'SIGTERM');
    assert.equal(await slow, 'at last');
    await until(() => system.metrics().restarts === 1);
    assert.notEqual((await ref.ask('where', ASK)).pid, old.pid);
    assert.equal(system.counters().crashed, 0);
  });

  test('does not outlive its owner, whatever ends that', async () => {
    const owner = spawn(process.execPath, [new URL('./owner.child.ts', import.meta.url).pathname], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(owner.stdout, 'data')) as [Buffer];
    const pid = Number(line);
    assert.ok(lives(pid));
    owner.kill('SIGKILL');
    await until(() => !lives(pid));
  });
});
