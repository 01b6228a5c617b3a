/**
 * A thread that streams a layout which never settles: 117,791 nodes in a ball, each swinging about its place, as fast and
 * as foreseeable as nodes of the real layout while it is hot. The encoder is the real one; there are no forces.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PositionStream } from '@vortexflow/layout/internal';
import { seededRandom } from '@vortexflow/primitives';
import type { EncodedTick } from '@vortexflow/protocol';

export interface MoverSettings {
  readonly nodes: number;
  /** Layout units. */
  readonly radius: number;
  readonly intervalMs: number;
}

/** `ready`: the tick before has been passed on, as the real layout is told. */
export type MoverOrder = { readonly keys: readonly number[] } | { readonly ready: true };
export type MoverReport = { readonly blocks: ArrayBuffer } | { readonly tick: EncodedTick };

const SEED = 7;
/** Steps of a swing: a node moves by about 65/65,535 of the cube a tick, 33 of them unforeseen. */
const PHASES = 12;
const SWING = 0.003;

const { nodes, radius, intervalMs } = workerData as MoverSettings;
const port = parentPort!;
const random = seededRandom(SEED);
const homes = Float32Array.from({ length: nodes * 3 }, () => (random() + random() + random() - 1.5) * (radius / 1.5));
const phases = Uint8Array.from({ length: nodes * 3 }, () => random() * PHASES);
const positions = new Float32Array(nodes * 3);
const swings = Float32Array.from({ length: PHASES }, (_, phase) => Math.sin((phase / PHASES) * 2 * Math.PI));
const stream = new PositionStream(0);
let ticks = 0;

let passing = false;
port.on('message', (order: MoverOrder) => {
  if ('keys' in order) stream.wish(order.keys);
  else passing = false;
});

function tick(): void {
  const amplitude = radius * 2 * SWING;
  for (let i = 0; i < positions.length; i++)
    positions[i] = homes[i]! + amplitude * swings[(phases[i]! + ticks) % PHASES]!;
  ticks++;
  if (passing) return;
  passing = true;
  const { blocks, tick } = stream.encode(positions, { revision: 1, settled: false, now: Date.now() });
  if (blocks) port.postMessage({ blocks } satisfies MoverReport);
  port.postMessage({ tick } satisfies MoverReport, [tick.words.buffer, tick.starts.buffer]);
}

setInterval(tick, intervalMs);
