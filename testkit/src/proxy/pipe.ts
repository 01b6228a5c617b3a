/** One way of one connection: what comes from one socket goes to the other, through the faults. */
import type { Socket } from 'node:net';
import type { Clock, Random } from '@vortexflow/primitives';
import type { FaultShare } from './fault-set.ts';

/** What a proxy counts; plain numbers. */
export interface ProxyCounters {
  /** Connections that clients opened, and those that are open now. */
  connections: number;
  open: number;
  /** New connections that were closed at once. */
  dropped: number;
  /** Bytes handed on, by direction. */
  bytesUp: number;
  bytesDown: number;
  /** Pieces that waited for a latency, and pieces that a slicing made. */
  delayed: number;
  slices: number;
  /** Bytes that were changed. */
  corrupted: number;
  /** Bytes sent into a connection whose other side is gone. */
  lost: number;
  /** Connections that ended by a reset, by a limit, or on one side only. */
  resets: number;
  limited: number;
  halfOpened: number;
}

/** What a pipe works with. */
export interface PipeOptions {
  readonly way: 'up' | 'down';
  readonly source: Socket;
  readonly sink: Socket;
  readonly faults: FaultShare;
  readonly clock: Clock;
  readonly random: Random;
  readonly counters: ProxyCounters;
  /** Sees each piece as it arrives; false: it was taken care of. */
  readonly inspect?: (data: Buffer) => boolean;
  /** Ends the connection after a limit, or by a reset. */
  readonly end: (how: 'close' | 'reset') => void;
}

type Item =
  | { readonly kind: 'data'; readonly data: Buffer; readonly due: number }
  /** The source has said that no more comes, or is closed altogether. */
  | { readonly kind: 'end' }
  | { readonly kind: 'close'; readonly hadError: boolean };

/** Bytes that wait inside before the source is asked to pause. */
const HIGH_WATER = 1 << 20;
/** A limited bandwidth is spread over so many pieces a second. */
const PIECES_PER_SECOND = 50;

export class Pipe {
  readonly #options: PipeOptions;
  readonly #queue: Item[] = [];
  #queued = 0;
  #passed = 0;
  #lastDue = 0;
  #pumping = false;
  #stopped = false;
  readonly #wakes = new Set<() => void>();

