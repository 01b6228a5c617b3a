/** Frames and words alone: schemas take 130 ms to load, which the layout's thread has no use for. */
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
export * from './words.ts';
