/** The answer cache in the memory of this process. */
import type { ProcessResponse } from '@vortexflow/protocol';
import { BoundedMap, type Bounds, sizeOf } from '../bounded-map.ts';
import type { AnswerCache } from './answer-cache.ts';

/** A typical answer takes about 8 kB. */
const BOUNDS: Bounds = { entries: 10_000, bytes: 64 * 1024 * 1024 };

/** @param bounds least recently used answers go when either is passed */
export function createMemoryCache(bounds: Bounds = BOUNDS): AnswerCache {
  const held = new BoundedMap<ProcessResponse>(bounds);
  return {
    get: async (key) => held.get(key) ?? null,
    set: async (key, answer) => held.set(key, answer, sizeOf(key) + sizeOf(answer)),
    invalidate: async () => held.clear(),
    figures: () => ({ entries: held.size, bytes: held.bytes }),
  };
}
