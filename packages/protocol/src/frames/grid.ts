/** The grid that positions are counted on: 65,535 steps along each side of the cube around all nodes. */

const STEPS = 65_535;
/** Coordinates beyond this are treated as not finite: the side of their cube would not fit a 32-bit float. */
const MAX_COORDINATE = 1.7e38;
/** Nodes further out than this, in steps, are held there, so that all arithmetic stays within 32 bits. */
const MAX_STEPS = 1 << 21;

export interface Grid {
  /** Corner of the cube, layout units. */
  readonly origin: readonly [number, number, number];
  /** Layout units a step, > 0. */
  readonly step: number;
}

const isUsable = (coordinate: number): boolean => Math.abs(coordinate) <= MAX_COORDINATE;

/** The grid of the smallest axis-aligned cube around all usable positions, x, y, z interleaved. Exact in 32-bit floats. */
export function gridAround(positions: Float32Array): Grid {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < positions.length; i++) {
    const value = positions[i]!;
    const axis = i % 3;
    if (!isUsable(value)) continue;
    if (value < low[axis]!) low[axis] = value;
    if (value > high[axis]!) high[axis] = value;
  }
  const sides = low.map((value, axis) => high[axis]! - value);
  // All at one place: any grid will do, until they move apart.
  const side = Math.max(0, ...sides.filter(Number.isFinite)) || 1;
  const [x, y, z] = low.map((value) => (Number.isFinite(value) ? value : 0)) as [number, number, number];
  return { origin: [x, y, z], step: Math.fround(side / STEPS) };
}

/**
 * Writes the nearest whole steps of some nodes into the beginning of `into`; positions that are not usable go to the origin.
 *
 * @param positions x, y, z interleaved
 * @param order the nodes wanted are `order[from]` to before `order[to]`
 */
export function toSteps(
  positions: Float32Array,
  order: Uint32Array,
  from: number,
  to: number,
  { origin, step }: Grid,
  into: Int32Array,
): void {
  const scale = 1 / step;
  const [x, y, z] = origin;
  for (let i = from, at = 0; i < to; i++, at += 3) {
    const p = order[i]! * 3;
    into[at] = nearestStep((positions[p]! - x) * scale);
    into[at + 1] = nearestStep((positions[p + 1]! - y) * scale);
    into[at + 2] = nearestStep((positions[p + 2]! - z) * scale);
  }
}

/** Rounds by way of a positive number, which `|` cuts off faster than Math.round rounds. */
const nearestStep = (steps: number): number =>
  steps > -MAX_STEPS && steps < MAX_STEPS ? ((steps + (MAX_STEPS + 0.5)) | 0) - MAX_STEPS : outermost(steps);

function outermost(steps: number): number {
  if (!isUsable(steps)) return 0;
  return steps < 0 ? -MAX_STEPS : MAX_STEPS;
}

/** True when no place, x, y, z interleaved, is further out than half the cube. */
export function gridCovers({ origin, step }: Grid, places: Float32Array): boolean {
  return places.every((value, p) => isWithin((value - origin[p % 3]!) / step));
}

const isWithin = (steps: number): boolean => steps >= -STEPS / 2 && steps <= STEPS * 1.5;

/**
 * True while a grid suits places between `low` and `high`, whole steps by axis: none is further out than half the cube, and
 * the largest extent is at least two thirds of the cube's.
 */
export function gridFits(low: readonly number[], high: readonly number[]): boolean {
  const extent = Math.max(...high.map((value, axis) => value - low[axis]!));
  if (!isWithin(Math.min(...low)) || !isWithin(Math.max(...high))) return false;
  // Nodes that are all at one place cannot shrink.
  return extent <= 0 || extent > STEPS / 1.5;
}
