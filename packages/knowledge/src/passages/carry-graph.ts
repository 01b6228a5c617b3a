/** The graph as it was, fit for passages that have come and gone since: quick, where reading them takes seconds. */
import type { LinkRows, PassageGraph } from './passage-graph.ts';

/**
 * Takes a graph over to the passages of now. New ones have no links yet; links to those that are gone are left out.
 * O(passages + links).
 *
 * @param numberOf the number now of a passage that was there, rising; -1 of one that is gone
 * @param capacity one more than the greatest number now
 */
export function carryGraph(
  { out, into, spans, members }: PassageGraph,
  numberOf: (passage: number) => number,
  capacity: number,
): PassageGraph {
  const same = (span: number): number => span;
  const held = members.offsets.length - 1;
  const outNow = carryRows(out, numberOf, capacity, numberOf, out.places);
  return {
    out: outNow,
    into: carryRows(into, numberOf, capacity, numberOf),
    spans: carryRows(spans, numberOf, capacity, same),
    members: carryRows(members, same, held, numberOf),
  };
}

/** {@link carryGraph} where none has gone: the new ones get empty rows. O(passages), as fast as memory is copied. */
export function widenGraph({ out, into, spans, members }: PassageGraph, capacity: number): PassageGraph {
  const widen = <Rows extends LinkRows>(rows: Rows): Rows => {
    const offsets = new Uint32Array(capacity + 1).fill(rows.offsets.at(-1) ?? 0);
    offsets.set(rows.offsets);
    return { ...rows, offsets };
  };
  return { out: widen(out), into: widen(into), spans: widen(spans), members };
}

function carryRows(
  { offsets, targets, weights }: LinkRows,
  rowOf: (row: number) => number,
  rows: number,
  targetOf: (target: number) => number,
  places?: Uint32Array,
): LinkRows & { readonly places: Uint32Array } {
  const starts = new Uint32Array(rows + 1);
  const kept = {
    targets: new Uint32Array(targets.length),
    weights: new Float32Array(targets.length),
    places: new Uint32Array(places ? targets.length : 0),
  };
  let end = 0;
  let next = 0;
  for (let row = 0; row + 1 < offsets.length; row++) {
    const now = rowOf(row);
    if (now < 0) continue;
    // Rows that are new, or gone, are empty.
    while (next <= now) starts[next++] = end;
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      const target = targetOf(targets[at]!);
      if (target < 0) continue;
      kept.targets[end] = target;
      kept.weights[end] = weights[at]!;
      if (places) kept.places[end] = places[at]!;
      end++;
    }
  }
  starts.fill(end, next);
  return {
    offsets: starts,
    targets: kept.targets.subarray(0, end),
    weights: kept.weights.subarray(0, end),
    places: kept.places.subarray(0, end),
  };
}
