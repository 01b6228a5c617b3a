import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ProcessResponse } from '@vortexflow/protocol';
import { cachedBody } from './cached-answer.ts';

const kept: ProcessResponse = {
  result: 'a "quoted" line\u2028 and }',
  answered: true,
  confidence: 0.9,
  calibrated: false,
  signal_strength: 0.9,
  flux_position: 3,
  sacred_boost: false,
  elp: { ethos: 0, logos: 1, pathos: 2 },
  evidence: [],
  path: [],
  path_steps: [],
  opinions: [],
  disagreement: [],
  metadata: {
    mode: 'Fast',
    strategy: 'Ensemble',
    weight_strategy: 'Fixed',
    orchestrators_used: 'Fusion',
    consensus_achieved: false,
    fallback_used: false,
    cache_hit: true,
    kind: 'answered',
  },
  metrics: { duration_ms: 0, inference_ms: 0, asi_ms: null, runtime_ms: null, fusion_ms: 0 },
  remarks: [],
  flags: [],
  request_id: 'first',
  api_version: 'v1',
};

describe('the body of a kept answer', () => {
  it('is the answer, with the id and the time of each request', () => {
    for (const [id, ms] of [
      ['second', 0.02],
      ['a"b', 0],
    ] as const) {
      assert.deepEqual(JSON.parse(cachedBody(kept, id, ms)), {
        ...kept,
        request_id: id,
        metrics: { ...kept.metrics, duration_ms: ms },
      });
    }
  });
});
