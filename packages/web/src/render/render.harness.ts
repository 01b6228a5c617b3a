/** Runs in the browser for `render.e2e.ts`: draws one picture with one backend, without server or page. */
import { type Camera, focalLength, project, type Projected, viewProjection, type Viewport } from '../math/camera.ts';
import { openRenderer } from './backends.ts';
import type { BackendName, Positions, Renderer } from './contract.ts';

/** Everything that makes a picture; plain numbers, as it comes from outside of the browser. */
export interface Scenario {
  readonly backend: BackendName;
  /** As in a topology frame; there is one group. */
  readonly sizes: readonly number[];
  readonly edges: readonly number[];
  /** x, y, z interleaved. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly blend: number;
  readonly beams: readonly number[];
  readonly stars: readonly number[];
  readonly edgeShare: number;
  readonly coarse: boolean;
  /** Positions as buffers on the renderer's device, four floats a node. */
  readonly shared: boolean;
}

export interface Snapshot {
  /** Red, green, blue, alpha of each pixel, row by row; base64, as arrays of numbers take seconds to bring out. */
  readonly pixels: string;
  readonly width: number;
  /** Where each node belongs, CSS pixels. */
  readonly spots: (Projected | null)[];
}

export interface Harness {
  take(scenario: Scenario): Promise<Snapshot>;
}

const CAMERA: Camera = { target: [0, 0, 0], distance: 100, yaw: 0.4, pitch: 0.2 };
const VIEWPORT: Viewport = { width: 320, height: 240, left: 0, right: 0, top: 0, bottom: 0 };
const SCENE = { center: [0, 0, 0], radius: 40 } as const;
const SPACING = 12;

/** Four floats a node, the last of no meaning. */
function shared(device: GPUDevice, positions: readonly number[]): GPUBuffer {
  const spread = Float32Array.from({ length: (positions.length / 3) * 4 }, (_, i) =>
    i % 4 === 3 ? 1e9 : positions[(i >> 2) * 3 + (i % 4)]!,
  );
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
  const buffer = device.createBuffer({ size: spread.byteLength, usage });
  device.queue.writeBuffer(buffer, 0, spread);
  return buffer;
}

function positionsOf(renderer: Renderer, { from, to, ...scenario }: Scenario): Positions {
  if (!scenario.shared) return { kind: 'arrays', from: Float32Array.from(from), to: Float32Array.from(to) };
  if (!renderer.gpu) throw new Error('nothing to share');
  const { device } = renderer.gpu;
  return { kind: 'buffers', from: shared(device, from), to: shared(device, to), stride: 4 };
}

/** Reads back what is on the canvas; only in the task that has drawn it. */
function pixelsOf(canvas: HTMLCanvasElement): string {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d')!;
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  return btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(''));
}

const harness: Harness = {
  async take(scenario) {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [VIEWPORT.width, VIEWPORT.height];
    document.body.append(canvas);
    const problems: string[] = [];
    const renderer = await openRenderer(scenario.backend, canvas, (why) => problems.push(why));
    const matrix = viewProjection(CAMERA, VIEWPORT, SCENE);
    renderer.setTopology({
      type: 'topology',
      sequence: 0,
      revision: 0,
      groups: new Uint8Array(scenario.sizes.length),
      sizes: Uint8Array.from(scenario.sizes),
      edges: Uint32Array.from(scenario.edges),
      groupNames: ['noun.plant'],
    });
    renderer.setPositions(positionsOf(renderer, scenario));
    const { blend, edgeShare, coarse } = scenario;
    const ratio = coarse ? 0.5 : 1;
    renderer.draw(
      {
        matrix,
        blend,
        edgeShare,
        coarse,
        ratio,
        focal: focalLength(VIEWPORT) * SPACING * ratio,
        fog: [60, 160],
        nodeStrength: 0.8,
        edgeStrength: 0.3 * ratio,
        edgeUnit: 20,
      },
      { beams: Float32Array.from(scenario.beams), stars: Float32Array.from(scenario.stars) },
    );
    const pixels = pixelsOf(canvas);
    await renderer.gpu?.device.queue.onSubmittedWorkDone();
    if (problems.length > 0) throw new Error(problems.join());
    const spots = scenario.sizes.map((_, i) => {
      const [x, y, z] = [0, 1, 2].map((axis) => {
        const [a, b] = [scenario.from[i * 3 + axis]!, scenario.to[i * 3 + axis]!];
        return a + (b - a) * blend;
      }) as [number, number, number];
      return project(matrix, VIEWPORT, x, y, z);
    });
    renderer.dispose();
    canvas.remove();
    return { pixels, width: VIEWPORT.width, spots };
  },
};

Object.assign(window, { harness });
