/** For siblings that need one part without all the rest, such as benchmarks. */
export { BodyReader } from './reading/body-reader.ts';
export type { CheckedRow } from './reading/checked-json.ts';
export { type CollectedBody, collectBody } from './reading/collected-body.ts';
export { Viewers } from './stream/viewers.ts';
export { type LiveFigures, Metrics } from './telemetry/metrics.ts';
export { scanContent } from './validation/content-scan.ts';
