/** For siblings that serve viewers without all the rest, such as benchmarks. */
export { Viewers } from './stream/viewers.ts';
export { type LiveFigures, Metrics } from './telemetry/metrics.ts';
