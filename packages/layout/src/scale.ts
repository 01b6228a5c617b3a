/** Brings a start that is right in shape to the size at which the forces of the ticks are in balance. */
import type { Csr } from './csr.ts';
import type { LayoutParameters } from './engine.ts';
import { FarField, unitMasses } from './far-field.ts';
import { addGravity, addSprings } from './springs.ts';

const HALVINGS = 24;
/** The second scale at which the repulsion is summed. */
const OTHER_SCALE = 4;

/**
 * Scales positions in place until the virial (the sum of position x force) is zero. That of the repulsion is
 * a / scale^2 + b, so two sums give it for all scales; springs are summed anew for each trial.
 *
 * @param positions around the origin, x, y, z interleaved, length 3n, n >= 1
 */
export function scaleToBalance(graph: Csr, positions: Float32Array, parameters: LayoutParameters): void {
  const trial = new Float32Array(positions.length);
  const forces = new Float32Array(positions.length);
  const atOne = outwardAt(positions, 1, parameters, trial, forces);
  const atOther = outwardAt(positions, OTHER_SCALE, parameters, trial, forces);
  const near = (atOne - atOther) / (1 - OTHER_SCALE ** -2);
  const far = atOne - near;
  let low = Math.log(1e-3);
  let high = Math.log(1e3);
  for (let k = 0; k < HALVINGS; k++) {
    const middle = (low + high) / 2;
    const scale = Math.exp(middle);
    if (near / (scale * scale) + far > inwardAt(graph, positions, scale, parameters, trial, forces)) low = middle;
    else high = middle;
  }
  scaleInto(positions, positions, Math.exp((low + high) / 2));
}

function scaleInto(out: Float32Array, positions: Float32Array, scale: number): void {
  for (let p = 0; p < positions.length; p++) out[p] = positions[p]! * scale;
}

function outwardAt(
  positions: Float32Array,
  scale: number,
  parameters: LayoutParameters,
  trial: Float32Array,
  forces: Float32Array,
): number {
  scaleInto(trial, positions, scale);
  const farField = new FarField(unitMasses(positions.length / 3));
  farField.evaluate(trial, forces, parameters.theta, parameters.repulsion);
  return dot(trial, forces);
}

function inwardAt(
  graph: Csr,
  positions: Float32Array,
  scale: number,
  parameters: LayoutParameters,
  trial: Float32Array,
  forces: Float32Array,
): number {
  scaleInto(trial, positions, scale);
  forces.fill(0);
  addSprings(graph, trial, forces, parameters.spring);
  addGravity(trial, forces, parameters.gravity);
  return -dot(trial, forces);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let p = 0; p < a.length; p++) sum += a[p]! * b[p]!;
  return sum;
}
