/** The answer cache in the memory of this process. */
import type { ProcessResponse } from '@vortexflow/protocol';
import { BoundedMap, type Bounds, sizeOf } from '../bounded-map.ts';
import type { AnswerCache } from './answer-cache.ts';

/** A typical answer takes about 8 kB. */
const BOUNDS: Bounds = { entries: 10_000, bytes: 64 * 1024 * 1024 };

/** One text until somebody asks again: most never do, and as objects they would keep the garbage collector busy. */
interface Kept {
  answer: string | ProcessResponse;
}

/** @param bounds least recently used answers go when either is passed */
export function createMemoryCache(bounds: Bounds = BOUNDS): AnswerCache {
  const held = new BoundedMap<Kept>(bounds);
  return {
    get: async (key) => {
      const kept = held.get(key);
      if (!kept) return null;
      if (typeof kept.answer === 'string') kept.answer = JSON.parse(kept.answer) as ProcessResponse;
      return kept.answer;
    },
    set: async (key, answer) => {
      const json = JSON.stringify(answer);
      held.set(key, { answer: json }, sizeOf(key) + sizeOf(json));
    },
    invalidate: async () => held.clear(),
    figures: () => ({ entries: held.size, bytes: held.bytes }),
  };
}
