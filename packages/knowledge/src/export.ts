/** The knowledge as a graph for files. */
import type { FileEdge, FileNode } from '@vortexflow/graph';
import type { KnowledgeBase } from './base.ts';

/** What to give out. */
export interface ExportOptions {
  /** Also what the built-in source holds; else only what documents brought. */
  readonly builtIn: boolean;
  /** Names of the groups of nodes; a node's becomes its attribute `group`. */
  readonly groupNames: readonly string[];
}

/** Names of the attributes that nodes have here. */
export const EXPORTED_ATTRIBUTES = ['group'] as const;

/** Every node that is there now, in the order of their numbers. */
export function exportNodes(base: KnowledgeBase, options: ExportOptions): Generator<FileNode> {
  return nodesUpTo(base, options, base.nodeCount);
}

/**
 * Every edge between such nodes once, in the direction of the relation with the smaller number. Nodes that come later
 * are left out, so that a file written piece by piece has no edge without its ends.
 */
export function exportEdges(base: KnowledgeBase, options: ExportOptions): Generator<FileEdge> {
  return edgesUpTo(base, options, base.nodeCount);
}

function* nodesUpTo(base: KnowledgeBase, { builtIn, groupNames }: ExportOptions, end: number): Generator<FileNode> {
  for (let index = builtIn ? 0 : base.image.graph.nodes; index < end; index++) {
    if (!base.has(index)) continue;
    const group = groupNames[base.groupOf(index)] ?? 'other';
    yield {
      id: base.idOf(index),
      names: base.namesOf(index),
      text: base.textOf(index),
      attributes: new Map([['group', group]]),
    };
  }
}

function* edgesUpTo(base: KnowledgeBase, { builtIn }: ExportOptions, end: number): Generator<FileEdge> {
  const first = builtIn ? 0 : base.image.graph.nodes;
  for (let index = first; index < end; index++) {
    const arcs: (readonly [target: number, kind: number])[] = [];
    base.forEachArc(index, (target, kind) => {
      const inverse = base.relations.inverseOf(kind);
      const isForward = kind < inverse || (kind === inverse && index <= target);
      if (target >= first && target < end && isForward) arcs.push([target, kind]);
    });
    for (const [target, kind] of arcs) yield toEdge(base, index, target, kind);
  }
}

function toEdge(base: KnowledgeBase, source: number, target: number, kind: number): FileEdge {
  const origin = base.edgeSource(source, target, kind);
  return {
    source: base.idOf(source),
    target: base.idOf(target),
    relation: base.relations.nameOf(kind),
    weight: base.edgeWeight(source, target, kind),
    directed: base.relations.inverseOf(kind) !== kind,
    line: origin?.line ?? null,
    record: origin?.text ?? '',
  };
}
