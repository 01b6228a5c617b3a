/** The metrics at /metrics: counters where things happen, gauges read from the running parts when they are asked. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { MemoryFigures, ThreadState } from '@vortexflow/answering';
import type { SensorReading } from '@vortexflow/layout';
import type { FeedbackResponse, OpinionSummary, ProcessResponse } from '@vortexflow/protocol';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { registerMemory } from './memory-metrics.ts';

/** What the gauges show, read at each scrape. */
export interface LiveFigures {
  readonly ready: boolean;
  readonly nodes: number;
  readonly edges: number;
  readonly revision: number;
  readonly documents: number;
  readonly storeCommits: number;
  readonly storeWrites: number;
  readonly layoutTicks: number;
  readonly layoutTickSeconds: number;
  readonly layoutSettled: boolean;
  readonly sensors: readonly SensorReading[];
  readonly viewers: number;
  readonly connections: number;
  /** Cache and learning; null while the knowledge is loading. */
  readonly memory: MemoryFigures | null;
  /** Of the threads that reason; none while the knowledge is loading. */
  readonly threads: readonly ThreadState[];
}

const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];

/** All metrics of one server. */
export class Metrics {
  readonly registry = new Registry();
  readonly #started = performance.now();
  readonly #lag = monitorEventLoopDelay({ resolution: 20 });
  readonly #threads: string;
  #requests = 0;
  #errors = 0;
  #answers = 0;
  #answerMs = 0;

