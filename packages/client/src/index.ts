export type { AccessCalls } from './access.ts';
export { type AskHandlers } from './ask.ts';
export {
  type AnalyticsOptions,
  createClient,
  type DocumentCalls,
  type GraphCalls,
  type VortexflowClient,
} from './client.ts';
export type { ConfigCalls, ConfigState } from './config.ts';
export { VortexflowError } from './errors.ts';
export { type CallOptions, type ClientOptions } from './http.ts';
export type { LayoutCalls } from './layout.ts';
