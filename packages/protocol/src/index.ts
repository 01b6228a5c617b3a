export * from './analytics.ts';
export * from './auth.ts';
export * from './config.ts';
export * from './documents.ts';
export { ErrorResponse } from './error-response.ts';
export { WIRE_ERRORS, wireError, type WireErrorCode } from './errors.ts';
export { FuseRequest, FuseResponse } from './fuse.ts';
export * from './graph.ts';
export * from './health.ts';
export * from './tree.ts';
export * from './internal.ts';
export * from './layout.ts';
export * from './learning.ts';
export {
  Evidence,
  ModelUsage,
  OpinionSummary,
  type PathStep,
  type ProcessEvents,
  ProcessRequest,
  ProcessResponse,
} from './process.ts';
export { TraceResponse } from './trace.ts';
