/** Who mentions whom, as flat arrays: what a walk over passages reads. */

import type { Steps } from '@vortexflow/graph';

/** Rows of weighted links in one array: those of row i stand at offsets[i] .. offsets[i + 1]. */
export interface LinkRows {
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array;
  readonly weights: Float32Array;
}

/** A graph over passage numbers. */
export interface PassageGraph {
  /** From a passage to those that it names; `places` says at which word. */
  readonly out: LinkRows & { readonly places: Uint32Array };
  /** From a passage to those that name it. */
  readonly into: LinkRows;
  /** From a passage to the names without a bearer that it holds as others do. */
  readonly spans: LinkRows;
  /** From such a name to passages that hold it. */
  readonly members: LinkRows;
}

/** Links of one passage to others. */
export interface PassageLink {
  readonly target: number;
  /** How sure the target is meant, 0 to 1. */
  readonly weight: number;
  /** Index of the word in the text with which the name begins; 0 for a name in the title. */
  readonly place: number;
}

/** Who holds a name that no passage bears: in its text, and in its title. */
export interface Holders {
  readonly all: ReadonlySet<number>;
  readonly titled: ReadonlySet<number>;
}

/** A name in more passages than this tells little, and costs a lot. */
const MOST_MEMBERS = 40;

/** Links, names or members between two steps: a few milliseconds. */
const PER_STEP = 50_000;

/**
 * Puts the graph together. O(links). What it is given must not change between two steps.
 * @param rows links of each passage; undefined where there is none
 * @param passages how many there are: fewer than rows where some have gone
 */
export function* assembleGraph(
  rows: readonly (readonly PassageLink[] | undefined)[],
  names: Iterable<Holders>,
  passages: number,
): Steps<PassageGraph> {
  const offsets = new Uint32Array(rows.length + 1);
  for (let row = 0; row < rows.length; row++) offsets[row + 1] = offsets[row]! + (rows[row]?.length ?? 0);
  const total = offsets[rows.length]!;
  const [targets, places, weights] = [new Uint32Array(total), new Uint32Array(total), new Float32Array(total)];
  let at = 0;
  for (const row of rows)
    for (const link of row ?? []) {
      targets[at] = link.target;
      weights[at] = link.weight;
      places[at++] = link.place;
      if (at % PER_STEP === 0) yield;
    }
  const out = { offsets, targets, weights, places };
  const into = yield* transpose(out, rows.length);
  return { out, into, ...(yield* nameRows(names, rows.length, passages)) };
}

function* transpose({ offsets, targets, weights }: LinkRows, columns: number): Steps<LinkRows> {
  const starts = new Uint32Array(columns + 1);
  for (const target of targets) starts[target + 1]!++;
  yield;
  for (let i = 0; i < columns; i++) starts[i + 1]! += starts[i]!;
  const fill = starts.slice();
  const sources = new Uint32Array(targets.length);
  const back = new Float32Array(targets.length);
  for (let row = 0; row + 1 < offsets.length; row++)
    for (let i = offsets[row]!; i < offsets[row + 1]!; i++) {
      const place = fill[targets[i]!]!++;
      sources[place] = row;
      back[place] = weights[i]!;
      if (i % PER_STEP === PER_STEP - 1) yield;
    }
  return { offsets: starts, targets: sources, weights: back };
}

/** From those who hold a name to all others that do; of a frequent name, to those that have it in their title. */
function* nameRows(
  names: Iterable<Holders>,
  rows: number,
  passages: number,
): Steps<Pick<PassageGraph, 'spans' | 'members'>> {
  const holders: ReadonlySet<number>[] = [];
  const members: ReadonlySet<number>[] = [];
  let looked = 0;
  for (const { all, titled } of names) {
    if (++looked % PER_STEP === 0) yield;
    const reached = all.size <= MOST_MEMBERS ? all : titled;
    if (all.size < 2 || reached.size === 0 || reached.size > MOST_MEMBERS) continue;
    holders.push(all);
    members.push(reached);
  }
  // Rarer names tell more: idf, 0 to 1.
  const weights = holders.map(({ size }) => Math.log(passages / size) / Math.log(passages + 1));
  const held = yield* rowsOf(holders, weights);
  return { members: yield* rowsOf(members, weights), spans: yield* transpose(held, rows) };
}

function* rowsOf(lists: readonly ReadonlySet<number>[], weightOf: readonly number[]): Steps<LinkRows> {
  const offsets = new Uint32Array(lists.length + 1);
  lists.forEach(({ size }, i) => (offsets[i + 1] = offsets[i]! + size));
  const targets = new Uint32Array(offsets[lists.length]!);
  const weights = new Float32Array(targets.length);
  let due = PER_STEP;
  for (const [i, list] of lists.entries()) {
    // In order of the numbers, whatever the history.
    targets.set(
      [...list].sort((a, b) => a - b),
      offsets[i],
    );
    weights.fill(weightOf[i]!, offsets[i], offsets[i + 1]);
    if (offsets[i + 1]! < due) continue;
    due = offsets[i + 1]! + PER_STEP;
    yield;
  }
  return { offsets, targets, weights };
}
