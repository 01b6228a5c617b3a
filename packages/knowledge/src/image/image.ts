/**
 * The knowledge image: one source (or several) as flat arrays in shared memory. It is built once, written to a cache
 * file, and read by every thread without copying. Additions live beside it; see `../base.ts`.
 */
import { type Allocate, buildCsr, type CsrGraph, undirectedEdges } from '@vortexflow/graph';
import type { Source, SourceSense } from '../source.ts';
import { buildPostings, type Postings } from '../text/postings.ts';
import { type FlatDictionary, type FlatStrings, packDictionary, packStrings } from './strings.ts';

/** Senses of each name: entries offsets[i] .. offsets[i + 1], most frequent first. */
interface FlatSenses {
  readonly names: FlatDictionary;
  readonly offsets: Uint32Array;
  readonly nodes: Uint32Array;
  readonly frequencies: Uint32Array;
  readonly ranks: Uint8Array;
}

/** Everything about the immutable nodes. */
export interface KnowledgeImage {
  /** Name of the source, for people. */
  readonly name: string;
  readonly groupNames: readonly string[];
  readonly ids: FlatDictionary;
  /** Names of node i, separated by line feeds. */
  readonly names: FlatStrings;
  readonly texts: FlatStrings;
  readonly groups: Uint8Array;
  readonly senses: FlatSenses;
  readonly graph: CsrGraph;
  /** Undirected edges as pairs, for drawing and layout. */
  readonly edges: Uint32Array;
  readonly postings: Postings;
}

/** Memory that worker threads can share. */
const sharedMemory: Allocate = (bytes) => new SharedArrayBuffer(bytes);

/** Builds the image of a source. O(text). */
export function buildImage(source: Source, allocate: Allocate = sharedMemory): KnowledgeImage {
  const { nodes } = source;
  const graph = buildCsr(nodes.length, source.arcs, allocate);
  const groups = new Uint8Array(allocate(nodes.length));
  nodes.forEach((node, index) => (groups[index] = node.group));
  return {
    name: source.name,
    groupNames: source.groups,
    ids: packDictionary(
      nodes.map(({ id }) => id),
      allocate,
    ),
    names: packStrings(
      nodes.map(({ names }) => names.join('\n')),
      allocate,
    ),
    texts: packStrings(
      nodes.map(({ text }) => text),
      allocate,
    ),
    groups,
    senses: packSenses(source.senses, allocate),
    graph,
    edges: shared(undirectedEdges(graph), allocate),
    postings: buildPostings(nodes, allocate),
  };
}

function shared(array: Uint32Array, allocate: Allocate): Uint32Array {
  const copy = new Uint32Array(allocate(array.byteLength));
  copy.set(array);
  return copy;
}

function packSenses(senses: readonly SourceSense[], allocate: Allocate): FlatSenses {
  const byName = new Map<string, SourceSense[]>();
  for (const sense of senses) {
    const list = byName.get(sense.name);
    if (list) list.push(sense);
    else byName.set(sense.name, [sense]);
  }
  const offsets = new Uint32Array(allocate((byName.size + 1) * 4));
  const nodes = new Uint32Array(allocate(senses.length * 4));
  const frequencies = new Uint32Array(allocate(senses.length * 4));
  const ranks = new Uint8Array(allocate(senses.length));
  let place = 0;
  let name = 0;
  for (const list of byName.values()) {
    for (const sense of list.sort((a, b) => b.frequency - a.frequency || a.rank - b.rank)) {
      nodes[place] = sense.node;
      frequencies[place] = sense.frequency;
      ranks[place] = Math.min(255, sense.rank);
      place++;
    }
    offsets[++name] = place;
  }
  return { names: packDictionary([...byName.keys()], allocate), offsets, nodes, frequencies, ranks };
}

/** An image without nodes, for an installation that holds nothing but its own documents. */
export function emptyImage(): KnowledgeImage {
  const arcs = { sources: [], targets: [], kinds: [], labels: [] };
  return buildImage({ name: 'no built-in source', groups: [], nodes: [], senses: [], arcs });
}
