/** Brings a start that is right in shape to the size at which the forces of the steps are in balance. */
import type { KernelGraph, KernelStep, StartKernel } from './kernel.ts';

const HALVINGS = 24;
/** Lengths of edges are sorted into this many classes for each doubling. */
const CLASSES_PER_OCTAVE = 8;
const OCTAVES = 60;
/** A range so great that the far term is nothing. */
const NO_FAR_TERM = 1e15;

/**
 * The factor by which positions have to be scaled until the virial (the sum of position x force) is zero. That of the
 * repulsion is a / scale^2 + b, so two sums give it for all scales; for the springs it is summed over classes of lengths.
 *
 * @param kernel has the graph loaded, without loose nodes, around the origin
 */
export async function balancingScale(kernel: StartKernel, graph: KernelGraph, step: KernelStep): Promise<number> {
  const bare: KernelStep = { ...step, spring: 0, gravity: 0, cluster: 0, collision: 0, anchored: true };
  const both = dot(graph.positions, await kernel.forces(bare));
  const near = dot(graph.positions, await kernel.forces({ ...bare, range: NO_FAR_TERM }));
  const squares = dot(graph.positions, graph.positions);
  const classes = virialByLength(graph);
  let low = Math.log(1e-3);
  let high = Math.log(1e3);
  for (let k = 0; k < HALVINGS; k++) {
    const middle = (low + high) / 2;
    const scale = Math.exp(middle);
    const outward = near / (scale * scale) + (both - near);
    const inward = step.spring * springVirial(classes, scale) + step.gravity * scale * scale * squares;
    if (outward > inward) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/** The springs' part of the virial, before it is divided by (1 + length)^(3/4), by classes of length; class c holds lengths around 2^(c / per octave - half the octaves). */
function virialByLength({ nodes, offsets, neighbours, stiffness, positions }: KernelGraph): Float64Array {
  const classes = new Float64Array(OCTAVES * CLASSES_PER_OCTAVE);
  for (let i = 0; i < nodes; i++) {
    for (let e = offsets[i]!; e < offsets[i + 1]!; e++) {
      const p = i * 3;
      const q = neighbours[e]! * 3;
      const dx = positions[q]! - positions[p]!;
      const dy = positions[q + 1]! - positions[p + 1]!;
      const dz = positions[q + 2]! - positions[p + 2]!;
      const squared = dx * dx + dy * dy + dz * dz;
      if (squared === 0) continue;
      const place = Math.round((0.5 * Math.log2(squared) + OCTAVES / 2) * CLASSES_PER_OCTAVE);
      const inward = -(positions[p]! * dx + positions[p + 1]! * dy + positions[p + 2]! * dz);
      classes[Math.max(0, Math.min(classes.length - 1, place))]! += stiffness[e]! * inward;
    }
  }
  return classes;
}

function springVirial(classes: Float64Array, scale: number): number {
  let sum = 0;
  for (const [place, weight] of classes.entries()) {
    const length = scale * 2 ** (place / CLASSES_PER_OCTAVE - OCTAVES / 2);
    sum += (weight * scale * scale) / (1 + length) ** 0.75;
  }
  return sum;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let p = 0; p < a.length; p++) sum += a[p]! * b[p]!;
  return sum;
}
