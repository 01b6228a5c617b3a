/** Figures over judged answers. */
import type { OpinionSummary } from '@vortexflow/protocol';
import type { WordQuestion } from './generate.ts';

/** A question with what came back. */
export interface Judged {
  readonly question: WordQuestion;
  /** Empty when nothing was answered. */
  readonly answer: string;
  readonly confidence: number;
  readonly right: boolean;
  /** What each reasoner said by itself. */
  readonly opinions: readonly OpinionSummary[];
}

export interface Summary {
  /** Share of the answerable questions that were answered rightly, whatever the confidence. */
  readonly right: number;
  /** Share of the unanswerable questions without an answer at the bar. */
  readonly abstains: number;
  /** Share of right answers among those at or above the bar. */
  readonly selective: number;
  /** Share of the answerable questions answered at or above the bar. */
  readonly coverage: number;
  /** Expected calibration error over ten bins. */
  readonly ece: number;
}

export const isGiven = ({ answer, confidence }: Judged, bar: number): boolean => answer !== '' && confidence >= bar;

export function summarise(rows: readonly Judged[], bar: number): Summary {
  const answerable = rows.filter(({ question }) => question.gold !== null);
  const unanswerable = rows.filter(({ question }) => question.gold === null);
  const given = rows.filter((row) => isGiven(row, bar));
  const isRightRow = ({ right }: Judged): boolean => right;
  return {
    right: share(answerable, isRightRow),
    abstains: share(unanswerable, (row) => !isGiven(row, bar)),
    selective: share(given, isRightRow),
    coverage: share(answerable, (row) => isGiven(row, bar)),
    ece: calibrationError(rows),
  };
}

function share(rows: readonly Judged[], passes: (row: Judged) => boolean): number {
  return rows.length === 0 ? Number.NaN : rows.filter(passes).length / rows.length;
}

const BINS = 10;

function calibrationError(rows: readonly Judged[]): number {
  const gaps = new Float64Array(BINS);
  for (const { answer, confidence, right } of rows) {
    const said = answer === '' ? 0 : confidence;
    gaps[Math.min(BINS - 1, Math.floor(said * BINS))]! += said - (right ? 1 : 0);
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / (rows.length || 1);
}
