export { type Allocate, type ArcList, buildCsr, type CsrGraph, undirectedEdges } from './csr.ts';
export { GrowingGraph } from './growing.ts';
export { NodeHeap } from './heap.ts';
export { type ArcVisitor, type GraphView, type Path, type PathOptions, shortestPath } from './paths.ts';
