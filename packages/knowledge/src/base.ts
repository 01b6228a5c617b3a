/**
 * The knowledge as one thread sees it: the shared image plus all changes since. Every thread holds its own
 * {@link KnowledgeBase} over the same image and applies the same changes in the same order, so all agree.
 */
import { type ArcVisitor, GrowingGraph, type GraphView } from '@vortexflow/graph';
import type { KnowledgeImage } from './image/image.ts';
import { DictionaryReader, StringReader } from './image/strings.ts';
import { PassageIndex } from './passages/passage-index.ts';
import { type ChangedRelation, RelationTable } from './relation-table.ts';
import { normalise } from './text/analysis.ts';
import { TextSearch } from './text/search.ts';
import { englishVectors, type WordVectors } from './vectors/word-vectors.ts';

/** A node that a change adds, or updates when its index exists. */
export interface ChangedNode {
  readonly index: number;
  readonly id: string;
  readonly names: readonly string[];
  readonly text: string;
  readonly group: number;
}

/** Where an edge stands written. */
export interface EdgeSource {
  /** Id of the document. */
  readonly document: string;
  /** Line of the document, from 1; null where it has none to speak of. */
  readonly line: number | null;
  /** The sentence, row or statement that made the edge. */
  readonly text: string;
}

/** An edge of a change; the way back is implied. One that is there already gets this weight and origin. */
export interface ChangedEdge {
  readonly source: number;
  readonly target: number;
  readonly kind: number;
  /** 1 when it is left out. */
  readonly weight?: number;
  readonly origin?: EdgeSource;
}

/** One step from a revision to the next. Plain data: it travels between threads. */
export interface KnowledgeChange {
  readonly revision: number;
  /** The next change belongs to this one: what was added together is too much for one step. */
  readonly hasMore?: boolean;
  /** Relations that were not there before; see `relation-table.ts`. */
  readonly relations?: readonly ChangedRelation[];
  readonly removedEdges: readonly ChangedEdge[];
  readonly removedNodes: readonly number[];
  readonly nodes: readonly ChangedNode[];
  readonly edges: readonly ChangedEdge[];
}

/** One meaning of a name. */
export interface Sense {
  readonly node: number;
  /** How often the name meant this node in tagged text. */
  readonly frequency: number;
  /** Rank among the senses of the name within its part of speech, from 1. */
  readonly rank: number;
}

/** What an entry of the full text costs beside its text, in characters. */
const ENTRY = 256;

/** Normal form under which names are found: lower case, no diacritics, single blanks. */
export function normaliseName(name: string): string {
  return normalise(name).replace(/\s+/g, ' ').trim();
}

/** Reading and changing the knowledge within one thread. */
export class KnowledgeBase implements GraphView {
  readonly image: KnowledgeImage;
  /** What words mean, as far as the company they keep tells it. */
  readonly vectors: WordVectors;
  readonly #search: TextSearch;
  readonly #passages: PassageIndex;
  /** Added nodes that changed since an index was asked for last: a thread pays only for those that it uses. */
  readonly #unsearched = new Set<number>();
  readonly #unread = new Set<number>();
  /** Taking in what {@link #unsearched} names is under way. */
  #indexing: Generator<number, void, undefined> | null = null;
  /** Names and inverses of the kinds of all arcs. */
  readonly relations = new RelationTable();
  readonly #graph: GrowingGraph;
  readonly #ids: DictionaryReader;
  readonly #names: StringReader;
  readonly #texts: StringReader;
  readonly #senseNames: DictionaryReader;
  readonly #added = new Map<number, ChangedNode>();
  readonly #addedIds = new Map<string, number>();
  readonly #addedSenses = new Map<string, Set<number>>();
  readonly #addedEdges = new Map<string, ChangedEdge>();
  #revision = 0;
  #changes = 0;

  /**
   * @param vectors those that come with the package, when they are not handed in
   * @throws CodedError `vectors_unreadable`
   */
  constructor(image: KnowledgeImage, vectors: WordVectors = englishVectors()) {
    this.image = image;
    this.vectors = vectors;
    this.#passages = new PassageIndex(vectors);
    this.#search = new TextSearch(image.postings);
    this.#graph = new GrowingGraph(image.graph);
    this.#ids = new DictionaryReader(image.ids);
    this.#names = new StringReader(image.names);
    this.#texts = new StringReader(image.texts);
    this.#senseNames = new DictionaryReader(image.senses.names);
  }