  readonly #metaRequests = this.#counter(
    'vortex_meta_requests_total',
    'Questions by fusion strategy and reasoners heard.',
    ['strategy', 'source'],
  );
  readonly #metaDuration = this.#histogram('vortex_meta_duration_seconds', 'Time from question to answer.', SECONDS);
  readonly #confidence = this.#histogram('vortex_confidence', 'Confidence of fused answers.', SHARES);
  readonly #signal = this.#histogram('vortex_signal_strength', 'Fused score before calibration.', SHARES);
  readonly #errorsTotal = this.#counter('vortex_errors_total', 'Error responses by code.', ['code']);
  readonly #sacred = this.#counter('vortex_sacred_hits_total', 'Answers that reached checkpoint 3, 6 or 9.', [
    'position',
  ]);
  readonly #positions = this.#counter(
    'vortex_flux_position_distribution',
    'Answers by the position at which they settled.',
    ['position'],
  );
  readonly #kinds = this.#counter('vortex_answers_total', 'Answers by kind.', ['kind']);
  readonly #consensus = this.#counter('vortex_consensus_total', 'Answers on which at least two reasoners agreed.', []);
  readonly #fallbacks = this.#counter('vortex_fallback_total', 'Answers given without all reasoners.', []);
  readonly #reasonerDuration = this.#histogram(
    'vortex_reasoner_duration_seconds',
    'Time until a reasoner was heard.',
    SECONDS,
    ['reasoner'],
  );
  readonly #outcomes = this.#counter(
    'vortex_reasoner_outcomes_total',
    'What became of each question at each reasoner.',
    ['reasoner', 'outcome'],
  );
  readonly #fusion = this.#histogram(
    'vortex_fusion_duration_seconds',
    'Time to fuse the opinions.',
    [0.00001, 0.00005, 0.0001, 0.0005, 0.001, 0.01],
  );
  readonly #http = this.#counter('vortex_http_requests_total', 'HTTP responses.', ['method', 'route', 'status']);
  readonly #httpDuration = this.#histogram('vortex_http_duration_seconds', 'Time from request to response.', SECONDS, [
    'route',
  ]);
  readonly #inFlight = this.#gauge('vortex_http_in_flight', 'Requests being worked on.');
  readonly #written = this.#counter('vortex_documents_written_total', 'Documents stored by requests.', []);
  readonly #feedback = this.#counter('vortex_feedback_total', 'Feedback on answers by what came of it.', ['effect']);
  readonly #frames = this.#counter('vortex_frames_sent_total', 'Frames sent to viewers.', ['type']);
  readonly #frameBytes = this.#counter('vortex_frame_bytes_sent_total', 'Bytes of frames sent to viewers.', []);
  readonly #dropped = this.#counter('vortex_frames_dropped_total', 'Ticks that viewers who were behind skipped.', []);
  readonly #delivery = this.#histogram(
    'vortex_frame_delivery_seconds',
    'From a tick of the layout to a viewer acknowledging it.',
    SECONDS,
  );

  readonly #analytics = this.#histogram(
    'vortex_analytics_duration_seconds',
    'Time to compute a measure of the whole graph.',
    [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30],
    ['measure'],
  );

  /** @param serving number of the serving process, where there are several: then threads are named after it */
  constructor(read: () => LiveFigures, serving: number | null = null) {
    this.#threads = serving === null ? '' : `${serving}.`;
    this.#lag.enable();
    this.#registerLive(read);
  }

  /** Requests that were answered so far, errors included. */
  get totals(): { requests: number; errors: number; averageAnswerMs: number | null } {
    return {
      requests: this.#requests,
      errors: this.#errors,
      averageAnswerMs: this.#answers === 0 ? null : this.#answerMs / this.#answers,
    };
  }

  get uptimeSeconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  requestBegan(): void {
    this.#inFlight.inc();
  }

  /** The response has gone, or the caller has. */
  requestLeft(): void {
    this.#inFlight.dec();
  }

  requestEnded(method: string, route: string, status: number, seconds: number): void {
    this.#requests++;
    this.#http.inc({ method, route, status });
    this.#httpDuration.observe({ route }, seconds);
  }

  failed(code: string): void {
    this.#errors++;
    this.#errorsTotal.inc({ code });
  }

  /** @param durationMs of this request: a kept answer does not have its own */
  answered(answer: ProcessResponse, durationMs: number): void {
    const { metadata, metrics } = answer;
    this.#answers++;
    this.#answerMs += durationMs;
    this.#metaRequests.inc({ strategy: metadata.strategy, source: metadata.orchestrators_used });
    this.#metaDuration.observe(durationMs / 1000);
    if (!metadata.cache_hit) this.#fusion.observe(metrics.fusion_ms / 1000);
    this.#kinds.inc({ kind: metadata.kind });
    this.#positions.inc({ position: answer.flux_position });
    if (answer.answered) this.#confidence.observe(answer.confidence);
    if (answer.answered) this.#signal.observe(answer.signal_strength);
    if (answer.flux_position !== 0 && answer.flux_position % 3 === 0)
      this.#sacred.inc({ position: answer.flux_position });
    if (metadata.consensus_achieved) this.#consensus.inc();
    if (metadata.fallback_used) this.#fallbacks.inc();
    if (metrics.asi_ms !== null) this.#reasonerDuration.observe({ reasoner: 'asi' }, metrics.asi_ms / 1000);
    if (metrics.runtime_ms !== null) this.#reasonerDuration.observe({ reasoner: 'flux' }, metrics.runtime_ms / 1000);
  }

  outcome(reasoner: string, outcome: OpinionSummary['outcome']): void {
    this.#outcomes.inc({ reasoner, outcome });
  }

  analysed(measure: string, seconds: number): void {
    this.#analytics.observe({ measure }, seconds);
  }

  feedbackTaken(effect: FeedbackResponse['effect']): void {
    this.#feedback.inc({ effect });
  }

  documentsWritten(count: number): void {
    this.#written.inc(count);
  }

  frameSent(type: string, bytes: number): void {
    this.#frames.inc({ type });
    this.#frameBytes.inc(bytes);
  }

  framesDropped(count: number): void {
    this.#dropped.inc(count);
  }

  frameDelivered(seconds: number): void {
    this.#delivery.observe(seconds);
  }

  stop(): void {
    this.#lag.disable();
  }

  #registerLive(read: () => LiveFigures): void {
    const grown = (name: string, help: string, value: (figures: LiveFigures) => number): void => {
      const counter: Counter = new Counter({
        name,
        help,
        registers: [this.registry],
        collect: () => {
          counter.reset();
          counter.inc(value(read()));
        },
      });
    };
    /** @param aggregator how the figures of several processes make one: the same thing seen twice, or parts of a sum */
    const live = (
      name: string,
      help: string,
      value: (figures: LiveFigures) => number,
      aggregator: 'max' | 'sum' = 'max',
    ): void => {
      const gauge: Gauge = new Gauge({
        name,
        help,
        aggregator,
        registers: [this.registry],
        collect: () => gauge.set(value(read())),
      });
    };
    live('vortex_ready', '1 once the knowledge is loaded.', ({ ready }) => Number(ready));
    live('vortex_graph_nodes', 'Nodes of the graph.', ({ nodes }) => nodes);
    live('vortex_graph_edges', 'Undirected edges of the graph.', ({ edges }) => edges);
    live('vortex_graph_revision', 'Changes of the graph since the start.', ({ revision }) => revision);
    live('vortex_documents', 'Documents stored.', ({ documents }) => documents);
    grown(
      'vortex_store_commits_total',
      'Durable commits of the store since the start.',
      ({ storeCommits }) => storeCommits,
    );
    grown('vortex_store_writes_total', 'Writes in those commits.', ({ storeWrites }) => storeWrites);
    grown('vortex_layout_ticks_total', 'Layout ticks since the graph was loaded.', ({ layoutTicks }) => layoutTicks);
    live(
      'vortex_layout_tick_seconds',
      'Median time of the latest layout ticks.',
      ({ layoutTickSeconds }) => layoutTickSeconds,
    );
    live('vortex_layout_settled', '1 while the layout is at rest.', ({ layoutSettled }) => Number(layoutSettled));
    live('vortex_viewers', 'Viewers of the graph.', ({ viewers }) => viewers);
    live('vortex_active_connections', 'Open HTTP and WebSocket connections.', ({ connections }) => connections, 'sum');
    live('vortex_memory_usage_bytes', 'Resident set of the process.', () => process.memoryUsage.rss(), 'sum');
    live('vortex_uptime_seconds', 'Time since the start.', () => this.uptimeSeconds);
    live(
      'vortex_event_loop_lag_seconds',
      '99th percentile of the delay of the main thread since the last scrape.',
      () => this.#readLag(),
    );
    registerMemory(this.registry, () => read().memory);
    this.#liveThreads(read);
    this.#liveSensors(read);
  }

  #liveThreads(read: () => LiveFigures): void {
    const perThread = (name: string, help: string, value: (state: ThreadState) => number): void => {
      const gauge: Gauge<'thread'> = new Gauge({
        name,
        help,
        labelNames: ['thread'],
        registers: [this.registry],
        collect: () =>
          read().threads.forEach((state, i) => gauge.set({ thread: `${this.#threads}${i + 1}` }, value(state))),
      });
    };
    const restarts: Counter<'thread'> = new Counter({
      name: 'vortex_reasoner_restarts_total',
      help: 'Times a reasoning thread was started again.',
      labelNames: ['thread'],
      registers: [this.registry],
      collect: () => {
        restarts.reset();
        read().threads.forEach((state, i) => restarts.inc({ thread: `${this.#threads}${i + 1}` }, state.restarts));
      },
    });
    perThread('vortex_reasoner_pending', 'Questions under way at a reasoning thread.', ({ pending }) => pending);
    perThread('vortex_reasoner_up', '1 while a reasoning thread runs.', ({ state }) => Number(state === 'running'));
  }

  /** Nothing where the machine tells nothing. */
  #liveSensors(read: () => LiveFigures): void {
    const perDevice = (name: string, help: string, value: (reading: SensorReading) => number | null): void => {
      const gauge: Gauge<'device'> = new Gauge({
        name,
        help,
        labelNames: ['device'],
        registers: [this.registry],
        collect: () => {
          gauge.reset();
          for (const reading of read().sensors) gauge.set({ device: reading.device }, value(reading) ?? Number.NaN);
        },
      });
    };
    perDevice('vortex_device_temperature_celsius', 'Temperature of a device.', ({ temperature }) => temperature);
    perDevice(
      'vortex_device_utilisation',
      'Share of the time that a device is busy.',
      ({ utilisation }) => utilisation,
    );
  }

  #readLag(): number {
    const lag = this.#lag.percentile(99) / 1e9;
    this.#lag.reset();
    return Number.isFinite(lag) ? lag : 0;
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.registry] });
  }

  #histogram<Label extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: Label[] = [],
  ): Histogram<Label> {
    return new Histogram({ name, help, buckets, labelNames, registers: [this.registry] });
  }
}
