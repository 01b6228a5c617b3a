/**
 * What all documents say together: which nodes and edges there are, by the ids of the documents that speak for them. It
 * turns documents that come and go into changes of the knowledge, and the result depends only on which documents are
 * there.
 */
import type { Steps } from '@vortexflow/graph';
import type { ChangedEdge, ChangedNode, KnowledgeBase, KnowledgeChange } from '../base.ts';
import { RelationNumbers } from '../relation-table.ts';
import { EdgeLedger, type EdgePart, type LedgerEdge, numberEdge } from './edge-ledger.ts';
import { LinkResolver } from './links.ts';
import { foldName } from './names.ts';
import { Pace } from './pace.ts';
import type { ParsedDocument } from './parsed.ts';

/** Groups of nodes that documents bring, in the order of their numbers behind those of the image. */
export const DOCUMENT_GROUPS = ['document', 'section', 'tag', 'entity'] as const;
type Group = (typeof DOCUMENT_GROUPS)[number];

/** What one document says of one node. */
interface NodePart {
  readonly document: string;
  readonly names: readonly string[];
  readonly text: string;
  readonly group: Group;
  /** Whether the node belongs to the document alone. */
  readonly owned: boolean;
}

interface Entry {
  readonly nodes: readonly string[];
  readonly edges: readonly EdgePart[];
}

/** What a step did, besides the change itself. */
export interface DocumentChange extends Omit<KnowledgeChange, 'revision'> {
  /** Nodes and edges that were not there before. */
  readonly newNodes: number;
  readonly newEdges: number;
  /** Documents that took the place of an earlier one with their id. */
  readonly replaced: number;
}

/** Not for concurrent use. The base is only read: whoever calls applies the changes, before the next call. */
export class GraphOfDocuments {
  readonly #base: KnowledgeBase;
  readonly #relations: RelationNumbers;
  readonly #ledger = new EdgeLedger();
  readonly #links: LinkResolver;
  readonly #entries = new Map<string, Entry>();
  /** What is said of each node, in the order of {@link isBefore}; one part stands alone, since most nodes have one. */
  readonly #parts = new Map<string, NodePart | NodePart[]>();
  /** Nodes of which something else is said than at the last change. */
  readonly #touched = new Set<string>();
  readonly #pace = new Pace();

  constructor(base: KnowledgeBase) {
    this.#base = base;
    this.#relations = new RelationNumbers(base.relations);
    this.#links = new LinkResolver(this.#ledger, this.#relations);
  }

  get documentCount(): number {
    return this.#entries.size;
  }

  /** Targets of links that lead nowhere, as written, each once, sorted. */
  unresolvedLinks(): string[] {
    return this.#links.unresolved();
  }

  /** The document that a node belongs to alone; undefined when it belongs to none. */
  ownerOf(node: string): string | undefined {
    const parts = this.#parts.get(node);
    return Array.isArray(parts)
      ? parts.find(({ owned }) => owned)?.document
      : parts?.owned
        ? parts.document
        : undefined;
  }

