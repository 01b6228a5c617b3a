/** `GET /api/v1/answers/:id/trace`: how one answer came about. */
import { type Static, Type } from 'typebox';
import { ProcessResponse } from './process.ts';
import { MODES, STRATEGIES, WEIGHT_STRATEGIES } from './words.ts';

const Ranked = Type.Object({
  answer: Type.String(),
  key: Type.String({ description: 'Equal keys are equal answers.' }),
  confidence: Type.Number({ description: 'Raw, 0 to 1.' }),
});

const TracedOpinion = Type.Object(
  {
    source: Type.String(),
    outcome: Type.Enum(['answered', 'abstained', 'failed', 'timeout']),
    answer: Type.Union([Type.String(), Type.Null()]),
    key: Type.Union([Type.String(), Type.Null()]),
    raw: Type.Union([Type.Number(), Type.Null()], { description: 'Confidence of the reasoner itself.' }),
    calibrated: Type.Union([Type.Number(), Type.Null()], {
      description: 'What fusion took it for, given all feedback before this answer.',
    }),
    supports: Type.Boolean({ description: 'Whether it gave the answer that was fused.' }),
    alternatives: Type.Array(Ranked),
    position: Type.Integer({ minimum: 0, maximum: 9, description: 'Where its walk settled; 0 without a walk.' }),
    path: Type.Array(Type.String()),
    evidence: Type.Array(Type.String(), { description: 'Node ids, best first.' }),
    ms: Type.Union([Type.Number(), Type.Null()]),
  },
  { $id: 'TracedOpinion' },
);

const TracedReading = Type.Object({
  intent: Type.String(),
  verify: Type.Boolean(),
  arguments: Type.Array(Type.Object({ text: Type.String(), name: Type.Union([Type.String(), Type.Null()]) })),
  context: Type.Array(Type.String()),
  coverage: Type.Number(),
});

export const TraceResponse = Type.Object(
  {
    answer_id: Type.String({ description: 'The id that was asked for.' }),
    question: Type.String(),
    at: Type.String({ description: 'RFC 3339, UTC.' }),
    cached_from: Type.Union([Type.String(), Type.Null()], {
      description: 'The request whose answer this one repeats from the cache; null when it was reasoned anew.',
    }),
    request: Type.Object({
      mode: Type.Enum([...MODES]),
      strategy: Type.Enum([...STRATEGIES]),
      weight_strategy: Type.Enum([...WEIGHT_STRATEGIES]),
      min_confidence: Type.Number(),
      sacred_only: Type.Boolean(),
      top_k: Type.Integer(),
      timeout_ms: Type.Integer(),
    }),
    readings: Type.Array(TracedReading, { description: 'How the question can be read, likeliest first.' }),
    opinions: Type.Array(TracedOpinion),
    fusion: Type.Object({
      posterior: Type.Array(
        Type.Object({
          key: Type.String(),
          answer: Type.Union([Type.String(), Type.Null()]),
          probability: Type.Number(),
        }),
        { description: 'Every answer given, most probable first, before the final calibration.' },
      ),
      none: Type.Number({ description: 'Belief that no given answer is right.' }),
      signal_strength: Type.Number(),
      confidence: Type.Number(),
      calibrated: Type.Boolean(),
      remarks: Type.Array(Type.String()),
    }),
    position: Type.Object({ value: Type.Integer({ minimum: 0, maximum: 9 }), why: Type.String() }),
    versions: Type.Object({
      knowledge_revision: Type.Integer(),
      learned_items: Type.Integer({ description: 'Labelled answers that fusion had learned from.' }),
    }),
    response: ProcessResponse,
    request_id: Type.String(),
  },
  { $id: 'TraceResponse' },
);
export type TraceResponse = Static<typeof TraceResponse>;
