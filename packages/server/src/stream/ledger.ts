/** What one viewer has of each block, and what it is sent next: the blocks of its interest first, the rest as there is room. */
import { blocksOf, type EncodedTick, SECTION, sectionWords } from '@vortexflow/protocol';

/**
 * Bytes a frame that blocks outside of the interest may take. While the layout moves, rough keys come round to all blocks
 * within some seconds; once it has settled, the exact ones follow, one frame after the other.
 */
const BACKGROUND_BYTES = 16 * 1024;
/** Blocks outside of the interest whose keys are asked for at a time, when there is nothing of them yet. */
const BACKGROUND_WISHES = 4;

/** In place of the sequence number at which a block is exact. */
const NOTHING = -1;
const ROUGH = -2;

export class BlockLedger {
  #exactAt = new Float64Array(0);
  #cursor = 0;

  /** The viewer has nothing of any block. */
  reset(blocks: number): void {
    this.#exactAt = new Float64Array(blocks).fill(NOTHING);
    this.#cursor = 0;
  }

  /**
   * Picks the sections of a tick for the viewer's next frame, and counts on it that the viewer gets them.
   *
   * @param wanted 1 for each block of the viewer's interest; null for all
   * @param wish called for each block whose key is missing in this tick
   */
  select(tick: EncodedTick, wanted: Uint8Array | null, wish: (block: number) => void): number[] {
    const sections: number[] = [];
    const blocks = blocksOf(tick);
    for (let block = 0; block < blocks; block++) {
      if (wanted?.[block] === 0 || this.#exactAt[block] === tick.sequence) continue;
      const kind = this.#exactKind(tick, block);
      if (kind === null) wish(block);
      else sections.push(this.#take(tick, kind, block));
    }
    if (wanted) this.#selectBackground(tick, wanted, wish, sections);
    return sections;
  }

  #exactKind(tick: EncodedTick, block: number): number | null {
    const follows = this.#exactAt[block] === (tick.sequence - 1) >>> 0;
    if (follows && has(tick, SECTION.delta, block)) return SECTION.delta;
    return has(tick, SECTION.key, block) ? SECTION.key : null;
  }

  #selectBackground(tick: EncodedTick, wanted: Uint8Array, wish: (block: number) => void, sections: number[]): void {
    const blocks = wanted.length;
    let room = BACKGROUND_BYTES;
    let wishes = BACKGROUND_WISHES;
    const first = this.#cursor;
    for (let i = 0; i < blocks; i++) {
      const block = (first + i) % blocks;
      if (wanted[block] === 1 || this.#exactAt[block] === tick.sequence) continue;
      const kind = this.#backgroundKind(tick, block);
      if (kind === null) {
        if (this.#exactAt[block] === NOTHING && wishes-- > 0) wish(block);
        continue;
      }
      room -= sectionWords(tick, kind * blocks + block) * 2;
      if (room < 0) {
        this.#cursor = block;
        return;
      }
      sections.push(this.#take(tick, kind, block));
    }
  }

  /** Exact when that is the last word or there is nothing yet; else rough, which is a quarter of the bytes. */
  #backgroundKind(tick: EncodedTick, block: number): number | null {
    if ((tick.settled || this.#exactAt[block] === NOTHING) && has(tick, SECTION.key, block)) return SECTION.key;
    return has(tick, SECTION.rough, block) ? SECTION.rough : null;
  }

  #take(tick: EncodedTick, kind: number, block: number): number {
    this.#exactAt[block] = kind === SECTION.rough ? ROUGH : tick.sequence;
    return kind * blocksOf(tick) + block;
  }
}

const has = (tick: EncodedTick, kind: number, block: number): boolean =>
  sectionWords(tick, kind * blocksOf(tick) + block) > 0;
