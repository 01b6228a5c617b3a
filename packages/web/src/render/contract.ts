/** What draws the graph. Two backends keep this contract and show the same picture: `webgpu/` and `webgl2/`. */
import type { TopologyFrame } from '@vortexflow/protocol';
import type { GpuContext } from '../gpu/context.ts';

export type BackendName = 'webgpu' | 'webgl2';

/** How one picture is to be drawn. */
export interface PictureStyle {
  /** World to clip space, column-major, depth -w .. w as in OpenGL. */
  readonly matrix: Float32Array;
  /** How far between the two sets of positions, 0 .. 1. */
  readonly blend: number;
  /** Focal length in device pixels, times a spacing in layout units. */
  readonly focal: number;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
  /** Depths where fog begins and where it is thickest, layout units. */
  readonly fog: readonly [number, number];
  /** Brightness of nodes, 1 is full. */
  readonly nodeStrength: number;
  /** Brightness of one edge when all are drawn. */
  readonly edgeStrength: number;
  /** Share of the edges to draw, 0 .. 1; the rest is drawn brighter, though not so much that single lines glare. */
  readonly edgeShare: number;
  /** Length up to which an edge is drawn at full strength, layout units. */
  readonly edgeUnit: number;
  /** Half the resolution, for machines that cannot keep up while the picture moves. */
  readonly coarse: boolean;
}

/** 10 numbers a beam: start, end (layout units), red, green, blue, opacity. */
export const BEAM_FLOATS = 10;
/** 8 numbers a star: centre (layout units), radius (device pixels), red, green, blue, opacity. */
export const STAR_FLOATS = 8;
/** Half the width of a beam with its glow, CSS pixels. */
export const BEAM_PIXELS = 8;

/** What is lit, drawn over the graph. Flat arrays, {@link BEAM_FLOATS} and {@link STAR_FLOATS} numbers each. */
export interface OverlayShapes {
  readonly beams: Float32Array;
  readonly stars: Float32Array;
}

/** Positions in memory, x, y, z interleaved, length 3n. They are uploaded, and must not change afterwards. */
export interface ArrayPositions {
  readonly kind: 'arrays';
  readonly from: Float32Array;
  readonly to: Float32Array;
}

/**
 * Positions on the GPU, read where they lie: for a layout that runs on {@link Renderer.gpu}'s device. Whoever owns the
 * buffers writes them by commands of the same queue, and keeps them until other positions have been set.
 */
interface BufferPositions {
  readonly kind: 'buffers';
  /** Usage STORAGE; n times `stride` 32-bit floats, of which the first three are x, y and z. */
  readonly from: GPUBuffer;
  /** The same buffer as `from` where nothing is interpolated. */
  readonly to: GPUBuffer;
  /** Floats from one node to the next. */
  readonly stride: 3 | 4;
}

export type Positions = ArrayPositions | BufferPositions;

/** Draws one graph on one canvas. */
export interface Renderer {
  readonly backend: BackendName;
  /** The device that it draws with, to be shared; null for a backend without one. */
  readonly gpu: GpuContext | null;
  /** So many pictures are still being drawn that another one would only wait behind them. */
  readonly busy: boolean;

  /** Takes a graph. Positions must follow before it can be drawn. */
  setTopology(topology: TopologyFrame): void;

  /** @throws Error for buffers, when {@link Renderer.gpu} is null */
  setPositions(positions: Positions): void;

  /** Draws one picture at the canvas's present size. Uploads nothing but a few numbers and the shapes. */
  draw(style: PictureStyle, shapes: OverlayShapes): void;

  /** Gives everything on the GPU back. */
  dispose(): void;
}

/** Strength of a single edge, so that the picture stays about as bright when only a share of them is drawn. */
export const strengthOfEdge = ({ edgeStrength, edgeShare }: PictureStyle): number => edgeStrength / edgeShare ** 0.6;
