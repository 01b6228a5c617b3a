/** `POST /api/v1/process`: a question in, one fused answer out. */
import { type Static, Type } from 'typebox';
import type { ErrorResponse } from './error-response.ts';
import {
  ANSWER_KINDS,
  MAX_INPUT_LENGTH,
  MAX_TIMEOUT_MS,
  MAX_TOP_K,
  MODES,
  STRATEGIES,
  WEIGHT_STRATEGIES,
} from './words.ts';

const Probability = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });

export const ProcessRequest = Type.Object(
  {
    input: Type.String({
      minLength: 1,
      maxLength: MAX_INPUT_LENGTH,
      description: 'The question, 1 to 8,192 characters.',
    }),
    mode: Type.Optional(Type.Enum([...MODES], { description: 'How much work. Default: Balanced.' })),
    sacred_only: Type.Optional(
      Type.Boolean({ description: 'Return only answers that reached a checkpoint (3, 6 or 9). Default: false.' }),
    ),
    min_confidence: Type.Optional(Probability('Below this the answer is withheld. Default: 0.6.')),
    strategy: Type.Optional(
      Type.Enum([...STRATEGIES], { description: 'Fusion algorithm. Default: FUSION_ALGORITHM, else Ensemble.' }),
    ),
    weight_strategy: Type.Optional(
      Type.Enum([...WEIGHT_STRATEGIES], { description: 'How reasoners are weighed. Default: ConfidenceBased.' }),
    ),
    timeout_ms: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_TIMEOUT_MS,
        description: 'Deadline in ms. Default: TIMEOUT_MS, else 5000.',
      }),
    ),
    top_k: Type.Optional(
      Type.Integer({ minimum: 1, maximum: MAX_TOP_K, description: 'Most pieces of evidence to return. Default: 8.' }),
    ),
    cache: Type.Optional(
      Type.Boolean({ description: 'false: reason anew, and keep the answer for nobody. Default: true.' }),
    ),
  },
  { additionalProperties: false, $id: 'ProcessRequest' },
);
export type ProcessRequest = Static<typeof ProcessRequest>;

export const Evidence = Type.Object(
  {
    id: Type.String({ description: 'Node id.' }),
    title: Type.String(),
    snippet: Type.String(),
    score: Probability('How well it supports the answer, relative to the best piece.'),
    source: Type.String({ description: 'The reasoner that found it.' }),
    sentences: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Sentences of the snippet that speak for the answer. In a response only, not in its events.',
      }),
    ),
  },
  { $id: 'Evidence' },
);
export type Evidence = Static<typeof Evidence>;

export const ModelUsage = Type.Object(
  {
    calls: Type.Integer({ minimum: 0, description: 'Requests that the model answered, over all rounds.' }),
    prompt_tokens: Type.Union([Type.Integer(), Type.Null()], { description: 'null: the model did not say.' }),
    completion_tokens: Type.Union([Type.Integer(), Type.Null()]),
    cost: Type.Union([Type.Number(), Type.Null()], {
      description: 'By the configured prices, in their currency; null without prices or token counts.',
    }),
  },
  { description: 'What language models used up for this answer.' },
);
export type ModelUsage = Static<typeof ModelUsage>;

export const OpinionSummary = Type.Object(
  {
    source: Type.String(),
    answer: Type.Union([Type.String(), Type.Null()], { description: 'null: the reasoner abstained or was lost.' }),
    confidence: Probability('Raw, before fusion and calibration.'),
    outcome: Type.Enum(['answered', 'abstained', 'failed', 'timeout']),
    usage: Type.Optional(ModelUsage),
  },
  { $id: 'OpinionSummary' },
);
export type OpinionSummary = Static<typeof OpinionSummary>;

const PathStep = Type.Object({
  from: Type.String(),
  relation: Type.Union([Type.String(), Type.Null()], {
    description:
      'As in /api/v1/graph, or "mentions" and "mentioned_by" where one text names the other; null when the two are not ' +
      'joined any more.',
  }),
  to: Type.String(),
  sentence: Type.Optional(
    Type.String({ description: 'The sentence, row or statement that joins them, where documents have one.' }),
  ),
});
export type PathStep = Static<typeof PathStep>;

const Dissent = Type.Object({
  source: Type.String(),
  answer: Type.String(),
  confidence: Probability('Raw.'),
});

const Appeals = Type.Object(
  { ethos: Type.Number(), logos: Type.Number(), pathos: Type.Number() },
  { description: 'Rhetorical appeals of the answer text, 0 to 9 each. Experimental; never touches the confidence.' },
);

export const ProcessResponse = Type.Object(
  {
    result: Type.Union([Type.String(), Type.Null()]),
    answered: Type.Boolean(),
    confidence: Probability('Probability that the result is right; a plain score while calibrated is false.'),
    calibrated: Type.Boolean(),
    signal_strength: Probability('The fused score before calibration.'),
    flux_position: Type.Integer({ minimum: 0, maximum: 9, description: 'Where the answer settled; see the glossary.' }),
    sacred_boost: Type.Boolean({ description: 'True at positions 6 and 9 (consensus).' }),
    elp: Appeals,
    evidence: Type.Array(Evidence),
    path: Type.Array(Type.String(), { description: 'Node ids, in walking order.' }),
    path_steps: Type.Optional(Type.Array(PathStep, { description: 'The same way with the names of its relations.' })),
    opinions: Type.Array(OpinionSummary),
    disagreement: Type.Optional(
      Type.Array(Dissent, { description: 'Reasoners that gave another answer, surest first.' }),
    ),
    metadata: Type.Object({
      mode: Type.Enum([...MODES]),
      strategy: Type.Enum([...STRATEGIES]),
      weight_strategy: Type.Enum([...WEIGHT_STRATEGIES]),
      orchestrators_used: Type.Enum(['Fusion', 'ASI', 'Runtime']),
      consensus_achieved: Type.Boolean(),
      fallback_used: Type.Boolean(),
      cache_hit: Type.Boolean(),
      kind: Type.Enum([...ANSWER_KINDS]),
    }),
    metrics: Type.Object(
      {
        duration_ms: Type.Number(),
        inference_ms: Type.Number({ description: 'Until the last reasoner that was waited for had answered.' }),
        asi_ms: Type.Union([Type.Number(), Type.Null()]),
        runtime_ms: Type.Union([Type.Number(), Type.Null()], { description: 'The flux reasoner.' }),
        fusion_ms: Type.Number(),
        models: Type.Optional(ModelUsage),
      },
      { description: 'Measured for this request, in ms.' },
    ),
    remarks: Type.Array(Type.String(), { description: 'On the answer, e.g. "asi:timeout" or "stacking:untrained".' }),
    flags: Type.Array(Type.String(), {
      description:
        'On the question: what kind of attack it looks like, e.g. "content:sqli". It is answered all the same.',
    }),
    request_id: Type.String(),
    api_version: Type.Literal('v1'),
  },
  { $id: 'ProcessResponse' },
);
export type ProcessResponse = Static<typeof ProcessResponse>;

/** The server-sent events of `Accept: text/event-stream`, in the order in which they come. */
export interface ProcessEvents {
  /** What each reasoner found, as soon as it is known. Comes once per reasoner that found something. */
  sources: { source: string; evidence: Evidence[] };
  /**
   * A piece of a language model's answer while it is being written; pieces of one source and round joined in order are
   * its wording. Round 2 is a revision: what came in round 1 no longer holds. Not yet checked against the passages.
   */
  token: { source: string; text: string; round: 1 | 2 };
  opinion: OpinionSummary;
  answer: ProcessResponse;
  error: ErrorResponse;
}
