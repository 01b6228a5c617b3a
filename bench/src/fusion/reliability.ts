/** Reliability diagrams: how often answers of a confidence are right (Niculescu-Mizil and Caruana, ICML 2005). */
import { type Colour, Picture, write } from '../png.ts';
import type { Judged } from '@vortexflow/fusion';
import { calibrationError, judged, type Row } from './evaluate.ts';

const BINS = 10;

export interface Bin {
  /** Lower end of the bin, 0 to .9. */
  readonly from: number;
  readonly n: number;
  /** Mean confidence and share of right answers; 0 in an empty bin. */
  readonly confidence: number;
  readonly right: number;
}

/** Ten equal bins of what was fused. */
export const binsOf = (rows: readonly Row[], when: 'before' | 'after'): Bin[] => binsOfJudged(judged(rows, when));

/** Ten equal bins. */
export function binsOfJudged(answers: readonly Judged[]): Bin[] {
  const sums = Array.from({ length: BINS }, () => ({ n: 0, confidence: 0, right: 0 }));
  for (const { confidence, right } of answers) {
    const bin = sums[Math.min(BINS - 1, Math.floor(confidence * BINS))]!;
    bin.n++;
    bin.confidence += confidence;
    bin.right += right ? 1 : 0;
  }
  return sums.map(({ n, confidence, right }, i) => ({
    from: i / BINS,
    n,
    confidence: confidence / Math.max(1, n),
    right: right / Math.max(1, n),
  }));
}

const PAPER: Colour = [255, 255, 255];
const INK: Colour = [40, 44, 52];
const FAINT: Colour = [225, 228, 232];
const BAR: Colour = [96, 150, 214];
const CLAIM: Colour = [214, 84, 60];
/** Side of a diagram and the room around it, pixels. */
const SIDE = 300;
const EDGE = 44;

/** Two diagrams side by side: before and after calibration. Bars: share right; red marks: mean confidence. */
export const drawReliability = (rows: readonly Row[]): Buffer =>
  drawDiagrams(
    (['before', 'after'] as const).map((when) => ({
      caption: `${when.toUpperCase()} CALIBRATION  ECE ${calibrationError(rows, when).toFixed(3)}`,
      bins: binsOf(rows, when),
    })),
  );

/** Diagrams side by side. @param captions in capitals */
export function drawDiagrams(diagrams: readonly { readonly caption: string; readonly bins: readonly Bin[] }[]): Buffer {
  const picture = new Picture(diagrams.length * (SIDE + EDGE) + EDGE, SIDE + 2 * EDGE + 40, PAPER);
  diagrams.forEach(({ caption, bins }, i) => {
    const left = EDGE + i * (SIDE + EDGE);
    drawOne(picture, bins, left);
    write(picture, caption, left, 16, INK);
  });
  return picture.encode();
}

function drawOne(picture: Picture, bins: readonly Bin[], left: number): void {
  const top = EDGE;
  const bottom = top + SIDE;
  const total = bins.reduce((sum, { n }) => sum + n, 0);
  for (let i = 0; i <= BINS; i += 2) {
    const at = (i / BINS) * SIDE;
    picture.line(left, bottom - at, left + SIDE, bottom - at, FAINT);
    write(picture, (i / BINS).toFixed(1), left - 28, bottom - at - 5, INK);
    write(picture, (i / BINS).toFixed(1), left + at - 10, bottom + 44, INK);
  }
  const width = SIDE / BINS;
  for (const { from, n, confidence, right } of bins) {
    if (n === 0) continue;
    const x = left + from * SIDE;
    picture.fill(x + 2, bottom - right * SIDE, width - 4, right * SIDE, BAR);
    picture.fill(x + 2, bottom - confidence * SIDE - 2, width - 4, 4, CLAIM);
    // How many answers stand behind the bar, as a strip below it.
    picture.fill(x + 2, bottom + 6, width - 4, 30 * Math.sqrt(n / total), INK);
  }
  picture.line(left, bottom, left + SIDE, top, INK);
  picture.line(left, bottom, left + SIDE, bottom, INK, 2);
  picture.line(left, top, left, bottom, INK, 2);
}
