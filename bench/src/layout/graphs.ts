/** The graphs that layouts are measured on. All are undirected and simple; same arguments, same graph. */
import { fileURLToPath } from 'node:url';
import { type KnowledgeImage, openWordNetImage } from '@vortexflow/knowledge';
import { generateCommunities } from './communities.ts';
import { readDebianGraph } from './debian.ts';
import type { BenchGraph } from './graph.ts';

/** The cache that the tests use too, so that WordNet is read once. */
const IMAGE_FILE = fileURLToPath(new URL('../../../node_modules/.cache/vortexflow/wordnet.image', import.meta.url));

let image: Promise<KnowledgeImage> | undefined;

function wordNetImage(): Promise<KnowledgeImage> {
  image ??= openWordNetImage(IMAGE_FILE, () => undefined).then(async (opened) => {
    await opened.saved;
    return opened.image;
  });
  return image;
}

/** WordNet 3.1: 117,791 synsets, 184,083 pairs of synsets that a pointer joins. */
export async function wordNet(): Promise<BenchGraph> {
  const { graph, edges } = await wordNetImage();
  // Out of shared memory: not every reader takes that.
  return { name: 'WordNet', nodes: graph.nodes, edges: Uint32Array.from(edges) };
}

/** The verbs of WordNet and the edges among them: small enough for whatever is slow. */
export async function wordNetVerbs(): Promise<BenchGraph> {
  const { graph, edges, groups, groupNames } = await wordNetImage();
  const numbers = new Map<number, number>();
  for (let node = 0; node < graph.nodes; node++) {
    if (groupNames[groups[node] as number]?.startsWith('verb.')) numbers.set(node, numbers.size);
  }
  const pairs: number[] = [];
  for (let e = 0; e < edges.length; e += 2) {
    const a = numbers.get(edges[e] as number);
    const b = numbers.get(edges[e + 1] as number);
    if (a !== undefined && b !== undefined) pairs.push(a, b);
  }
  return { name: 'WordNet verbs', nodes: numbers.size, edges: Uint32Array.from(pairs) };
}

/** Packages and dependencies of this machine's Debian; null, with the reason told, where there are no package lists. */
export const debianPackages = (tell: (reason: string) => void): Promise<BenchGraph | null> => readDebianGraph(tell);

/** A million nodes in communities of very different sizes, degrees as uneven as in real graphs, 1.6 edges a node. */
export const million = (): BenchGraph => generateCommunities({ nodes: 1_000_000, seed: 1 });
