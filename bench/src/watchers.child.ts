/** The load generator, a process of its own: many viewers, each looking somewhere else, who measure how old frames are. */
import { seededRandom } from '@vortexflow/primitives';
import {
  ACKNOWLEDGE_EVERY,
  encodeAcknowledgement,
  encodeInterest,
  FRAME_TYPE,
  FrameDecoder,
  MAX_INTEREST,
} from '@vortexflow/protocol';
import { WebSocket } from 'ws';

export interface WatchOrder {
  readonly url: string;
  readonly viewers: number;
  /** Viewers that connect a second. */
  readonly pace: number;
  /** Layout units. */
  readonly radius: number;
}

/** Sent once all are connected, and then on each message of the parent: what was seen since the one before. */
export interface WatchReport {
  readonly connected: number;
  readonly disconnected: number;
  readonly frames: number;
  readonly bytes: number;
  readonly skipped: number;
  /** Frames by age, whole ms; the last entry holds all that are older. */
  readonly ages: readonly number[];
  /** Of the viewers that decode what they get: frames that did not follow on those before. */
  readonly broken: number;
  readonly cpuSeconds: number;
}

const SEED = 11;
const OLDEST_MS = 10_000;
/** Of so many viewers one decodes all that it gets; the others look at the header only, to leave processor time to the server. */
const DECODE_EVERY = 50;

const random = seededRandom(SEED);
let seen = blank();
let connected = 0;
let disconnected = 0;
let broken = 0;

function blank() {
  return { frames: 0, bytes: 0, skipped: 0, ages: new Uint32Array(OLDEST_MS + 1) };
}

function watch({ url, radius }: WatchOrder, decodes: boolean): void {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  socket.binaryType = 'arraybuffer';
  const decoder = decodes ? new FrameDecoder() : null;
  let received = 0;
  let last = -1;
  socket.on('open', () => {
    connected++;
    const center = [0, 1, 2].map(() => (random() - 0.5) * radius) as [number, number, number];
    socket.send(encodeInterest({ maxNodes: MAX_INTEREST, sphere: { center, radius: radius * 4 } }));
  });
  socket.on('message', (data: ArrayBuffer) => {
    if (++received % ACKNOWLEDGE_EVERY === 0) socket.send(encodeAcknowledgement(received));
    seen.bytes += data.byteLength;
    const view = new DataView(data);
    if (view.getUint8(4) === FRAME_TYPE.positions) {
      const sequence = view.getUint32(8, true);
      const age = Math.max(0, Date.now() - view.getFloat64(24, true));
      seen.frames++;
      seen.ages[Math.min(OLDEST_MS, Math.round(age))]!++;
      if (last >= 0) seen.skipped += sequence - last - 1;
      last = sequence;
    }
    try {
      decoder?.decode(data);
    } catch {
      broken++;
    }
  });
  socket.on('close', () => disconnected++);
  socket.on('error', () => undefined);
}

function report(): void {
  const { user, system } = process.cpuUsage();
  const cpuSeconds = (user + system) / 1e6;
  process.send?.({ connected, disconnected, broken, cpuSeconds, ...seen, ages: [...seen.ages] } satisfies WatchReport);
  seen = blank();
}

process.once('message', (order: WatchOrder) => {
  let started = 0;
  const timer = setInterval(() => {
    watch(order, started % DECODE_EVERY === 0);
    if (++started < order.viewers) return;
    clearInterval(timer);
    process.on('message', report);
  }, 1000 / order.pace);
});
process.on('disconnect', () => process.exit());
