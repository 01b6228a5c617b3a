/** What the parameters of an engine are at first, and what they may be. */
import { LAYOUT_RANGES } from '@vortexflow/protocol/internal';
import type { LayoutParameters } from './engine.ts';

/** What an engine starts with; found by stress and neighbourhood preservation on graphs of three kinds. */
export const DEFAULT_PARAMETERS: LayoutParameters = {
  repulsion: 1,
  spring: 2,
  gravity: 0.01,
  cluster: 0,
  collision: 0,
  dimensions: 3,
  theta: 1.2,
  cooling: 0.06,
};

/**
 * The parameters after a change; those before stay as they are.
 * @throws RangeError when one is unknown or outside its range
 */
export function changedParameters(before: LayoutParameters, change: Partial<LayoutParameters>): LayoutParameters {
  const unknown = Object.keys(change).find((name) => !Object.hasOwn(LAYOUT_RANGES, name));
  if (unknown !== undefined) {
    throw new RangeError(`there is no parameter ${unknown}; there are ${Object.keys(LAYOUT_RANGES).join(', ')}`);
  }
  const parameters = { ...before, ...change };
  const { dimensions } = parameters;
  if (dimensions !== 2 && dimensions !== 3) throw new RangeError(`dimensions is ${String(dimensions)}, not 2 or 3`);
  for (const name of Object.keys(LAYOUT_RANGES) as (keyof LayoutParameters)[]) requireRange(name, parameters[name]);
  return parameters;
}

function requireRange(name: keyof LayoutParameters, value: number): void {
  const { minimum, maximum, exclusive } = LAYOUT_RANGES[name];
  const inside = exclusive ? value > minimum && value < maximum : value >= minimum && value <= maximum;
  if (inside && typeof value === 'number') return;
  const expected = exclusive ? `between ${minimum} and ${maximum}` : `from ${minimum} to ${maximum}`;
  throw new RangeError(`${name} is ${value}, not ${expected}`);
}
