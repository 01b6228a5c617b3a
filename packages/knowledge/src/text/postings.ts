/**
 * The inverted index in flat arrays: for each term the entries that hold it, with the term's BM25 share of the score
 * worked out beforehand, so that a search only adds numbers.
 *
 * BM25: Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009, with the idf of Lucene, which is never
 * negative. k1 = 1.2, b = 0.75. Names count twice (title and text as one field of weighted counts).
 */
import type { Allocate } from '@vortexflow/graph';
import { type FlatDictionary, packDictionary } from '../image/strings.ts';
import { terms } from './analysis.ts';

const K1 = 1.2;
const B = 0.75;
/** A word of a name counts as so many of the text. */
export const NAME_WEIGHT = 2;

/** The index of one immutable set of entries. */
export interface Postings {
  readonly entries: number;
  /** Mean weighted length of an entry, in terms. */
  readonly meanLength: number;
  readonly dictionary: FlatDictionary;
  /** Length terms + 1. */
  readonly offsets: Uint32Array;
  /** Entry of each posting. */
  readonly nodes: Uint32Array;
  /** BM25 share of each posting without the idf. */
  readonly impacts: Float32Array;
}

interface Entry {
  readonly names: readonly string[];
  readonly text: string;
}

/** Characters of a text between two steps of {@link countTerms}: a few milliseconds. */
const STEP = 16_384;

/** Weighted term counts of one entry. @yields characters that are done */
export function* countTerms(names: readonly string[], text: string): Generator<number, Map<string, number>, undefined> {
  const counts = new Map<string, number>();
  const add = (term: string, weight: number): void => void counts.set(term, (counts.get(term) ?? 0) + weight);
  for (const name of names) for (const term of terms(name)) add(term, NAME_WEIGHT);
  if (text.length <= STEP) {
    for (const term of terms(text)) add(term, 1);
    yield text.length;
    return counts;
  }
  const blank = /\s/g;
  for (let from = 0, to = 0; from < text.length; from = to) {
    // No word goes beyond a blank.
    blank.lastIndex = from + STEP;
    to = blank.exec(text)?.index ?? text.length;
    for (const term of terms(text.slice(from, to))) add(term, 1);
    yield to - from;
  }
  return counts;
}

function countedTerms({ names, text }: Entry): Map<string, number> {
  const steps = countTerms(names, text);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** BM25 share of one term in one entry, without the idf; between 0 and k1 + 1. */
export function bm25Impact(count: number, length: number, meanLength: number): number {
  return (count * (K1 + 1)) / (count + K1 * (1 - B + (B * length) / (meanLength || 1)));
}

/** Inverse document frequency as in Lucene: ln(1 + (N - n + 0.5) / (n + 0.5)). Always positive. */
export function idf(entries: number, holding: number): number {
  return Math.log(1 + (entries - holding + 0.5) / (holding + 0.5));
}

/** Builds the index. O(words). */
export function buildPostings(entries: Iterable<Entry>, allocate: Allocate): Postings {
  const lists = new Map<string, number[]>();
  const lengths: number[] = [];
  let node = 0;
  for (const entry of entries) {
    let length = 0;
    for (const [term, count] of countedTerms(entry)) {
      length += count;
      const list = lists.get(term);
      if (list) list.push(node, count);
      else lists.set(term, [node, count]);
    }
    lengths.push(length);
    node++;
  }
  return packPostings(lists, lengths, allocate);
}

function packPostings(lists: Map<string, number[]>, lengths: number[], allocate: Allocate): Postings {
  const meanLength = lengths.reduce((sum, length) => sum + length, 0) / (lengths.length || 1);
  const names = [...lists.keys()];
  const offsets = new Uint32Array(allocate((names.length + 1) * 4));
  names.forEach((name, term) => {
    offsets[term + 1] = (offsets[term] as number) + (lists.get(name) as number[]).length / 2;
  });
  const total = offsets[names.length] as number;
  const nodes = new Uint32Array(allocate(total * 4));
  const impacts = new Float32Array(allocate(total * 4));
  let place = 0;
  for (const list of lists.values()) {
    for (let i = 0; i < list.length; i += 2, place++) {
      const node = list[i] as number;
      nodes[place] = node;
      impacts[place] = bm25Impact(list[i + 1] as number, lengths[node] as number, meanLength);
    }
  }
  return { entries: lengths.length, meanLength, dictionary: packDictionary(names, allocate), offsets, nodes, impacts };
}
