/** Refuses what no engine can lay out, with a message that names the first fault. */
import { MAX_LAYOUT_COORDINATE } from '@vortexflow/protocol/internal';
import type { LayoutChange, LayoutGraph } from './engine.ts';

const NONE = new Uint32Array();

/** @throws RangeError when the graph is malformed */
export function validateGraph({ nodes, edges, weights, groups, radii, removed = NONE, start }: LayoutGraph): void {
  requireCount('nodes', nodes);
  requireEdges(edges, nodes);
  requireAttributes({ weights, groups, radii }, nodes, edges.length / 2);
  requireNodes(removed, nodes);
  requireLength('start', start, nodes * 3, 'nodes');
  for (let p = 0; p < (start?.length ?? 0); p++) {
    if (Math.abs(start![p]!) === Infinity) throw new RangeError(`start of node ${Math.floor(p / 3)} is infinite`);
  }
}

/**
 * @param before number of nodes before the change
 * @throws RangeError when the change is malformed; whether what it removes is there is not looked at
 */
export function validateChange(change: LayoutChange, before: number): void {
  const { nodes, edges, weights, groups, radii, removedNodes = NONE, removedEdges = NONE } = change;
  requireCount('new nodes', nodes);
  requireEdges(edges, before + nodes);
  requireAttributes({ weights, groups, radii }, nodes, edges.length / 2);
  requireNodes(removedNodes, before);
  requireEdges(removedEdges, before);
}

/**
 * @param places x, y, z of each node
 * @throws RangeError when a node does not exist or a place is not finite
 */
export function validatePlaces(nodes: Uint32Array, places: Float32Array, count: number): void {
  requireNodes(nodes, count);
  requireLength('places', places, nodes.length * 3, 'nodes');
  const wrong = places.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new RangeError(`the place of node ${nodes[Math.floor(wrong / 3)]} is ${places[wrong]}`);
}

/** @throws RangeError when a place, x, y, z of each, is further from the origin along an axis than frames are fit for */
export function requireWithinReach(places: Float32Array): void {
  const wrong = places.find((value) => !(Math.abs(value) <= MAX_LAYOUT_COORDINATE));
  if (wrong === undefined) return;
  throw new RangeError(`a coordinate is ${wrong}, not from -${MAX_LAYOUT_COORDINATE} to ${MAX_LAYOUT_COORDINATE}`);
}

/** @throws RangeError when a node does not exist */
export function requireNodes(nodes: Uint32Array, count: number): void {
  const wrong = nodes.find((node) => node >= count);
  if (wrong !== undefined) throw new RangeError(`there is no node ${wrong}; nodes are 0 to ${count - 1}`);
}

interface Attributes {
  readonly weights: Float32Array | undefined;
  readonly groups: Uint8Array | undefined;
  readonly radii: Float32Array | undefined;
}

function requireAttributes({ weights, groups, radii }: Attributes, nodes: number, edges: number): void {
  requireLength('weights', weights, edges, 'edges');
  requireLength('groups', groups, nodes, 'nodes');
  requireLength('radii', radii, nodes, 'nodes');
  const weight = weights?.find((value) => !(value > 0 && value < Infinity));
  if (weight !== undefined) throw new RangeError(`a weight is ${weight}, not finite and above 0`);
  const radius = radii?.find((value) => !(value >= 0 && value < Infinity));
  if (radius !== undefined) throw new RangeError(`a radius is ${radius}, not finite and 0 or more`);
}

function requireLength(what: string, values: ArrayLike<number> | undefined, wanted: number, of: string): void {
  if (values === undefined || values.length === wanted) return;
  throw new RangeError(`${what} has ${values.length} numbers; the ${of} need ${wanted}`);
}

function requireCount(what: string, count: number): void {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`number of ${what} is ${count}, not 0 or more`);
}

function requireEdges(edges: Uint32Array, nodes: number): void {
  if (edges.length % 2 !== 0) throw new RangeError(`edges has ${edges.length} numbers; pairs need an even length`);
  for (let e = 0; e < edges.length; e++) {
    if (edges[e]! < nodes) continue;
    throw new RangeError(`edge ${e >> 1} names node ${edges[e]}; nodes are 0 to ${nodes - 1}`);
  }
}
