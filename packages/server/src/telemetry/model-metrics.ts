/** Metrics of the language models: calls, tokens, cost, time, state of their breakers. */
import type { EndpointCounters, ModelCall } from '@vortexflow/answering';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Models take from a blink to minutes. */
const SECONDS = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60];

/** What the endpoints count by themselves. */
const COUNTED: readonly (readonly [name: string, help: string, of: (counters: EndpointCounters) => number])[] = [
  ['vortex_model_attempts_total', 'Requests to the endpoints, retries included.', ({ calls }) => calls.attempts],
  ['vortex_model_retries_total', 'Further attempts after a failed one.', ({ calls }) => calls.retries],
  [
    'vortex_model_retries_refused_total',
    'Retries that the budget did not allow.',
    ({ calls }) => calls.budgetExhausted,
  ],
  ['vortex_model_breaker_openings_total', 'Times that a circuit opened.', ({ calls }) => calls.breakersOpened],
  ['vortex_model_connections_total', 'Connections made.', ({ connections }) => connections.connects],
  [
    'vortex_model_connections_reused_total',
    'Requests that found an open connection.',
    ({ connections }) => connections.reused,
  ],
];

export class ModelMetrics {
  readonly #calls: Counter<'model' | 'outcome'>;
  readonly #tokens: Counter<'model' | 'kind'>;
  readonly #cost: Counter<'model'>;
  readonly #duration: Histogram<'model'>;

  /**
   * @param breakers state of each model's circuit breaker, read at each scrape
   * @param counters what has happened at each model's endpoint, likewise
   */
  constructor(
    registry: Registry,
    breakers: () => Readonly<Record<string, string>>,
    counters: () => Readonly<Record<string, EndpointCounters>>,
  ) {
    const registers = [registry];
    for (const [name, help, valueOf] of COUNTED) registerCounted(registry, name, help, counters, valueOf);
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

/** A counter that is kept elsewhere. */
function registerCounted(
  registry: Registry,
  name: string,
  help: string,
  counters: () => Readonly<Record<string, EndpointCounters>>,
  valueOf: (counters: EndpointCounters) => number,
): void {
  const counter: Counter<'model'> = new Counter({
    name,
    help,
    labelNames: ['model'],
    registers: [registry],
    collect: () => {
      counter.reset();
      for (const [model, counts] of Object.entries(counters())) counter.inc({ model }, valueOf(counts));
    },
  });
}
