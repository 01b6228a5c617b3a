/** From positions to encoded ticks. Pure; runs beside the layout. */
import { BitWriter } from './bits.ts';
import { type BlockState, createBlockState, maxBlockWords, writeDelta, writeKey, writeRough } from './block-codec.ts';
import { blockCount, type BlocksFrame, encodeBlocks } from './blocks.ts';
import { gridAround, gridCovers, gridFits, toSteps } from './grid.ts';
import type { FrameHead } from './header.ts';
import type { EncodedTick } from './tick.ts';

/** Bounds of blocks are told with every so many ticks; in between they are nearly the same. */
const BOUNDS_EVERY = 16;
/** Rough keys a tick: all of 230 blocks in 58 ticks. */
const ROUGH_A_TICK = 4;
/** Beyond this a block that cannot be compressed would be longer than its frame can say. */
const MAX_BLOCK_NODES = 512;

/** What makes a block encoder. */
export interface BlockOrder extends FrameHead {
  /** All nodes, each once, near ones next to each other. */
  readonly order: Uint32Array;
  /** Nodes a block, 1 .. 512. */
  readonly blockNodes: number;
  /** Where nodes are now, x, y, z interleaved: the grid is made for these. Length 3n. */
  readonly positions: Float32Array;
}

/** What an encoder is told of a tick. */
export interface TickOptions extends FrameHead {
  /** ms since the Unix epoch. */
  readonly time: number;
  readonly settled: boolean;
  /** Blocks of which exact keys are wanted. The first tick and a settled one have those of all blocks anyway. */
  readonly keys: ReadonlySet<number>;
}

/**
 * Encodes the ticks of one epoch. A delta leaves each coordinate within half a quantum of the nearest step of the grid,
 * and a step is 1/65,535 of the cube around all nodes as the epoch began. A quantum is 1 step when little moves, and at most
 * two thirds of the block's mean unforeseen movement and 64 steps when much does. When the layout settles it is 1 step.
 */
export class PositionEncoder {
  /** The frame that a viewer needs before the ticks. */
  readonly blocksFrame: ArrayBuffer;
  readonly #blocks: BlocksFrame;
  readonly #count: number;
  readonly #state: BlockState;
  readonly #targets: Int32Array;
  #words: Uint16Array;
  #writer: BitWriter;
  #at = 0;
  #ticks = 0;
  #nextRough = 0;
  #fits = true;

