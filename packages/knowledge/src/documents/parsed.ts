/** What a document adds to the graph, whatever its format. */
import type { FileProblem } from '@vortexflow/graph';
import type { RawLink } from './inline.ts';

/** A document or one section of it. Belongs to its document alone. */
export interface DocumentNode {
  /** The document's id, or `id#slug` with a slug that no other section of the document has. */
  readonly id: string;
  readonly title: string;
  /** Plain text of this part alone: of a document what stands before its first section, of a section what stands before its first subsection. */
  readonly text: string;
  readonly kind: 'document' | 'section';
}

/** A node that several documents may speak of: it is there as long as one of them does, with the names that all give it. */
export interface SharedNode {
  readonly id: string;
  /** Best known first, at least one. */
  readonly names: readonly string[];
  readonly text: string;
  readonly kind: 'tag' | 'entity';
}

/** A link from a part of a document to something that may not be known yet. */
export interface DocumentLink extends RawLink {
  /** Id of the node in whose own text the link stands. */
  readonly from: string;
  /** The sentence in which it stands. */
  readonly sentence: string;
}

/** An edge between two nodes of the document. */
export interface ParsedEdge {
  readonly source: string;
  readonly target: string;
  /** In any spelling; empty for an edge of no particular kind. */
  readonly relation: string;
  /** Whether it has no direction. */
  readonly bothWays: boolean;
  readonly weight: number;
  /** Line of the file, from 1; null where there is none to speak of. */
  readonly line: number | null;
  /** The sentence, row or statement that made it. */
  readonly text: string;
}

/** What a document adds to the graph. */
export interface ParsedDocument {
  readonly id: string;
  /** The document first, then its sections in reading order. */
  readonly nodes: readonly DocumentNode[];
  /** Ids; every section has exactly one parent. */
  readonly contains: readonly { readonly parent: string; readonly child: string }[];
  /** Each once for each node, in reading order. */
  readonly links: readonly DocumentLink[];
  /** Other names of the document. */
  readonly aliases: readonly string[];
  /** Tags and the nodes of a graph file; each once. */
  readonly shared: readonly SharedNode[];
  /** Edges whose ends are known: both are in `nodes` or `shared`. */
  readonly edges: readonly ParsedEdge[];
  /** Places within the document that others may link to (`^block`, Logseq's block ids), in lower case, and the node that each lies in. */
  readonly anchors: ReadonlyMap<string, string>;
  /** The first hundred things that were left out. */
  readonly problems: readonly FileProblem[];
  readonly problemCount: number;
}
