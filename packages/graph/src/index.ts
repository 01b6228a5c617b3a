export { type Adjacency, buildAdjacency, strengths } from './adjacency.ts';
export { findComponents } from './components.ts';
export { type Allocate, type ArcList, buildCsr, type CsrGraph, undirectedEdges } from './csr.ts';
export { distancesFrom } from './distances.ts';
export { GrowingGraph } from './growing.ts';
export { NodeHeap } from './heap.ts';
export { KdTree } from './kd-tree.ts';
export { type Clusters, kMeans, type KMeansOptions } from './kmeans.ts';
export { type LabelCommunities, labelPropagation, type LabelPropagationOptions } from './label-propagation.ts';
export { type Communities, louvain, type LouvainOptions } from './louvain.ts';
export { modularity } from './modularity.ts';
export { localOutliers, type OutlierOptions, type Outliers } from './outliers.ts';
export { type PageRank, pageRank, type PageRankOptions } from './pagerank.ts';
export type { Partition } from './partition.ts';
export type { Rows } from './rows.ts';
export { type ArcVisitor, type GraphView, type Path, type PathOptions, shortestPath } from './paths.ts';
export {
  type FileEdge,
  type FileGraph,
  type FileNode,
  type FileProblem,
  ProblemList,
  runSteps,
  type Steps,
} from './formats/file-graph.ts';
export { readGexf, writeGexf } from './formats/gexf.ts';
export { readGraphml, writeGraphml } from './formats/graphml.ts';
export { readJson, readJsonLines, writeJson } from './formats/json.ts';
export { readNTriples, writeNTriples } from './formats/ntriples.ts';
export { localName, RdfGraph, type RdfTerm, type Triple } from './formats/rdf-graph.ts';
export {
  previewTable,
  readTable,
  type TableOptions,
  type TablePreview,
  writeEdgeTable,
  writeNodeTable,
} from './formats/table.ts';
export { COLUMN_ROLES, type ColumnOverrides, type ColumnRole, type TableColumn } from './formats/table-guess.ts';