  /**
   * @param order `sequence` is the sequence number of the first tick
   * @throws RangeError when `blockNodes` is outside its range
   */
  constructor({ order, blockNodes, positions, sequence, revision }: BlockOrder) {
    if (!(blockNodes >= 1 && blockNodes <= MAX_BLOCK_NODES)) throw new RangeError(`blocks of ${blockNodes} nodes`);
    this.#blocks = { type: 'blocks', sequence, revision, order, blockNodes, ...gridAround(positions) };
    this.blocksFrame = encodeBlocks(this.#blocks);
    this.#count = blockCount(this.#blocks);
    this.#state = createBlockState(order.length);
    this.#targets = new Int32Array(blockNodes * 3);
    this.#words = new Uint16Array(order.length * 3 + maxBlockWords(blockNodes));
    this.#writer = new BitWriter(this.#words);
  }

  /** False when the layout has outgrown the grid or shrunk within it: begin another epoch. Looked at with the bounds. */
  get fits(): boolean {
    return this.#fits;
  }

  /**
   * False when some of these places are too far out for the grid: begin another epoch, instead of waiting for the bounds.
   *
   * @param places x, y, z interleaved
   */
  covers(places: Float32Array): boolean {
    return gridCovers(this.#blocks, places);
  }

  /**
   * Encodes where all nodes are now. Allocates what it returns and nothing else.
   *
   * @param positions x, y, z interleaved, length 3n; values that are not finite are sent as the grid's origin, those more
   *   than 32 cubes out as there
   */
  encode(positions: Float32Array, { sequence, revision, time, settled, keys }: TickOptions): EncodedTick {
    const first = this.#ticks === 0;
    const starts = new Uint32Array(this.#count * 3 + 1);
    this.#at = 0;
    this.#section(starts, 0, !first, (from, to) => {
      this.#aim(positions, from, to);
      writeDelta(this.#writer, this.#state, this.#targets, from, to, settled);
    });
    if (first) this.#settle(positions);
    const all = first || settled;
    this.#section(starts, 1, all || keys, (from, to) => writeKey(this.#writer, this.#state, from, to));
    this.#section(starts, 2, !all && this.#roughBlocks(), (from, to) =>
      writeRough(this.#writer, this.#state, from, to),
    );
    const bounds = this.#ticks++ % BOUNDS_EVERY === 0 || settled ? this.#bounds() : null;
    const words = this.#words.slice(0, this.#at);
    return { epoch: this.#blocks.sequence, sequence, revision, time, settled, words, starts, bounds };
  }

  /** Block by block, so that all that a block needs stays in the fastest cache. */
  #aim(positions: Float32Array, from: number, to: number): void {
    toSteps(positions, this.#blocks.order, from / 3, to / 3, this.#blocks, this.#targets);
  }

  #settle(positions: Float32Array): void {
    const { order } = this.#blocks;
    toSteps(positions, order, 0, order.length, this.#blocks, this.#state.places);
  }

  /** Writes all, none, or some blocks in one form. */
  #section(
    starts: Uint32Array,
    kind: number,
    which: boolean | ReadonlySet<number>,
    write: (from: number, to: number) => void,
  ): void {
    const values = this.#blocks.blockNodes * 3;
    for (let block = 0; block < this.#count; block++) {
      if (which === true || (which !== false && which.has(block))) {
        this.#makeRoom();
        this.#writer.seek(this.#at);
        write(block * values, Math.min(this.#state.places.length, (block + 1) * values));
        this.#at = this.#writer.end();
      }
      starts[kind * this.#count + block + 1] = this.#at;
    }
  }

  #makeRoom(): void {
    if (this.#words.length - this.#at >= maxBlockWords(this.#blocks.blockNodes)) return;
    const larger = new Uint16Array(this.#words.length * 2);
    larger.set(this.#words.subarray(0, this.#at));
    this.#words = larger;
    this.#writer = new BitWriter(larger);
  }

  #roughBlocks(): ReadonlySet<number> {
    const blocks = new Set<number>();
    for (let i = 0; i < Math.min(ROUGH_A_TICK, this.#count); i++) blocks.add((this.#nextRough + i) % this.#count);
    this.#nextRough = (this.#nextRough + ROUGH_A_TICK) % Math.max(1, this.#count);
    return blocks;
  }

  #bounds(): Float32Array<ArrayBuffer> {
    const { origin, step, blockNodes } = this.#blocks;
    const { places } = this.#state;
    const bounds = new Float32Array(this.#count * 6);
    const lowest = [Infinity, Infinity, Infinity];
    const highest = [-Infinity, -Infinity, -Infinity];
    for (let block = 0; block < this.#count; block++) {
      const end = Math.min(places.length, (block + 1) * blockNodes * 3);
      for (let axis = 0; axis < 3; axis++) {
        let [low, high] = [Infinity, -Infinity];
        for (let i = block * blockNodes * 3 + axis; i < end; i += 3) {
          const place = places[i]!;
          if (place < low) low = place;
          if (place > high) high = place;
        }
        bounds[block * 6 + axis] = origin[axis]! + low * step;
        bounds[block * 6 + 3 + axis] = origin[axis]! + high * step;
        lowest[axis] = Math.min(lowest[axis]!, low);
        highest[axis] = Math.max(highest[axis]!, high);
      }
    }
    this.#fits = gridFits(lowest, highest);
    return bounds;
  }
}
