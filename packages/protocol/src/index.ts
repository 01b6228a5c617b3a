export * from './analytics.ts';
export * from './documents.ts';
export { ErrorResponse, WIRE_ERRORS, wireError, type WireErrorCode } from './errors.ts';
export {
  decodeFrame,
  encodeHighlight,
  encodePositions,
  encodeTopology,
  type Frame,
  FRAME_TYPE,
  FrameFormatError,
  type HighlightFrame,
  type PositionFrame,
  REMOVED_GROUP,
  type TopologyFrame,
} from './frames.ts';
export * from './graph.ts';
export * from './health.ts';
export { Evidence, OpinionSummary, type ProcessEvents, ProcessRequest, ProcessResponse } from './process.ts';
export * from './words.ts';
