/** What a viewer who misses nothing makes of a layout's stream. */
import {
  assembleFrame,
  type EncodedTick,
  FrameDecoder,
  type PositionFrame,
  SECTION,
  sectionsOf,
} from '@vortexflow/protocol';

export class TestViewer {
  /** All position frames, each with positions of its own. */
  readonly frames: PositionFrame[] = [];
  /** Blocks frames received. */
  blocks = 0;
  readonly #decoder = new FrameDecoder();

  takeBlocks(bytes: ArrayBuffer): void {
    this.blocks++;
    this.#decoder.decode(bytes);
  }

  takeTick(tick: EncodedTick): void {
    const deltas = sectionsOf(tick, SECTION.delta);
    const sections = deltas.length > 0 ? deltas : sectionsOf(tick, SECTION.key);
    const frame = this.#decoder.decode(new Uint8Array(assembleFrame(tick, sections)).buffer) as PositionFrame;
    this.frames.push({ ...frame, positions: frame.positions.slice() });
  }
}
