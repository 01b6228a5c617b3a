/** Metrics of what answering remembers and learns: the cache, and how good the confidences have been. */
import type { MemoryFigures } from '@vortexflow/answering';
import { Counter, Gauge, type Registry } from 'prom-client';

/** @param read null while the knowledge is loading; then nothing is told */
export function registerMemory(registry: Registry, read: () => MemoryFigures | null): void {
  /** @param aggregator how the figures of several processes make one: each learns the same and keeps its own */
  const live = (
    name: string,
    help: string,
    value: (figures: MemoryFigures) => number | undefined,
    aggregator: 'max' | 'sum',
  ): void => {
    const gauge: Gauge = new Gauge({
      name,
      help,
      aggregator,
      registers: [registry],
      collect: () => {
        const figures = read();
        const now = figures && value(figures);
        // Without anything to measure it shows no number at all, rather than a zero that means something else.
        if (now === null || now === undefined) gauge.remove();
        else gauge.set(now);
      },
    });
  };
  const grown = (name: string, help: string, value: (figures: MemoryFigures) => number): void => {
    const counter: Counter = new Counter({
      name,
      help,
      registers: [registry],
      collect: () => {
        const figures = read();
        counter.reset();
        if (figures) counter.inc(value(figures));
      },
    });
  };
  grown('vortex_cache_hits_total', 'Answers served from the cache.', ({ cacheHits }) => cacheHits);
  grown('vortex_cache_misses_total', 'Questions that the cache did not know.', ({ cacheMisses }) => cacheMisses);
  live('vortex_cache_entries', 'Answers in the cache.', ({ cache }) => cache.entries, 'sum');
  live('vortex_cache_bytes', 'Memory of the answers in the cache, roughly.', ({ cache }) => cache.bytes, 'sum');
  live('vortex_labelled_answers', 'Labelled answers kept.', ({ report }) => report.items, 'max');
  live(
    'vortex_adaptive_accuracy',
    'Prequential accuracy of the strategy Adaptive over the labelled answers.',
    ({ report }) => report.strategies['Adaptive']?.after?.accuracy,
    'max',
  );
  registerCalibration(registry, read);
}

/** By source and by strategy, with what had been learned before each item. */
function registerCalibration(registry: Registry, read: () => MemoryFigures | null): void {
  for (const [figure, help] of [
    ['ece', 'Prequential expected calibration error'],
    ['brier', 'Prequential Brier score'],
    ['accuracy', 'Prequential accuracy'],
  ] as const) {
    for (const [label, part] of [
      ['source', 'sources'],
      ['strategy', 'strategies'],
    ] as const) {
      const gauge: Gauge = new Gauge({
        name: `vortex_${label}_${figure}`,
        help: `${help} of a ${label} over the labelled answers.`,
        labelNames: [label],
        aggregator: 'max',
        registers: [registry],
        collect: () => {
          gauge.reset();
          for (const [name, { after }] of Object.entries(read()?.report[part] ?? {}))
            if (after) gauge.set({ [label]: name }, after[figure]);
        },
      });
    }
  }
}
