/** Measures of the whole graph: one computation at a time, joined by all who want the same, kept until it changes. */
import type { KnowledgeBase } from '@vortexflow/knowledge';
import type { LayoutHost, LayoutHostState } from '@vortexflow/layout';
import type { Clock } from '@vortexflow/primitives';
import { type GraphMeasure, wireError } from '@vortexflow/protocol';
import type { Compute } from './compute.ts';
import { type AnalyticsResult, type GraphSnapshot, needsPositions } from './measures.ts';

export interface AnalyticsOptions {
  readonly base: KnowledgeBase;
  readonly layout: Pick<LayoutHost, 'positions'> & { state(): Pick<LayoutHostState, 'ticks' | 'majorisations'> };
  readonly clock: Clock;
  readonly compute: Compute;
  /** Longest computation, ms; waiting for its turn does not count. */
  readonly timeoutMs: number;
}

/** A result with what it was computed of. */
export interface Analysis {
  readonly result: AnalyticsResult;
  readonly revision: number;
  /** Tick of the layout when it was asked for; null for measures that need no positions. */
  readonly layoutTick: number | null;
  readonly durationMs: number;
}

/** Results kept; each is at most 100 nodes or clusters. */
const KEPT = 32;
/** Computations that may wait for their turn. */
const MAX_WAITING = 8;

export class GraphAnalytics {
  readonly #options: AnalyticsOptions;
  readonly #kept = new Map<string, Analysis>();
  readonly #pending = new Map<string, Promise<Analysis>>();
  readonly #stopped = new AbortController();
  /** Settles when all computations so far have. Never rejects. */
  #idle: Promise<unknown> = Promise.resolve();

  constructor(options: AnalyticsOptions) {
    this.#options = options;
  }

  /**
   * A measure of the graph as it is. Measures of positions are computed anew for each tick and finishing pass of the layout.
   *
   * @param k clusters for `kmeans`, neighbours for `outliers`; others ignore it
   * @throws CodedError `analytics_late`, `analytics_busy`, `positions_unavailable`, `internal` when the thread died
   */
  async of(measure: GraphMeasure, k: number): Promise<{ analysis: Analysis; cached: boolean }> {
    const { base, layout } = this.#options;
    const positional = needsPositions(measure);
    const { ticks, majorisations } = layout.state();
    const key = [measure, base.revision, ...(positional ? [k, ticks, majorisations] : [])].join(' ');
    const kept = this.#kept.get(key);
    if (kept) return { analysis: kept, cached: true };
    const joined = this.#pending.get(key);
    if (joined) return { analysis: await joined, cached: true };
    if (this.#pending.size > MAX_WAITING) throw wireError('analytics_busy', { waiting: this.#pending.size - 1 });
    const analysis = this.#idle.then(() => this.#compute(measure, k));
    this.#pending.set(key, analysis);
    this.#idle = analysis.then(
      (done) => this.#keep(key, done),
      () => this.#pending.delete(key),
    );
    return { analysis: await analysis, cached: false };
  }

  /** Ends the computation under way; those waiting are told that they came too late. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#idle;
  }

  #keep(key: string, analysis: Analysis): void {
    this.#pending.delete(key);
    this.#kept.set(key, analysis);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }

  async #compute(measure: GraphMeasure, k: number): Promise<Analysis> {
    const { base, layout, clock, compute, timeoutMs } = this.#options;
    const late = new AbortController();
    const timer = clock.after(timeoutMs, () => late.abort());
    const signal = AbortSignal.any([late.signal, this.#stopped.signal]);
    const start = clock.elapsed();
    try {
      signal.throwIfAborted();
      const layoutTick = needsPositions(measure) ? layout.state().ticks : null;
      const positions = layoutTick === null ? undefined : await this.#positions(measure, signal);
      const { revision } = base;
      const snapshot = { ...snapshotOf(base), ...(positions && { positions }) };
      const result = await compute({ measure, k, snapshot }, signal);
      return { result, revision, layoutTick, durationMs: clock.elapsed() - start };
    } catch (failure) {
      if (signal.aborted) throw wireError('analytics_late', { measure, timeout_ms: timeoutMs }, failure);
      throw failure;
    } finally {
      timer.cancel();
    }
  }

  /** The layout may be busy, or dying: the signal ends the wait. */
  #positions(measure: GraphMeasure, signal: AbortSignal): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      this.#options.layout.positions().then(resolve, (failure: unknown) => {
        reject(wireError('positions_unavailable', { measure }, failure));
      });
    });
  }
}

function snapshotOf(base: KnowledgeBase): GraphSnapshot {
  const absent: number[] = [];
  for (let node = 0; node < base.nodeCount; node++) if (!base.has(node)) absent.push(node);
  return { nodes: base.nodeCount, edges: base.edgePairs(), absent: Uint32Array.from(absent) };
}
