/** How far above its best source a candidate set is fused, and what would lift it: runners-up, an alias table, perfect equality. */
import type { EqualityOptions, StrategyId } from '@vortexflow/fusion';
import { type BenchSet, inMeanings, withoutAlternatives } from './bench-set.ts';
import { anySource, bestSourceRows, bootstrap, calibrationError, crossValidate, errorByChance } from './evaluate.ts';

/** A way to hand a set over. */
interface Variant {
  readonly name: string;
  readonly set: BenchSet;
  readonly equality: EqualityOptions;
}

/** What one variant came to; gains in points over the best source, errors by 10 bins. */
export interface Gain {
  readonly variant: string;
  readonly gain: { readonly mean: number; readonly from: number; readonly to: number };
  readonly error: number;
  readonly errorByChance: number;
}

function variantsOf(set: BenchSet): Variant[] {
  const plain = withoutAlternatives(set);
  const { aliases } = set;
  const withAliases = { entityOf: (text: string) => aliases?.get(text) };
  const hasAlternatives = set.items.some(({ candidates }) => candidates.some((c) => c.alternatives));
  return [
    { name: 'answers', set: plain, equality: {} },
    ...(aliases ? [{ name: 'with aliases', set: plain, equality: withAliases }] : []),
    ...(set.meaningOf ? [{ name: 'perfect equality', set: inMeanings(plain), equality: {} }] : []),
    ...(hasAlternatives ? [{ name: 'with alternatives', set, equality: withAliases }] : []),
  ];
}

/**
 * Cross-validated several times over, each time with other folds; the interval is over items, whose right answers are
 * averaged over the repeats.
 */
export function gainsOf(set: BenchSet, strategy: StrategyId, seed: number, repeats: number): Gain[] {
  const best = bestSourceRows(set);
  return variantsOf(set).map(({ name, set: given, equality }) => {
    const runs = Array.from({ length: repeats }, (_, r) => crossValidate(given, strategy, seed + 100 * r, equality));
    const over = best.map((right, i) => {
      const share = runs.filter((rows) => rows[i]!.right).length / repeats;
      return 100 * (share - (right ? 1 : 0));
    });
    const mean = (of: (rows: (typeof runs)[number]) => number): number =>
      runs.reduce((sum, rows) => sum + of(rows), 0) / repeats;
    return {
      variant: name,
      gain: bootstrap(over, seed),
      error: mean((rows) => calibrationError(rows, 'after')),
      errorByChance: mean((rows) => errorByChance(rows, seed)),
    };
  });
}

/** Best source and the most that choosing among the answers could reach, percent. */
export const boundsOf = (set: BenchSet): { readonly best: number; readonly any: number } => ({
  best: (100 * bestSourceRows(set).filter(Boolean).length) / set.items.length,
  any: anySource(set),
});
