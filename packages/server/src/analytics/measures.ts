/** What each measure computes of a picture of the graph. Pure; runs on a thread of its own. */
import {
  type Adjacency,
  buildAdjacency,
  findComponents,
  kMeans,
  labelPropagation,
  localOutliers,
  louvain,
  modularity,
  pageRank,
  type Partition,
  type Rows,
  strengths,
} from '@vortexflow/graph';
import { seededRandom } from '@vortexflow/primitives';
import { type GraphMeasure, MAX_ANALYTICS_LIMIT } from '@vortexflow/protocol';

/** The graph at one moment. Plain data: it travels to the thread. */
export interface GraphSnapshot {
  /** Removed nodes count. */
  readonly nodes: number;
  /** Pairs of node indices, length 2m. */
  readonly edges: Uint32Array;
  /** Nodes that are not to be measured: they were removed. */
  readonly absent: Uint32Array;
  /** x, y, z interleaved; for measures that need positions. Nodes beyond its end have none yet and are not measured. */
  readonly positions?: Float32Array;
}

/** One computation. */
export interface AnalyticsJob {
  readonly measure: GraphMeasure;
  /** Clusters to make, or neighbours to compare with; other measures ignore it. */
  readonly k: number;
  readonly snapshot: GraphSnapshot;
}

interface RankedNode {
  readonly node: number;
  readonly score: number;
}

interface Cluster {
  readonly size: number;
  /** Mean position, x, y, z; for measures of positions. */
  readonly centre?: readonly number[];
  /** Members of the highest degree. */
  readonly nodes: readonly number[];
}

/** What came of it; at most {@link MAX_ANALYTICS_LIMIT} nodes or clusters. */
export interface AnalyticsResult {
  readonly nodes: number;
  readonly edges: number;
  readonly figures: Readonly<Record<string, number>>;
  readonly top: readonly RankedNode[];
  readonly clusters: readonly Cluster[];
}

/** The measured nodes under numbers without gaps. */
interface View {
  readonly graph: Adjacency;
  /** Index of each node in the snapshot, ascending. */
  readonly indices: Uint32Array;
  readonly positions: Rows;
}

type Findings = Omit<AnalyticsResult, 'nodes' | 'edges'>;

/** Same graph: same result, so that a cache cannot be told from a new computation. */
const SEED = 1;
const REPRESENTATIVES = 5;

const MEASURES: Readonly<Record<GraphMeasure, (view: View, k: number) => Findings>> = {
  degree: (view) => {
    const degrees = strengths(view.graph);
    return ranking(view, degrees, {
      mean: degrees.reduce((sum, degree) => sum + degree, 0) / Math.max(1, degrees.length),
      median: middleOf(degrees),
    });
  },
  pagerank: (view) => {
    const { ranks, iterations, converged } = pageRank(view.graph);
    return ranking(view, ranks, { iterations, converged: Number(converged) });
  },
  components: (view) => {
    const found = findComponents(view.graph);
    return clustering(view, found, { isolated: found.sizes.filter((size) => size === 1).length });
  },
  communities: (view) => {
    const found = louvain(view.graph, { random: seededRandom(SEED) });
    return clustering(view, found, { modularity: found.modularity, passes: found.passes });
  },
  labels: (view) => {
    const found = labelPropagation(view.graph, { random: seededRandom(SEED) });
    const { rounds, converged } = found;
    const figures = { modularity: modularity(view.graph, found.of), rounds, converged: Number(converged) };
    return clustering(view, found, figures);
  },
  kmeans: (view, k) => {
    const found = kMeans(view.positions, { k, random: seededRandom(SEED) });
    const { inertia, iterations, converged } = found;
    return clustering(view, found, { inertia, iterations, converged: Number(converged) }, found.centres);
  },
  outliers: (view, k) => {
    const { scores, factors } = localOutliers(view.positions, { k });
    return ranking(view, scores, { neighbours: k, median_factor: middleOf(factors) });
  },
};

/** True for measures of positions; the others look at edges only. */
export const needsPositions = (measure: GraphMeasure): boolean => measure === 'kmeans' || measure === 'outliers';

/** Computes one measure; takes up to seconds for 100,000 nodes. */
export function measureGraph({ measure, k, snapshot }: AnalyticsJob): AnalyticsResult {
  const view = viewOf(snapshot);
  const { nodes, neighbours } = view.graph;
  return { nodes, edges: neighbours.length / 2, ...MEASURES[measure](view, k) };
}

const NOWHERE = 0xffffffff;

function viewOf({ nodes, edges, absent, positions }: GraphSnapshot): View {
  const removed = new Set(absent);
  const placed = positions ? Math.min(nodes, positions.length / 3) : nodes;
  const indices = Uint32Array.from({ length: placed }, (_, index) => index).filter((index) => !removed.has(index));
  const numbers = new Uint32Array(nodes).fill(NOWHERE);
  for (const [number, index] of indices.entries()) numbers[index] = number;
  const pairs: number[] = [];
  for (let e = 0; e < edges.length; e += 2) {
    const a = numbers[edges[e] as number] as number;
    const b = numbers[edges[e + 1] as number] as number;
    if (a !== NOWHERE && b !== NOWHERE) pairs.push(a, b);
  }
  const values = new Float32Array(positions ? indices.length * 3 : 0);
  for (const [number, index] of indices.entries()) {
    if (positions) values.set(positions.subarray(index * 3, index * 3 + 3), number * 3);
  }
  const graph = buildAdjacency(indices.length, Uint32Array.from(pairs));
  return { graph, indices, positions: { values, dimensions: 3 } };
}

function ranking({ indices }: View, scores: Float64Array, figures: Record<string, number>): Findings {
  const best = greatest(scores, MAX_ANALYTICS_LIMIT);
  const top = best.map((node) => ({ node: indices[node] as number, score: scores[node] as number }));
  return { figures: { ...figures, most: top[0]?.score ?? 0 }, top, clusters: [] };
}

function clustering(
  { graph, indices }: View,
  { of, sizes }: Partition,
  figures: Record<string, number>,
  centres?: Float64Array,
): Findings {
  const largest = greatest(sizes, MAX_ANALYTICS_LIMIT).filter((cluster) => sizes[cluster] !== 0);
  const members = new Map(largest.map((cluster) => [cluster, [] as number[]]));
  for (const [node, cluster] of of.entries()) members.get(cluster)?.push(node);
  const degrees = strengths(graph);
  const clusters = largest.map((cluster) => {
    const nodes = members.get(cluster) as number[];
    const hubs = greatest(
      nodes.map((node) => degrees[node] as number),
      REPRESENTATIVES,
    );
    return {
      size: nodes.length,
      nodes: hubs.map((place) => indices[nodes[place] as number] as number),
      ...(centres && { centre: [...centres.subarray(cluster * 3, cluster * 3 + 3)] }),
    };
  });
  return { figures: { ...figures, clusters: sizes.length, largest: clusters[0]?.size ?? 0 }, top: [], clusters };
}

/** Places of the greatest values, greatest first; of equal ones the first. */
function greatest(values: ArrayLike<number>, count: number): number[] {
  const places = Array.from(values, (_, place) => place);
  places.sort((a, b) => (values[b] as number) - (values[a] as number) || a - b);
  return places.slice(0, count);
}

const middleOf = (values: Float64Array): number => values.toSorted()[values.length >> 1] ?? 0;
