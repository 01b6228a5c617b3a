/** `/api/v1/feedback` and `/api/v1/calibration`: what turned out, and how good the confidences were. */
import { type Static, Type } from 'typebox';
import { MAX_FEEDBACK_ANSWER_LENGTH, MAX_FEEDBACK_ANSWERS } from './words.ts';

const AnswerText = Type.String({ minLength: 1, maxLength: MAX_FEEDBACK_ANSWER_LENGTH });

export const FeedbackRequest = Type.Object(
  {
    request_id: Type.String({
      minLength: 1,
      maxLength: 128,
      description: 'Of the answer that this is about. A second feedback on it replaces the first.',
    }),
    correct: Type.Optional(
      Type.Boolean({
        description:
          'Whether the response was right. Of an abstention: true when no answer at hand was right. Or give "answer".',
      }),
    ),
    answer: Type.Optional(
      Type.Union([AnswerText, Type.Array(AnswerText, { minItems: 1, maxItems: MAX_FEEDBACK_ANSWERS }), Type.Null()], {
        description: 'What is right: a text, several of which any is right, or null when the question has no answer.',
      }),
    ),
  },
  { additionalProperties: false, $id: 'FeedbackRequest' },
);
export type FeedbackRequest = Static<typeof FeedbackRequest>;

const Share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });

export const FeedbackResponse = Type.Object(
  {
    request_id: Type.String({ description: 'Of the answer.' }),
    effect: Type.Enum(['learned', 'replaced', 'unchanged', 'nothing'], {
      description:
        'learned: new; replaced: took the place of an earlier feedback on the same answer; unchanged: said the same; ' +
        'nothing: it says nothing about any opinion, for example when all abstained.',
    }),
    correct: Type.Union([Type.Boolean(), Type.Null()], {
      description: 'Whether the fused answer, shown or withheld, was right; null when there was none or nobody knows.',
    }),
    confidence: Type.Union([Share('Of that answer before this was learned.'), Type.Null()]),
    uncalibrated: Type.Union([Share('The same with nothing learned at all.'), Type.Null()]),
    items: Type.Integer({ description: 'Labelled answers kept now.' }),
  },
  { $id: 'FeedbackResponse' },
);
export type FeedbackResponse = Static<typeof FeedbackResponse>;

const OrNull = (description: string) => Type.Union([Share(description), Type.Null()]);

export const ReliabilityBin = Type.Object({
  from: Type.Number(),
  to: Type.Number(),
  n: Type.Integer(),
  confidence: OrNull('Mean confidence in the bin; null when it is empty.'),
  accuracy: OrNull('Share that was right.'),
});
export type ReliabilityBin = Static<typeof ReliabilityBin>;

export const CalibrationQuality = Type.Object({
  n: Type.Integer(),
  accuracy: Share('Share that was right.'),
  accuracy_low: Share('Lower end of its Wilson interval, 95 %.'),
  accuracy_high: Share('Upper end.'),
  ece: Share('Expected calibration error over ten equal bins.'),
  brier: Share('Mean squared error of the confidences.'),
  log_loss: Type.Number({ description: 'Mean negative log-likelihood, nats.' }),
  bins: Type.Array(ReliabilityBin, { description: 'The reliability diagram.' }),
});
export type CalibrationQuality = Static<typeof CalibrationQuality>;

export const CalibrationEntry = Type.Object({
  before: Type.Union([CalibrationQuality, Type.Null()], {
    description: 'With nothing learned; null before the first feedback.',
  }),
  after: Type.Union([CalibrationQuality, Type.Null()], {
    description: 'With what had been learned before each item: no item is scored after it was learned.',
  }),
  date: Type.Union([Type.String(), Type.Null()], { description: 'Of the newest item in it, RFC 3339, UTC.' }),
});
export type CalibrationEntry = Static<typeof CalibrationEntry>;

export const CalibrationResponse = Type.Object(
  {
    calibrated: Type.Boolean({ description: 'Whether answers are calibrated now.' }),
    items: Type.Integer({ description: 'Labelled answers kept, which all figures here are about.' }),
    items_total: Type.Integer({ description: 'Labelled answers ever.' }),
    sources: Type.Record(Type.String(), CalibrationEntry),
    strategies: Type.Record(Type.String(), CalibrationEntry),
    request_id: Type.String(),
  },
  { $id: 'CalibrationResponse' },
);
export type CalibrationResponse = Static<typeof CalibrationResponse>;
