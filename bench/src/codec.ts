/**
 * `node bench/src/codec.ts`: what position frames weigh and cost while the real layout of WordNet comes to rest. Every
 * frame is decoded again and must be within the codec's bound before anything is printed.
 */
import { fileURLToPath } from 'node:url';
import { openWordNetImage } from '@vortexflow/knowledge';
import { createForceLayout, createWasmKernel } from '@vortexflow/layout';
import { PositionStream } from '@vortexflow/layout/internal';
import { seededRandom, systemClock } from '@vortexflow/primitives';
import { assembleFrame, type EncodedTick, FrameDecoder, SECTION, sectionsOf, sectionWords } from '@vortexflow/protocol';
import { circumstances, type Figure, printTable, quantile } from './figure.ts';

const IMAGE = fileURLToPath(new URL('../../node_modules/.cache/vortexflow/wordnet.image', import.meta.url));
const SEED = 20_261;
/** Each tick is encoded by so many encoders, one after the other, as one alone is too short to time well. */
const ENCODERS = 5;
/** Largest quantum, steps of 1/65,535 of the cube, halved, and half a step: what a coordinate may be off while it moves. */
const BOUND_STEPS = 32.51;

interface Sample {
  /** Layout's temperature, 1 .. 0. */
  readonly temperature: number;
  readonly settled: boolean;
  /** True for the first frame, which is keys. */
  readonly first: boolean;
  readonly bytesPerNode: number;
  /** Of one encoder, processor time, ms. */
  readonly encodeMs: number;
  readonly decodeMs: number;
  /** Of all exact keys; 0 when the tick has none. */
  readonly keyBytesPerNode: number;
  readonly worstSteps: number;
}

const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

function timed<T>(run: () => T): { result: T; ms: number } {
  const begin = cpuMs();
  const result = run();
  return { result, ms: cpuMs() - begin };
}

const side = (positions: Float32Array): number =>
  Math.max(
    ...[0, 1, 2].map((axis) => {
      let [low, high] = [Infinity, -Infinity];
      for (let i = axis; i < positions.length; i += 3) {
        low = Math.min(low, positions[i]!);
        high = Math.max(high, positions[i]!);
      }
      return high - low;
    }),
  );

function worst(positions: Float32Array, decoded: Float32Array): number {
  let most = 0;
  for (let i = 0; i < positions.length; i++) most = Math.max(most, Math.abs(positions[i]! - decoded[i]!));
  return most;
}

const bytesOf = (tick: EncodedTick, kind: (typeof SECTION)[keyof typeof SECTION]): number =>
  sectionsOf(tick, kind).reduce((sum, section) => sum + sectionWords(tick, section) * 2, 0);

/** Encodes, decodes and checks one tick after the other. */
class Recorder {
  readonly samples: Sample[] = [];
  readonly #streams = Array.from({ length: ENCODERS }, () => new PositionStream(0));
  readonly #decoder = new FrameDecoder();
  /** Layout units. */
  #step = 0;

  /** @throws Error when the decoded positions are further off than the codec promises */
  take(positions: Float32Array, temperature: number, settled: boolean): void {
    const encoded = timed(() =>
      this.#streams.map((stream) => stream.encode(positions, { revision: 1, settled, now: 0 })),
    );
    const { blocks, tick } = encoded.result[0]!;
    if (blocks) {
      this.#decoder.decode(blocks);
      this.#step = side(positions) / 65_535;
    }
    const kind = blocks ? SECTION.key : SECTION.delta;
    const frame = new Uint8Array(assembleFrame(tick, sectionsOf(tick, kind))).buffer;
    const decoded = timed(() => this.#decoder.decode(frame));
    if (decoded.result.type !== 'positions') throw new Error('no position frame');
    const worstSteps = worst(positions, decoded.result.positions) / this.#step;
    if (worstSteps > (settled || blocks ? 0.51 : BOUND_STEPS))
      throw new Error(`a coordinate is off by ${worstSteps} steps`);
    const nodes = positions.length / 3;
    this.samples.push({
      temperature,
      settled,
      first: blocks !== null,
      bytesPerNode: frame.byteLength / nodes,
      encodeMs: encoded.ms / ENCODERS,
      decodeMs: decoded.ms,
      keyBytesPerNode: bytesOf(tick, SECTION.key) / nodes,
      worstSteps,
    });
  }
}

async function record(): Promise<{ nodes: number; samples: readonly Sample[] }> {
  const { image } = await openWordNetImage(IMAGE, () => undefined);
  const { nodes } = image.graph;
  const kernel = await createWasmKernel({ clock: systemClock, threads: 1 });
  const engine = createForceLayout({ random: seededRandom(SEED), kernel, starter: kernel });
  await engine.load({ nodes, edges: image.edges });
  const recorder = new Recorder();
  recorder.take(await engine.positions(), 1, false);
  for (let settled = false; !settled;) {
    const report = await engine.tick();
    settled = report.settled;
    recorder.take(await engine.positions(), report.temperature, settled);
  }
  await engine.dispose();
  return { nodes, samples: recorder.samples };
}

const median = (samples: readonly Sample[], of: (sample: Sample) => number): number => quantile(samples.map(of), 0.5);

function phase(name: string, samples: readonly Sample[], goal: number): Figure {
  const bytes = median(samples, ({ bytesPerNode }) => bytesPerNode);
  const worstBytes = Math.max(...samples.map(({ bytesPerNode }) => bytesPerNode));
  const off = Math.max(...samples.map(({ worstSteps }) => worstSteps));
  return {
    what: `bytes a node a frame, ${name}`,
    value: `${bytes.toFixed(2)} (at most ${worstBytes.toFixed(2)}, ${samples.length} ticks; off by at most ${off.toFixed(1)}/65,535 of the cube)`,
    goal: `<= ${goal}`,
    met: bytes <= goal,
  };
}

const about = circumstances();
const { nodes, samples } = await record();
const moving = samples.filter(({ first, settled }) => !first && !settled);
const settled = samples.at(-1)!;
const encodeMs = median(moving, (sample) => sample.encodeMs);
process.stdout.write(`${about.join('\n')}\n\n`);
printTable([
  phase(
    'hot (temperature above 0.3)',
    moving.filter(({ temperature }) => temperature > 0.3),
    2,
  ),
  phase(
    'warm (0.02 to 0.3)',
    moving.filter(({ temperature }) => temperature <= 0.3 && temperature >= 0.02),
    2,
  ),
  phase(
    'nearly settled (below 0.02)',
    moving.filter(({ temperature }) => temperature < 0.02),
    1,
  ),
  phase('the settled frame, exact', [settled], 1),
  { what: 'bytes a node, keys of a settled layout (a late joiner)', value: settled.keyBytesPerNode.toFixed(2) },
  {
    what: `frames encoded a second of one core, ${nodes.toLocaleString('en')} nodes`,
    value: `${Math.round(1000 / encodeMs)} (median ${encodeMs.toFixed(2)} ms of processor time over ${moving.length} ticks x ${ENCODERS})`,
    goal: '>= 200',
    met: 1000 / encodeMs >= 200,
  },
  { what: 'decoding a frame, processor time', value: `${median(moving, ({ decodeMs }) => decodeMs).toFixed(2)} ms` },
]);
