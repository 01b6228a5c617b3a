/** Encodes where the layout is, tick by tick; begins anew when nodes come or the layout has outgrown its grid. */
import { type EncodedTick, PositionEncoder } from '@vortexflow/protocol/internal';
import { createSortBuffers, sortAlongHilbert } from './hilbert.ts';

/**
 * Nodes a block. Smaller blocks fit an interest more closely, and cost 4 bytes of every frame, and more copying, each.
 */
const BLOCK_NODES = 512;

/** What is told of a tick. */
export interface StreamTick {
  readonly revision: number;
  readonly settled: boolean;
  /** ms since the Unix epoch. */
  readonly now: number;
}

/** What a tick became: `blocks` is the frame that viewers need before it, when it is another one than before. */
export interface Encoded {
  readonly blocks: ArrayBuffer | null;
  readonly tick: EncodedTick;
}

export class PositionStream {
  #encoder: PositionEncoder | null = null;
  #values = 0;
  #sequence: number;
  #wishes = new Set<number>();

  /** @param firstSequence sequence number of the first tick */
  constructor(firstSequence: number) {
    this.#sequence = firstSequence;
  }

  /** Another graph: what is near to what has to be found out again. */
  restart(): void {
    this.#encoder = null;
  }

  /** Nodes have been put somewhere. @param places x, y, z of each; what is too far out for the grid needs another one */
  include(places: Float32Array): void {
    if (this.#encoder?.covers(places) === false) this.restart();
  }

  /** The next tick shall hold exact keys of these blocks. */
  wish(blocks: readonly number[]): void {
    for (const block of blocks) this.#wishes.add(block);
  }

  /** @param positions x, y, z interleaved, length 3n, finite */
  encode(positions: Float32Array, { revision, settled, now }: StreamTick): Encoded {
    const sequence = this.#sequence++;
    const kept = this.#values === positions.length && this.#encoder?.fits ? this.#encoder : null;
    const encoder = kept ?? this.#begin(positions, sequence, revision);
    const tick = encoder.encode(positions, { sequence, revision, time: now, settled, keys: this.#wishes });
    this.#wishes = new Set();
    return { blocks: kept ? null : encoder.blocksFrame, tick };
  }

  #begin(positions: Float32Array, sequence: number, revision: number): PositionEncoder {
    const nodes = positions.length / 3;
    const order = new Uint32Array(nodes);
    sortAlongHilbert(positions, order, createSortBuffers(nodes));
    this.#values = positions.length;
    this.#encoder = new PositionEncoder({ order, blockNodes: BLOCK_NODES, positions, sequence, revision });
    return this.#encoder;
  }
}