  /** Adds documents or replaces those with their ids. Between two steps nothing else may be put or removed. */
  *put(documents: readonly ParsedDocument[]): Steps<DocumentChange> {
    let replaced = 0;
    for (const document of documents) {
      if (yield* this.#detach(document.id)) replaced++;
      yield* this.#attach(document);
    }
    yield* this.#links.put(documents);
    return yield* this.#change(replaced);
  }

  /** Removes documents; those that are not there are passed over. In steps as {@link put}. */
  *remove(ids: readonly string[]): Steps<DocumentChange> {
    for (const id of ids) {
      // The links first: their edges go before the nodes that they join.
      yield* this.#links.take(id);
      yield* this.#detach(id);
    }
    return yield* this.#change(0);
  }

  *#attach(document: ParsedDocument): Steps<void> {
    const nodes: string[] = [];
    const say = (id: string, part: NodePart): void => {
      nodes.push(id);
      this.#addPart(id, part);
    };
    for (const node of document.nodes) {
      say(node.id, {
        document: document.id,
        names: namesOf(document, node),
        text: node.text,
        group: node.kind,
        owned: true,
      });
      if (this.#pace.turnDue()) yield;
    }
    for (const { id, names, text, kind } of document.shared) {
      say(id, { document: document.id, names, text, group: kind, owned: false });
      if (this.#pace.turnDue()) yield;
    }
    this.#entries.set(document.id, { nodes, edges: yield* this.#addEdges(document) });
  }

  *#addEdges({ id, nodes, contains, edges, links }: ParsedDocument): Steps<EdgePart[]> {
    const titles = new Map(nodes.map((node) => [node.id, node.title]));
    const parts: EdgePart[] = [];
    // Behind the links of the document, whose places the resolver counts.
    const next = (): number => links.length + parts.length;
    for (const { parent, child } of contains) {
      const edge = numberEdge(
        { source: parent, target: child, relation: 'contains', bothWays: false },
        this.#relations,
      );
      parts.push({ ...edge, weight: 1, document: id, place: next(), line: null, text: titles.get(child) ?? '' });
      if (this.#pace.turnDue()) yield;
    }
    for (const written of edges) {
      const { weight, line, text } = written;
      parts.push({ ...numberEdge(written, this.#relations), weight, document: id, place: next(), line, text });
      if (this.#pace.turnDue()) yield;
    }
    for (const part of parts) {
      this.#ledger.add(part);
      if (this.#pace.turnDue()) yield;
    }
    return parts;
  }

  *#detach(id: string): Steps<boolean> {
    const entry = this.#entries.get(id);
    if (!entry) return false;
    this.#entries.delete(id);
    for (const part of entry.edges) {
      this.#ledger.remove(part);
      if (this.#pace.turnDue()) yield;
    }
    for (const node of entry.nodes) {
      this.#dropPart(node, id);
      if (this.#pace.turnDue()) yield;
    }
    return true;
  }

  #addPart(id: string, part: NodePart): void {
    this.#touched.add(id);
    const parts = this.#parts.get(id);
    if (parts === undefined) this.#parts.set(id, part);
    else if (Array.isArray(parts)) insertSorted(parts, part);
    else this.#parts.set(id, isBefore(part, parts) ? [part, parts] : [parts, part]);
  }

  #dropPart(id: string, document: string): void {
    this.#touched.add(id);
    const parts = this.#parts.get(id);
    if (!Array.isArray(parts)) {
      if (parts?.document === document) this.#parts.delete(id);
      return;
    }
    const others = parts.filter((part) => part.document !== document);
    if (others.length === 0) this.#parts.delete(id);
    else this.#parts.set(id, others.length === 1 ? (others[0] as NodePart) : others);
  }

  *#change(replaced: number): Steps<DocumentChange> {
    const firstNew = this.#base.nodeCount;
    let next = firstNew;
    const removedNodes: number[] = [];
    const nodes = new Map<string, ChangedNode>();
    for (const id of this.#touched) {
      const known = this.#base.indexOf(id);
      const view = this.#viewOf(id);
      if (view === null) {
        if (known >= 0) removedNodes.push(known);
      } else if (known < 0 || !this.#isAsBefore(known, view))
        nodes.set(id, { index: known < 0 ? next++ : known, id, ...view });
      if (this.#pace.turnDue()) yield;
    }
    this.#touched.clear();
    const { added, changed, removed } = yield* this.#ledger.takeChanges();
    const indexOf = (id: string): number => nodes.get(id)?.index ?? this.#base.indexOf(id);
    const removedEdges = yield* this.#numbered(removed, indexOf);
    const edges = yield* this.#numbered([...changed, ...added], indexOf);
    return {
      relations: this.#relations.takeFresh(),
      removedEdges,
      removedNodes,
      nodes: [...nodes.values()],
      edges,
      newNodes: next - firstNew,
      newEdges: added.length,
      replaced,
    };
  }

  *#numbered(edges: readonly LedgerEdge[], indexOf: (id: string) => number): Steps<ChangedEdge[]> {
    const all: ChangedEdge[] = [];
    for (const { source, target, kind, weight, document, line, text } of edges) {
      all.push({ source: indexOf(source), target: indexOf(target), kind, weight, origin: { document, line, text } });
      if (this.#pace.turnDue()) yield;
    }
    return all;
  }

  #isAsBefore(index: number, { names, text, group }: Pick<ChangedNode, 'names' | 'text' | 'group'>): boolean {
    const base = this.#base;
    const before = base.namesOf(index);
    if (base.groupOf(index) !== group || base.textOf(index) !== text || before.length !== names.length) return false;
    return before.every((name, place) => name === names[place]);
  }

  /** The node as all documents together describe it: its own one first, then by their ids. */
  #viewOf(id: string): Pick<ChangedNode, 'names' | 'text' | 'group'> | null {
    const parts = this.#parts.get(id);
    if (parts === undefined) return null;
    const sorted = Array.isArray(parts) ? parts : [parts];
    const [first] = sorted as [NodePart];
    const group = this.#base.image.groupNames.length + DOCUMENT_GROUPS.indexOf(first.group);
    if (sorted.length === 1) return { names: first.names, text: first.text, group };
    // Thousands of documents write a tag in the same few ways: each spelling is folded once, and nothing is copied.
    const spellings = new Set<string>();
    const texts = new Set<string>();
    for (const part of sorted) {
      for (const name of part.names) spellings.add(name);
      if (part.text !== '') texts.add(part.text);
    }
    const names = new Map<string, string>();
    for (const name of spellings) if (!names.has(foldName(name))) names.set(foldName(name), name);
    return { names: [...names.values()], text: [...texts].join('\n\n'), group };
  }
}

/** The part that owns the node first, the others by the ids of their documents. */
const isBefore = (a: NodePart, b: NodePart): boolean => (a.owned === b.owned ? a.document < b.document : a.owned);

/** O(log n), and moving what stands behind: a tag of thousands of documents is sorted no more than once. */
function insertSorted(parts: NodePart[], part: NodePart): void {
  let [from, to] = [0, parts.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (isBefore(part, parts[middle] as NodePart)) to = middle;
    else from = middle + 1;
  }
  parts.splice(from, 0, part);
}

function namesOf({ nodes, aliases }: ParsedDocument, node: ParsedDocument['nodes'][number]): readonly string[] {
  const names =
    node.kind === 'document' ? [node.title, ...aliases] : [node.title, `${nodes[0]?.title} – ${node.title}`];
  return [...new Set(names)];
}