  constructor(options: PipeOptions) {
    this.#options = options;
    const { source, inspect } = options;
    source.on('data', (data: Buffer) => {
      if (!this.#stopped && (inspect?.(data) ?? true)) this.#take(data);
    });
    source.once('end', () => this.#push({ kind: 'end' }));
    source.once('close', (hadError: boolean) => this.#push({ kind: 'close', hadError }));
  }

  /** Bytes handed on so far. */
  get passed(): number {
    return this.#passed;
  }

  /** Hands nothing on any more and lets the source run dry. */
  stop(): void {
    this.#stopped = true;
    this.#queue.length = 0;
    for (const wake of this.#wakes) wake();
    this.#options.source.resume();
  }

  #take(data: Buffer): void {
    const { faults, way, clock, random, counters, source } = this.#options;
    const delays = faults.of('latency', way).map(({ ms, jitterMs = 0 }) => ms + random() * jitterMs);
    if (delays.length > 0) counters.delayed++;
    // A piece never overtakes the one before it, as in TCP.
    this.#lastDue = Math.max(this.#lastDue, clock.elapsed() + delays.reduce((sum, ms) => sum + ms, 0));
    this.#queued += data.length;
    if (this.#queued > HIGH_WATER) source.pause();
    this.#push({ kind: 'data', data, due: this.#lastDue });
  }

  #push(item: Item): void {
    if (this.#stopped) return;
    this.#queue.push(item);
    if (this.#pumping) return;
    this.#pumping = true;
    void this.#pump();
  }

  async #pump(): Promise<void> {
    for (let item = this.#queue.shift(); item; item = this.#queue.shift()) {
      if (item.kind === 'data') {
        await this.#wait(item.due - this.#options.clock.elapsed());
        await this.#untilPassable();
        await this.#send(item.data);
        this.#queued -= item.data.length;
        if (this.#queued <= HIGH_WATER) this.#options.source.resume();
      } else await this.#finish(item);
    }
    this.#pumping = false;
  }

  async #finish(item: Exclude<Item, { kind: 'data' }>): Promise<void> {
    const { faults, way, sink } = this.#options;
    await this.#untilPassable();
    for (const { ms } of faults.of('slow-close', way)) await this.#wait(ms);
    if (this.#stopped) return;
    if (item.kind === 'end') sink.end();
    else if (item.hadError) sink.resetAndDestroy();
    else sink.destroySoon();
  }

  async #send(data: Buffer): Promise<void> {
    const { faults, way, end, counters } = this.#options;
    const bytes = this.#corrupted(data);
    const [limit] = faults.of('limit', way).sort((a, b) => a.bytes - b.bytes);
    const room = limit ? Math.max(0, limit.bytes - this.#passed) : Number.POSITIVE_INFINITY;
    for (const piece of this.#pieces(bytes.subarray(0, Math.min(room, bytes.length)))) {
      if (this.#stopped) return;
      await this.#write(piece);
      if (faults.of('reset', way).some(({ afterBytes = 0 }) => this.#passed >= afterBytes)) return end('reset');
      await this.#wait(this.#pauseAfter(piece.length));
    }
    if (bytes.length >= room) {
      counters.limited++;
      end('close');
    }
  }

  #corrupted(data: Buffer): Buffer {
    const { faults, way, random, counters } = this.#options;
    const shares = faults.of('corrupt', way).map(({ share }) => share);
    if (shares.length === 0) return data;
    const clean = shares.reduce((product, share) => product * (1 - share), 1);
    const changed = Buffer.from(data);
    for (let i = 0; i < changed.length; i++) {
      if (random() < clean) continue;
      // Any other byte, all of them equally likely.
      changed[i] = ((changed[i] as number) + 1 + Math.floor(random() * 255)) & 0xff;
      counters.corrupted++;
    }
    return changed;
  }

  *#pieces(data: Buffer): Generator<Buffer> {
    const { faults, way, counters } = this.#options;
    const slices = faults.of('slice', way).map(({ bytes }) => bytes);
    const rates = faults.of('bandwidth', way).map(({ bytesPerSecond }) => bytesPerSecond / PIECES_PER_SECOND);
    const size = Math.max(1, Math.floor(Math.min(data.length, ...slices, ...rates)));
    for (let start = 0; start < data.length; start += size) {
      if (slices.length > 0) counters.slices++;
      yield data.subarray(start, start + size);
    }
  }

  #pauseAfter(bytes: number): number {
    const { faults, way } = this.#options;
    const pauses = faults.of('slice', way).reduce((sum, { pauseMs }) => sum + pauseMs, 0);
    const times = faults.of('bandwidth', way).map(({ bytesPerSecond }) => (bytes / bytesPerSecond) * 1000);
    return pauses + Math.max(0, ...times);
  }

  async #write(piece: Buffer): Promise<void> {
    const { sink, way, counters } = this.#options;
    if (sink.destroyed || sink.writableEnded) return;
    this.#passed += piece.length;
    counters[way === 'up' ? 'bytesUp' : 'bytesDown'] += piece.length;
    if (sink.write(piece)) return;
    await this.#until((wake) => {
      sink.once('drain', wake).once('close', wake);
      return () => sink.off('drain', wake).off('close', wake);
    });
  }

  async #untilPassable(): Promise<void> {
    const { faults, way } = this.#options;
    while (!this.#stopped && faults.of('black-hole', way).length > 0) {
      await this.#until((wake) => {
        faults.onChange(wake);
        return () => faults.offChange(wake);
      });
    }
  }

  async #wait(ms: number): Promise<void> {
    if (ms <= 0) return;
    await this.#until((wake) => {
      const timer = this.#options.clock.after(ms, wake);
      return () => timer.cancel();
    });
  }

  /** Waits for an event, or until the pipe is stopped. @param listen begins to listen, and returns what ends it */
  async #until(listen: (wake: () => void) => () => unknown): Promise<void> {
    if (this.#stopped) return;
    let leave: () => unknown = () => undefined;
    let wake: () => void = () => undefined;
    await new Promise<void>((resolve) => {
      wake = resolve;
      this.#wakes.add(wake);
      leave = listen(wake);
    });
    this.#wakes.delete(wake);
    leave();
  }
}
