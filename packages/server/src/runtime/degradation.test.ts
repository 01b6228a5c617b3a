/** What a server says it offers, from what its parts say. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { AskServices, Services } from '../http/services.ts';
import { watchDegradation } from './degradation.ts';

type Breaker = 'closed' | 'open' | 'half_open';

/** Parts of which every one can be made unwell. */
function watched(stores = true) {
  const clock = new VirtualClock();
  const parts = {
    models: {} as Record<string, Breaker>,
    threads: ['running', 'running'],
    deaf: '',
    lastError: null as string | null,
    probes: 0,
    isOpen: true,
    hasStore: stores,
  };
  const answering = {
    models: () => parts.models,
    status: () => parts.threads.map((state) => ({ state })),
    hears: (id: string) => id !== parts.deaf,
  };
  const services = {
    answering,
    knowledge: { storeStatus: () => ({ lastError: parts.lastError }) },
    probeStore: () => Promise.resolve(void parts.probes++),
  };
  const registry = new Registry();
  const watch = watchDegradation({
    clock,
    logger: pino({ level: 'silent' }),
    registry,
    asking: () => (parts.isOpen ? (services as unknown as AskServices) : null),
    services: () => (parts.isOpen && parts.hasStore ? (services as unknown as Services) : null),
    stores,
  });
  return { clock, parts, watch, registry, level: () => watch.current().level };
}

describe('what is offered', () => {
  it('goes down with the parts and comes back ten seconds after them', async () => {
    const { clock, parts, level, registry } = watched();
    assert.equal(level(), 'full');
    parts.models = { a: 'open', b: 'closed' };
    assert.equal(level(), 'full');
    parts.models = { a: 'open', b: 'open' };
    assert.equal(level(), 'no-llm');
    parts.deaf = 'flux';
    assert.equal(level(), 'one-reasoner');
    parts.threads = ['restarting', 'starting'];
    assert.equal(level(), 'cache-only');
    assert.match(await registry.metrics(), /^vortex_degradation_level 3$/m);
    Object.assign(parts, { models: { a: 'half_open', b: 'open' }, deaf: '', threads: ['running', 'restarting'] });
    clock.advance(9_000);
    assert.equal(level(), 'cache-only');
    clock.advance(1_500);
    assert.equal(level(), 'full');
  });

  it('has no writes while the store takes none, and tries it now and then', () => {
    const { clock, parts, watch } = watched();
    parts.lastError = 'the disk is full';
    assert.deepEqual(
      [watch.current().level, watch.current().answers, watch.current().writes],
      ['read-only', 'full', false],
    );
    clock.advance(20_000);
    assert.ok(parts.probes >= 3 && parts.probes <= 5, `${parts.probes} probes`);
    parts.lastError = null;
    clock.advance(11_000);
    assert.equal(watch.current().level, 'full');
  });

  it('is not without writes while the store is still being opened', () => {
    const { parts, level } = watched();
    parts.hasStore = false;
    assert.equal(level(), 'full');
    parts.hasStore = true;
    assert.equal(level(), 'full');
    parts.hasStore = false;
    assert.equal(level(), 'read-only');
  });

  it('says nothing while a server loads, and of writes nothing where none are taken', () => {
    const { parts, level, watch } = watched(false);
    parts.isOpen = false;
    assert.equal(level(), 'full');
    parts.isOpen = true;
    assert.equal(level(), 'full');
    assert.equal(watch.current().writes, true);
    parts.isOpen = false;
    assert.equal(level(), 'cache-only');
    watch.stop();
  });
});
