/** The contract of an answer cache as tests: every adapter runs {@link describeAnswerCache}. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ProcessResponse } from '@vortexflow/protocol';
import * as fc from 'fast-check';
import type { AnswerCache } from './answer-cache.ts';

/** An answer that can be told from others by its id. */
export function sampleAnswer(requestId: string, result = 'cold'): ProcessResponse {
  return {
    result,
    answered: true,
    confidence: 0.9,
    calibrated: false,
    signal_strength: 0.9,
    flux_position: 6,
    sacred_boost: true,
    elp: { ethos: 1, logos: 2, pathos: 3 },
    evidence: [{ id: 'n', title: 't', snippet: 'cold "ß" \u2028', score: 1, source: 'asi', sentences: [] }],
    path: [],
    path_steps: [],
    opinions: [{ source: 'asi', answer: result, confidence: 0.9, outcome: 'answered' }],
    disagreement: [],
    metadata: {
      mode: 'Balanced',
      strategy: 'Ensemble',
      weight_strategy: 'ConfidenceBased',
      orchestrators_used: 'Fusion',
      consensus_achieved: true,
      fallback_used: false,
      cache_hit: true,
      kind: 'answered',
    },
    metrics: { duration_ms: 0, inference_ms: 0, asi_ms: null, runtime_ms: null, fusion_ms: 0 },
    remarks: [],
    flags: [],
    request_id: requestId,
    api_version: 'v1',
  };
}

/** @param open makes an empty cache with room for at least 100 answers */
export function describeAnswerCache(name: string, open: () => AnswerCache | Promise<AnswerCache>): void {
  void describe(`answer cache: ${name}`, () => {
    void it('knows nothing at first', async () => {
      assert.equal(await (await open()).get('what is a dog'), null);
    });

    void it('gives back what was set, in every byte', async () => {
      const cache = await open();
      await cache.set('a', sampleAnswer('1'));
      assert.deepEqual(await cache.get('a'), sampleAnswer('1'));
    });

    void it('keeps keys apart, whatever is in them', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 20 }),
          async (keys) => {
            const cache = await open();
            for (const [i, key] of keys.entries()) await cache.set(key, sampleAnswer(String(i)));
            for (const [i, key] of keys.entries()) assert.equal((await cache.get(key))?.request_id, String(i));
          },
        ),
        { numRuns: 30 },
      );
    });

    void it('lets the last one set win', async () => {
      const cache = await open();
      await cache.set('a', sampleAnswer('1'));
      await cache.set('a', sampleAnswer('2', 'warm'));
      assert.equal((await cache.get('a'))?.result, 'warm');
      assert.equal(cache.figures().entries, 1);
    });

    void it('forgets all when it is told to, and works on', async () => {
      const cache = await open();
      await cache.set('a', sampleAnswer('1'));
      await cache.set('b', sampleAnswer('2'));
      await cache.invalidate();
      assert.deepEqual([await cache.get('a'), await cache.get('b')], [null, null]);
      assert.deepEqual(cache.figures(), { entries: 0, bytes: 0 });
      await cache.set('a', sampleAnswer('3'));
      assert.equal((await cache.get('a'))?.request_id, '3');
    });
  });
}
