export * from './analytics.ts';
export * from './documents.ts';
export { ErrorResponse, WIRE_ERRORS, wireError, type WireErrorCode } from './errors.ts';
export { blockCount, type BlocksFrame, decodeBlocksFrame } from './frames/blocks.ts';
export { type Frame, FrameDecoder, type PositionFrame } from './frames/frame-decoder.ts';
export {
  encodeHighlight,
  encodeTopology,
  type HighlightFrame,
  REMOVED_GROUP,
  type TopologyFrame,
} from './frames/graph-frames.ts';
export { FRAME_TYPE, FrameFormatError } from './frames/header.ts';
export { PositionEncoder } from './frames/position-encoder.ts';
export {
  assembleFrame,
  blocksOf,
  type EncodedTick,
  frameBytes,
  SECTION,
  sectionsOf,
  sectionWords,
} from './frames/tick.ts';
export {
  ACKNOWLEDGE_EVERY,
  decodeViewerMessage,
  encodeAcknowledgement,
  encodeInterest,
  type Interest,
  MAX_INTEREST,
  MAX_VIEWER_MESSAGE,
  type ViewerMessage,
} from './frames/viewer-messages.ts';
export * from './graph.ts';
export * from './health.ts';
export * from './layout.ts';
export { Evidence, OpinionSummary, type ProcessEvents, ProcessRequest, ProcessResponse } from './process.ts';
export * from './words.ts';
