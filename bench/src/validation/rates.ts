/** Rates of flags by class, and the threshold that keeps those of harmless texts. */
import type { LabelledText } from './corpus.ts';

export interface Flagged {
  readonly of: LabelledText;
  readonly isFlagged: boolean;
}

/** Shares of harmless texts, and of plain ones, that may be flagged; below the goals, for other texts will differ. */
const MOST = { harmless: 0.006, plain: 0.0005 } as const;
const PLAIN: ReadonlySet<string> = new Set(['gloss', 'gloss-quotes-sqlwords', 'question', 'plain']);

/** Plain language: questions and glosses. */
export const isPlain = ({ cls, isAttack }: LabelledText): boolean => !isAttack && PLAIN.has(cls);

/** The lowest score from which no more harmless texts than may be are flagged. */
export function thresholdOf(scored: readonly { of: LabelledText; score: number }[]): number {
  const bound = (share: number, is: (of: LabelledText) => boolean): number => {
    const scores = scored
      .filter(({ of }) => is(of))
      .map(({ score }) => score)
      .sort((a, b) => b - a);
    return scores[Math.floor(share * scores.length)] ?? -Infinity;
  };
  return (
    Math.floor(
      Math.max(
        bound(MOST.harmless, ({ isAttack }) => !isAttack),
        bound(MOST.plain, isPlain),
      ),
    ) + 1
  );
}

export function printRates(results: readonly Flagged[]): void {
  const share = (rows: readonly Flagged[]): string => {
    const flagged = rows.filter(({ isFlagged }) => isFlagged).length;
    return `${flagged} of ${rows.length} | ${((100 * flagged) / rows.length).toFixed(2)} %`;
  };
  process.stdout.write('| class | flagged | |\n| --- | --- | --- |\n');
  for (const isAttack of [true, false]) {
    const rows = results.filter(({ of }) => of.isAttack === isAttack);
    if (rows.length === 0) continue;
    for (const cls of new Set(rows.map(({ of }) => of.cls)))
      process.stdout.write(`| ${cls} | ${share(rows.filter(({ of }) => of.cls === cls))} |\n`);
    process.stdout.write(`| **all ${isAttack ? 'attacks' : 'harmless'}** | ${share(rows)} |\n`);
  }
  const plain = results.filter(({ of }) => isPlain(of));
  if (plain.length > 0) process.stdout.write(`| **questions and glosses** | ${share(plain)} |\n`);
}
