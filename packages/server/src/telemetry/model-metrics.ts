/** Metrics of the language models: calls, tokens, cost, time, state of their breakers. */
import type { ModelCall } from '@vortexflow/answering';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Models take from a blink to minutes. */
const SECONDS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60];

export class ModelMetrics {
  readonly #calls: Counter<'model' | 'outcome'>;
  readonly #tokens: Counter<'model' | 'kind'>;
  readonly #cost: Counter<'model'>;
  readonly #duration: Histogram<'model'>;

  /** @param breakers state of each model's circuit breaker, read at each scrape */
  constructor(registry: Registry, breakers: () => Readonly<Record<string, string>>) {
    const registers = [registry];
    this.#calls = new Counter({
      name: 'vortex_model_calls_total',
      help: 'Calls of language models by outcome.',
      labelNames: ['model', 'outcome'],
      registers,
    });
    this.#tokens = new Counter({
      name: 'vortex_model_tokens_total',
      help: 'Tokens as the models counted them.',
      labelNames: ['model', 'kind'],
      registers,
    });
    this.#cost = new Counter({
      name: 'vortex_model_cost_total',
      help: 'Cost by the configured prices, in their currency.',
      labelNames: ['model'],
      registers,
    });
    this.#duration = new Histogram({
      name: 'vortex_model_duration_seconds',
      help: 'Time of a call with its retries.',
      labelNames: ['model'],
      buckets: SECONDS,
      registers,
    });
    const open: Gauge<'model'> = new Gauge({
      name: 'vortex_model_breaker_open',
      help: '1 while a model is left alone after failures.',
      labelNames: ['model'],
      registers,
      collect: () => {
        for (const [model, state] of Object.entries(breakers())) open.set({ model }, Number(state !== 'closed'));
      },
    });
  }

  called({ model, outcome, usage, durationMs }: ModelCall): void {
    this.#calls.inc({ model, outcome });
    this.#duration.observe({ model }, durationMs / 1000);
    this.#tokens.inc({ model, kind: 'prompt' }, usage.prompt_tokens ?? 0);
    this.#tokens.inc({ model, kind: 'completion' }, usage.completion_tokens ?? 0);
    this.#cost.inc({ model }, usage.cost ?? 0);
  }
}
