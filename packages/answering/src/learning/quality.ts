/** How good confidences were, given what turned out: the figures of GET /api/v1/calibration. Pure. */
import type { CalibrationQuality, ReliabilityBin } from '@vortexflow/protocol';

/** A confidence and whether its answer was right. */
export interface Judged {
  readonly confidence: number;
  readonly right: boolean;
}

const BINS = 10;
/** Confidences are clipped to 1e-6..1-1e-6 for the log-loss, which is infinite at the ends. */
const EDGE = 1e-6;
/** Two-sided 95 %. */
const Z = 1.959964;

/** Figures over all rows; null without rows. */
export function qualityOf(rows: readonly Judged[]): CalibrationQuality | null {
  if (rows.length === 0) return null;
  const right = rows.filter((row) => row.right).length;
  const bins = binsOf(rows);
  const gap = bins.reduce(
    (sum, { n, confidence, accuracy }) => sum + n * Math.abs((confidence ?? 0) - (accuracy ?? 0)),
    0,
  );
  const [low, high] = wilson(right, rows.length);
  return {
    n: rows.length,
    accuracy: right / rows.length,
    accuracy_low: low,
    accuracy_high: high,
    ece: gap / rows.length,
    brier: mean(rows, ({ confidence, right: hit }) => (confidence - Number(hit)) ** 2),
    log_loss: mean(rows, logLoss),
    bins,
  };
}

/** Wilson: "Probable inference, the law of succession, and statistical inference", 1927. 95 %. */
export function wilson(right: number, n: number): [low: number, high: number] {
  if (n === 0) return [0, 1];
  const share = right / n;
  const z2 = Z * Z;
  const centre = share + z2 / (2 * n);
  const reach = Z * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  const scale = 1 + z2 / n;
  return [Math.max(0, (centre - reach) / scale), Math.min(1, (centre + reach) / scale)];
}

/**
 * Largest share of the rows that can be answered, the surest first, so that at least `wanted` of those are right. Rows
 * of equal confidence are answered together: a bar cannot part them.
 */
export function coverageAt(rows: readonly Judged[], wanted: number): number {
  const sorted = [...rows].sort((a, b) => b.confidence - a.confidence);
  let right = 0;
  let covered = 0;
  sorted.forEach((row, i) => {
    right += Number(row.right);
    const last = sorted[i + 1]?.confidence !== row.confidence;
    if (last && right / (i + 1) >= wanted) covered = i + 1;
  });
  return rows.length === 0 ? 0 : covered / rows.length;
}

function binsOf(rows: readonly Judged[]): ReliabilityBin[] {
  const sums = Array.from({ length: BINS }, () => ({ n: 0, confidence: 0, right: 0 }));
  for (const { confidence, right } of rows) {
    const bin = sums[Math.min(BINS - 1, Math.max(0, Math.floor(confidence * BINS)))] as (typeof sums)[number];
    bin.n++;
    bin.confidence += confidence;
    bin.right += Number(right);
  }
  return sums.map(({ n, confidence, right }, i) => ({
    from: i / BINS,
    to: (i + 1) / BINS,
    n,
    confidence: n === 0 ? null : confidence / n,
    accuracy: n === 0 ? null : right / n,
  }));
}

const mean = (rows: readonly Judged[], of: (row: Judged) => number): number =>
  rows.reduce((sum, row) => sum + of(row), 0) / rows.length;

function logLoss({ confidence, right }: Judged): number {
  const clipped = Math.min(1 - EDGE, Math.max(EDGE, confidence));
  return -Math.log(right ? clipped : 1 - clipped);
}
