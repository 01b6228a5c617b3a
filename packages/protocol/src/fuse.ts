/** `POST /api/v1/fuse`: the caller's own opinions in, one answer an item out. Nothing is kept. */
import { type Static, Type } from 'typebox';
import {
  FUSE_ALGORITHMS,
  FUSE_WEIGHT_STRATEGIES,
  MAX_FUSE_ANSWER_LENGTH,
  MAX_FUSE_CANDIDATES_PER_ITEM,
  MAX_FUSE_ITEMS,
  MAX_FUSE_LABELS,
  WEIGHT_STRATEGIES,
} from './words.ts';

const AnswerText = Type.String({ minLength: 1, maxLength: MAX_FUSE_ANSWER_LENGTH });
const Share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });

const Candidate = Type.Object(
  {
    source: Type.String({ minLength: 1, maxLength: 200, description: 'Who says so; the same name in all items.' }),
    answer: Type.Union([AnswerText, Type.Null()], { description: 'null: the source abstained.' }),
    confidence: Type.Optional(
      Type.Union([Share('Raw, as the source states it.'), Type.Null()], {
        description: 'null, or absent: it states none and is judged by its record alone.',
      }),
    ),
    alternatives: Type.Optional(
      Type.Array(
        Type.Object(
          { answer: AnswerText, score: Share('Relative to the score of the answer.') },
          { additionalProperties: false },
        ),
        { maxItems: 20, description: 'What the source would say next, best first.' },
      ),
    ),
    position: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 9, description: 'Flux position; for the weight strategy SacredProximity.' }),
    ),
  },
  { additionalProperties: false },
);

const Candidates = Type.Array(Candidate, {
  maxItems: MAX_FUSE_CANDIDATES_PER_ITEM,
  description: 'Their order does not matter. A source that is named twice counts once, with its surest answer.',
});

export const FuseRequest = Type.Object(
  {
    algorithm: Type.Optional(Type.Enum([...FUSE_ALGORITHMS], { description: 'Default: ensemble.' })),
    weight_strategy: Type.Optional(
      Type.Enum([...WEIGHT_STRATEGIES, ...FUSE_WEIGHT_STRATEGIES], { description: 'Default: ConfidenceBased.' }),
    ),
    labels: Type.Optional(
      Type.Union([Type.Array(AnswerText, { minItems: 2, maxItems: MAX_FUSE_LABELS }), Type.Null()], {
        description: 'All possible answers, when there are no others; null, or absent: the set is open.',
      }),
    ),
    train: Type.Optional(
      Type.Array(
        Type.Object(
          {
            candidates: Candidates,
            truth: Type.Array(AnswerText, {
              maxItems: 100,
              description: 'All right answers; empty when no candidate is right.',
            }),
          },
          { additionalProperties: false },
        ),
        { maxItems: MAX_FUSE_ITEMS, description: 'To learn from, oldest first. Fifty are enough to calibrate.' },
      ),
    ),
    items: Type.Array(Type.Object({ candidates: Candidates }, { additionalProperties: false }), {
      maxItems: MAX_FUSE_ITEMS,
      description: 'To answer.',
    }),
  },
  { additionalProperties: false, $id: 'FuseRequest' },
);
export type FuseRequest = Static<typeof FuseRequest>;

export const FuseResponse = Type.Object(
  {
    results: Type.Array(
      Type.Object({
        answer: Type.Union([Type.String(), Type.Null()], {
          description: 'One of those given, in its commonest wording; null when no source answered.',
        }),
        confidence: Share('Probability that the answer is right; a plain score while calibrated is false.'),
      }),
      { description: 'One for each item, in the same order.' },
    ),
    calibrated: Type.Boolean({ description: 'True with at least 50 items to learn from.' }),
    learned_from: Type.Integer({ description: 'Items to learn from that held an answer.' }),
    flags: Type.Array(Type.String(), {
      description:
        'Remarks, e.g. "stacking:untrained"; "names:partial": not all answers were looked up among the names of the ' +
        'knowledge, as there were too many; "names:unavailable": none, as it is still loading.',
    }),
    duration_ms: Type.Number({ description: 'Learning and answering.' }),
    request_id: Type.String(),
  },
  { $id: 'FuseResponse' },
);
export type FuseResponse = Static<typeof FuseResponse>;