  /** Full text of all entries. Whatever {@link indexSome} has not taken in yet is taken in here. */
  get search(): TextSearch {
    if (this.#indexing !== null || this.#unsearched.size > 0) this.indexSome(Infinity);
    return this.#search;
  }

  /**
   * Takes changed entries into the full text, a slice at a time, for a thread that must not stop for all of them.
   *
   * @param most how many characters of them, about
   * @returns whether all are in
   */
  indexSome(most: number): boolean {
    this.#indexing ??= this.#indexSteps();
    for (let done = 0; done < most;) {
      const step = this.#indexing.next();
      if (step.done === true) {
        this.#indexing = null;
        return true;
      }
      done += step.value;
    }
    return false;
  }

  *#indexSteps(): Generator<number, void, undefined> {
    for (const index of this.#unsearched) {
      // Before its steps: an entry that changes between them comes again.
      this.#unsearched.delete(index);
      const node = this.#added.get(index);
      if (node) yield* this.#search.addSteps(index, node.names, node.text);
      else this.#search.remove(index);
      yield ENTRY;
    }
  }

  /** The installation's own texts with their names and links. Brought up to date here. */
  get passages(): PassageIndex {
    // Passages are numbered as they come, by index here: threads with different histories do the same in the end.
    for (const index of [...this.#unread].sort((a, b) => a - b)) {
      const node = this.#added.get(index);
      if (node) this.#passages.add(index, node.names, node.text);
      else this.#passages.remove(index);
      this.#unread.delete(index);
    }
    return this.#passages;
  }

  /** Number of the newest change; 0 before the first. */
  get revision(): number {
    return this.#revision;
  }

  /** Number of changes applied here. Never the same twice, where a revision may come again under another leader. */
  get changes(): number {
    return this.#changes;
  }

  /** Removed nodes count: their indices are not given out again. */
  get nodeCount(): number {
    return this.#graph.nodeCount;
  }

  /** Nodes that are there. */
  get liveNodes(): number {
    return this.image.graph.nodes + this.#added.size;
  }

  /** Nodes that the image does not have. */
  get addedNodes(): Iterable<ChangedNode> {
    return this.#added.values();
  }

  /** Undirected edges, each joined pair once. */
  get edgeCount(): number {
    return this.image.edges.length / 2 + this.#graph.addedEdgeCount;
  }

  has(index: number): boolean {
    return index >= 0 && index < this.nodeCount && !this.#graph.isRemoved(index);
  }

  /** @returns the node's index, or -1 */
  indexOf(id: string): number {
    return this.#addedIds.get(id) ?? this.#ids.find(id);
  }

  idOf(index: number): string {
    return this.#added.get(index)?.id ?? this.#ids.get(index);
  }

  /** All names, best known first. */
  namesOf(index: number): readonly string[] {
    return this.#added.get(index)?.names ?? this.#names.get(index).split('\n');
  }

  labelOf(index: number): string {
    return this.namesOf(index)[0] as string;
  }

  textOf(index: number): string {
    return this.#added.get(index)?.text ?? this.#texts.get(index);
  }

  /** Index into {@link KnowledgeImage.groupNames}, or beyond it for groups of additions. */
  groupOf(index: number): number {
    return this.#added.get(index)?.group ?? (this.image.groups[index] as number);
  }

  /** True for nodes that the image does not have: the installation's own documents. */
  isAdded(index: number): boolean {
    return this.#added.has(index);
  }

  /**
   * Meanings of a name in order of frequency; the installation's own documents come first.
   * @param name in any case; see {@link normaliseName}
   */
  senses(name: string): Sense[] {
    const wanted = normaliseName(name);
    const result: Sense[] = [];
    // By index, not by history: a thread that began later must see the same order.
    const added = this.#addedSenses.get(wanted);
    if (added) for (const node of [...added].sort((a, b) => a - b)) result.push({ node, frequency: 0, rank: 1 });
    const number = this.#senseNames.find(wanted);
    if (number < 0) return result;
    const { offsets, nodes, frequencies, ranks } = this.image.senses;
    for (let place = offsets[number] as number; place < (offsets[number + 1] as number); place++) {
      result.push({
        node: nodes[place] as number,
        frequency: frequencies[place] as number,
        rank: ranks[place] as number,
      });
    }
    return result;
  }

  /** True when the name has at least one meaning. Cheaper than {@link senses}. */
  isName(normalName: string): boolean {
    return this.#senseNames.find(normalName) >= 0 || this.#addedSenses.has(normalName);
  }

  forEachArc(node: number, visit: ArcVisitor): void {
    this.#graph.forEachArc(node, visit);
  }

  /** Targets of the arcs of one kind, in order. */
  related(node: number, kind: number): number[] {
    const targets: number[] = [];
    this.#graph.forEachArc(node, (target, arcKind) => {
      if (arcKind === kind) targets.push(target);
    });
    return targets;
  }

  /** Where an edge stands written, asked for from either end; null for edges of the image and for none. */
  edgeSource(source: number, target: number, kind: number): EdgeSource | null {
    return this.#edge(source, target, kind)?.origin ?? null;
  }

  /** Weight of an edge, asked for from either end; 1 when nobody has given it one. */
  edgeWeight(source: number, target: number, kind: number): number {
    return this.#edge(source, target, kind)?.weight ?? 1;
  }

  /** Every edge that the image does not have, as it was added. */
  get edgesOfDocuments(): Iterable<ChangedEdge> {
    return this.#addedEdges.values();
  }

  degree(node: number): number {
    return this.#graph.degree(node);
  }

  /** Pairs of the edges that the image does not have, length 2k. */
  addedEdges(): Uint32Array {
    return this.#graph.addedEdges();
  }

  /** Pairs of all undirected edges, those of the image first, length 2m. A copy. */
  edgePairs(): Uint32Array<ArrayBuffer> {
    const added = this.addedEdges();
    const pairs = new Uint32Array(this.image.edges.length + added.length);
    pairs.set(this.image.edges);
    pairs.set(added, this.image.edges.length);
    return pairs;
  }

  /**
   * Applies one change. A node may take the place of a removed one (see `changeTo`).
   * @throws RangeError when an added node has an index beyond the next one: changes came out of order
   */
  apply(change: KnowledgeChange): void {
    this.relations.add(change.relations ?? []);
    for (const edge of change.removedEdges) this.#removeEdge(edge);
    for (const index of change.removedNodes) this.#removeNode(index);
    for (const node of change.nodes) this.#putNode(node);
    for (const edge of change.edges) this.#addEdge(edge);
    this.#revision = change.revision;
    this.#changes++;
  }

  /** One change that leads from the bare image to the present state: what a new thread needs. */
  additions(): KnowledgeChange {
    const nodes: ChangedNode[] = [];
    for (let index = this.image.graph.nodes; index < this.nodeCount; index++) {
      nodes.push(this.#added.get(index) ?? { index, id: '', names: [], text: '', group: 0 });
    }
    const edges = [...this.#addedEdges.values()];
    return {
      revision: this.#revision,
      relations: this.relations.added(),
      removedEdges: [],
      removedNodes: [],
      nodes,
      edges,
    };
  }

  #putNode(node: ChangedNode): void {
    const old = this.#added.get(node.index);
    if (old) this.#forgetNames(old);
    else if (node.index === this.nodeCount) this.#graph.addNode();
    else if (node.index >= this.image.graph.nodes && node.index < this.nodeCount) this.#graph.restoreNode(node.index);
    else throw new RangeError(`node ${node.index} was announced, but ${this.nodeCount} is next`);
    // An empty id marks the place of a node that was removed before this thread began.
    if (node.id === '') return this.#graph.removeNode(node.index);
    this.#added.set(node.index, node);
    this.#addedIds.set(node.id, node.index);
    for (const name of node.names) this.#addName(normaliseName(name), node.index);
    this.#touch(node.index);
  }

  #touch(index: number): void {
    this.#unsearched.add(index);
    this.#unread.add(index);
  }

  #removeNode(index: number): void {
    const node = this.#added.get(index);
    if (!node) return;
    this.#forgetNames(node);
    this.#added.delete(index);
    this.#addedIds.delete(node.id);
    this.#touch(index);
    this.#graph.forEachArc(index, (target, kind) => {
      this.#addedEdges.delete(edgeKey({ source: index, target, kind }));
      this.#addedEdges.delete(edgeKey({ source: target, target: index, kind: this.relations.inverseOf(kind) }));
    });
    this.#graph.removeNode(index);
  }

  #addName(name: string, index: number): void {
    const nodes = this.#addedSenses.get(name);
    if (nodes) nodes.add(index);
    else this.#addedSenses.set(name, new Set([index]));
  }

  #forgetNames(node: ChangedNode): void {
    for (const name of node.names.map(normaliseName)) {
      const nodes = this.#addedSenses.get(name);
      nodes?.delete(node.index);
      if (nodes?.size === 0) this.#addedSenses.delete(name);
    }
  }

  #edge(source: number, target: number, kind: number): ChangedEdge | undefined {
    const back = { source: target, target: source, kind: this.relations.inverseOf(kind) };
    return this.#addedEdges.get(edgeKey({ source, target, kind })) ?? this.#addedEdges.get(edgeKey(back));
  }

  #addEdge(edge: ChangedEdge): void {
    this.#addedEdges.set(edgeKey(edge), edge);
    this.#graph.addEdge(edge.source, edge.target, edge.kind, this.relations.inverseOf(edge.kind));
  }

  #removeEdge(edge: ChangedEdge): void {
    this.#addedEdges.delete(edgeKey(edge));
    this.#graph.removeEdge(edge.source, edge.target, edge.kind, this.relations.inverseOf(edge.kind));
  }
}

const edgeKey = ({ source, target, kind }: ChangedEdge): string => `${source} ${target} ${kind}`;
