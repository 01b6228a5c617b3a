/** Figures with what they need to mean something: how often, where, of which commit. */
import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';

/** One printed row. */
export interface Figure {
  readonly what: string;
  readonly value: string;
  readonly goal?: string;
  /** Absent when there is no goal to miss. */
  readonly met?: boolean;
}

/** Quantile of a list, 0 to 1, by the nearest rank. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

/** The machine and the commit, one line each. */
export function circumstances(): string[] {
  const [cpu] = cpus();
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const dirty =
    execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' }).trim() === ''
      ? ''
      : ' with uncommitted changes';
  return [
    `machine  ${cpus().length} x ${cpu?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}, node ${process.versions.node}`,
    `commit   ${commit}${dirty}`,
    `load     ${loadavg()
      .map((value) => value.toFixed(1))
      .join(' ')} before the run (1, 5, 15 min)`,
  ];
}

/** Prints rows as a Markdown table. */
export function printTable(figures: readonly Figure[]): void {
  process.stdout.write('| what | measured | goal | |\n| --- | --- | --- | --- |\n');
  for (const { what, value, goal, met } of figures) {
    process.stdout.write(
      `| ${what} | ${value} | ${goal ?? ''} | ${met === undefined ? '' : met ? 'met' : 'MISSED'} |\n`,
    );
  }
}
