/**
 * One viewer. Nothing queues: while a frame is on its way, or the viewer owes acknowledgements, it is sent nothing, and
 * afterwards what is newest then. Blocks whose deltas it has missed come as keys.
 */
import type { Clock } from '@vortexflow/primitives';
import {
  ACKNOWLEDGE_EVERY,
  decodeViewerMessage,
  type EncodedTick,
  FrameFormatError,
  type Interest,
} from '@vortexflow/protocol';
import { resolveInterest } from './interest.ts';
import { BlockLedger } from './ledger.ts';
import type { Blocks, Highlight, Picture } from './picture.ts';

type FrameKind = 'topology' | 'blocks' | 'positions' | 'highlight';

/** A viewer that owes acknowledgements of so many frames is sent no more until it pays. */
const MAX_UNACKNOWLEDGED = 2 * ACKNOWLEDGE_EVERY;
/** A well-behaved viewer sends a message every few frames, and an interest now and then. */
const MAX_MESSAGES_A_SECOND = 100;
/** Frames up to this size are made in a buffer that the viewer keeps, so that streaming leaves no garbage. */
const KEPT_BYTES = 32 * 1024;

/** The viewer's end of a WebSocket. */
export interface ViewerSocket {
  /** Calls `done` when the bytes have left for the network, with an error when they could not. */
  send(bytes: ArrayBuffer | Uint8Array, done: (error?: Error | null) => void): void;
  /** Ends the connection. @param code of RFC 6455 */
  close(code: number, reason: string): void;
}

/** Who is told what a viewer is sent and needs. */
export interface ViewerHooks {
  readonly clock: Clock;
  sent(kind: FrameKind, bytes: number): void;
  /** So many ticks were not sent, as the viewer was not ready for them. */
  dropped(ticks: number): void;
  /** All that was sent has been received; the newest tick in it is so old, ms. */
  delivered(ageMs: number): void;
  /** The viewer needs the key of a block in the next tick. */
  wish(block: number): void;
}

interface Outgoing {
  readonly kind: FrameKind;
  readonly bytes: ArrayBuffer | Uint8Array;
}

export class Viewer {
  /** False since the last ping; the owner's to set and to look at. */
  alive = true;
  readonly #socket: ViewerSocket;
  readonly #picture: Picture;
  readonly #hooks: ViewerHooks;
  readonly #ledger = new BlockLedger();
  #topology: ArrayBuffer | null = null;
  #blocks: Blocks | null = null;
  #highlight: Highlight | null;
  #tick: EncodedTick | null = null;
  #interest: Interest | null = null;
  #wanted: Uint8Array | null = null;
  /** Bounds and lit path that `#wanted` was found with. */
  #wantedFor: readonly unknown[] = [];
  #buffer: Uint8Array | undefined;
  #sending = false;
  #sent = 0;
  #acknowledged = 0;
  #messages = 0;
  #messagesSince = -Infinity;

  /** An answer lit before the viewer came is not shown to it. */
  constructor(socket: ViewerSocket, picture: Picture, hooks: ViewerHooks) {
    this.#socket = socket;
    this.#picture = picture;
    this.#hooks = hooks;
    this.#highlight = picture.highlight;
  }

  /** Sends what the viewer lacks, if it is ready for it. Call it whenever the picture has changed. */
  advance(): void {
    if (this.#sending || this.#sent - this.#acknowledged >= MAX_UNACKNOWLEDGED) return;
    const frames = this.#due();
    if (frames.length === 0) return;
    this.#sending = true;
    this.#sent += frames.length;
    frames.forEach(({ kind, bytes }, i) => {
      this.#hooks.sent(kind, bytes.byteLength);
      this.#socket.send(bytes, (error) => {
        // After an error the connection closes; it stays `sending`.
        if (error || i < frames.length - 1) return;
        this.#sending = false;
        this.advance();
      });
    });
  }

  /** Takes a message; one that is malformed, false or one too many ends the connection. */
  receive(bytes: Uint8Array): void {
    if (this.#tooMany()) return this.#socket.close(1008, 'too many messages');
    try {
      const message = decodeViewerMessage(bytes);
      if (message.type === 'acknowledgement') this.#acknowledge(message.frames);
      else this.#take(message.interest);
    } catch (error) {
      if (!(error instanceof FrameFormatError)) throw error;
      this.#socket.close(1008, 'malformed message');
    }
  }

  #tooMany(): boolean {
    const now = this.#hooks.clock.elapsed();
    if (now - this.#messagesSince >= 1000) {
      this.#messagesSince = now;
      this.#messages = 0;
    }
    return ++this.#messages > MAX_MESSAGES_A_SECOND;
  }

  #acknowledge(frames: number): void {
    if (frames < this.#acknowledged || frames > this.#sent)
      throw new FrameFormatError(`${frames} frames acknowledged of ${this.#sent}`);
    this.#acknowledged = frames;
    if (frames === this.#sent && this.#tick) this.#hooks.delivered(this.#hooks.clock.now() - this.#tick.time);
    this.advance();
  }

  #take(interest: Interest | null): void {
    this.#interest = interest;
    this.#wantedFor = [];
  }

  /** The topology before the blocks and the blocks before the positions that count on them. */
  #due(): Outgoing[] {
    const { topology, blocks, highlight, tick } = this.#picture;
    const frames: Outgoing[] = [];
    if (topology && topology !== this.#topology) {
      this.#topology = topology;
      frames.push({ kind: 'topology', bytes: topology });
    }
    if (blocks && blocks !== this.#blocks) {
      this.#blocks = blocks;
      this.#ledger.reset(blocks.count);
      frames.push({ kind: 'blocks', bytes: blocks.bytes });
    }
    if (highlight && highlight !== this.#highlight) {
      this.#highlight = highlight;
      frames.push({ kind: 'highlight', bytes: highlight.bytes });
    }
    const positions = tick && blocks ? this.#positions(tick, blocks) : null;
    if (positions) frames.push({ kind: 'positions', bytes: positions });
    return frames;
  }

  /** While the layout moves a tick is sent once; a settled one until the viewer has all of it. */
  #positions(tick: EncodedTick, blocks: Blocks): Uint8Array | null {
    if (tick === this.#tick && !tick.settled) return null;
    const wanted = this.#wantedOf(blocks);
    const sections = this.#ledger.select(tick, wanted, (block) => this.#hooks.wish(block));
    if (sections.length === 0) return null;
    const missed = this.#tick ? tick.sequence - this.#tick.sequence - 1 : 0;
    if (missed > 0) this.#hooks.dropped(missed);
    this.#tick = tick;
    if (wanted) this.#buffer ??= new Uint8Array(KEPT_BYTES);
    return this.#picture.frameOf(tick, sections, this.#buffer);
  }

  #wantedOf(blocks: Blocks): Uint8Array | null {
    if (!this.#interest) return null;
    const { bounds, highlight } = this.#picture;
    const now = [blocks, bounds, highlight];
    if (this.#wanted && now.every((one, i) => one === this.#wantedFor[i])) return this.#wanted;
    this.#wantedFor = now;
    this.#wanted = resolveInterest(this.#interest, { blocks, bounds, lit: highlight?.nodes ?? new Uint32Array() });
    return this.#wanted;
  }
}
