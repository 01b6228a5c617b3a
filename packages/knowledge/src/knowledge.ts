/**
 * The knowledge of an installation: built-in source plus its own documents. The one place where it changes: stored
 * durably first, then applied here, then told to everybody who follows.
 */
import { type Clock, CodedError, errorFactory } from '@vortexflow/primitives';
import { type ChangedEdge, type ChangedNode, KnowledgeBase, type KnowledgeChange } from './base.ts';
import { LinkResolver } from './documents/links.ts';
import { type ParsedDocument, parseDocument } from './documents/parse.ts';
import type { KnowledgeImage } from './image/image.ts';
import { relation } from './relations.ts';
import { DEFAULT_FORMAT, type DocumentRecord, type DocumentStore, type DocumentStoreStatus } from './store/store.ts';

/** Errors of changing the knowledge. */
const KNOWLEDGE_ERRORS = {
  document_id_taken: {
    type: 'ValidationError',
    status: 400,
    recovery: 'Propagate',
    message: 'The id "{id}" already belongs to a node that is not this document.',
    hint: 'Choose another id.',
  },
  document_repeated: {
    type: 'ValidationError',
    status: 400,
    recovery: 'Propagate',
    message: 'The id "{id}" appears twice in one request.',
    hint: 'Send each document once.',
  },
} as const;
const knowledgeError = errorFactory(KNOWLEDGE_ERRORS);

/** A document as a caller sends it. */
export interface NewDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** What adding documents did. */
export interface AddedDocuments {
  readonly stored: number;
  /** Nodes and edges the graph gained; replaced ones do not count. */
  readonly nodes: number;
  readonly edges: number;
  /** Documents that took the place of an earlier one with their id. */
  readonly replaced: number;
  /** Link targets that no document has yet, of all documents. */
  readonly unresolvedLinks: readonly string[];
}

/** Hears of every change, in order. The change counts as done when all followers have resolved. */
export type Follower = (change: KnowledgeChange) => void | Promise<void>;

interface Entry {
  readonly nodes: readonly string[];
  readonly contains: readonly ChangedEdge[];
}

/** A node id that a write under way will own. */
interface Claim {
  readonly document: string;
  readonly write: object;
}

/** Longest the main thread parses without letting others have a turn, ms. */
const SLICE_MS = 8;
const CONTAINS = relation('contains');
const LINKS = relation('links');

/** The knowledge with its changes. Reading goes through {@link Knowledge.base}. */
export class Knowledge {
  readonly base: KnowledgeBase;
  /** Group names of the image, then those of documents. */
  readonly groupNames: readonly string[];
  readonly #store: DocumentStore;
  readonly #clock: Clock;
  readonly #links = new LinkResolver();
  readonly #entries = new Map<string, Entry>();
  readonly #ownerOf = new Map<string, string>();
  readonly #claims = new Map<string, Claim>();
  readonly #followers: Follower[] = [];
  #admission: Promise<unknown> = Promise.resolve();
  #queue: Promise<unknown> = Promise.resolve();
  #failure: string | null = null;

  private constructor(image: KnowledgeImage, store: DocumentStore, clock: Clock) {
    this.base = new KnowledgeBase(image);
    this.groupNames = [...image.groupNames, 'document', 'section'];
    this.#store = store;
    this.#clock = clock;
  }

  /** Opens the knowledge: the image, then every stored document on top of it. */
  static async open(image: KnowledgeImage, store: DocumentStore, clock: Clock): Promise<Knowledge> {
    const knowledge = new Knowledge(image, store, clock);
    for await (const record of store.all()) knowledge.#put([parseDocument(record)]);
    return knowledge;
  }

  get documentCount(): number {
    return this.#entries.size;
  }

  /** Why the knowledge in memory differs from what is stored; null as long as it does not. */
  get failure(): string | null {
    return this.#failure;
  }

  storeStatus(): DocumentStoreStatus {
    return this.#store.status();
  }

  /** Adds a follower of all later changes. */
  follow(follower: Follower): void {
    this.#followers.push(follower);
  }

  document(id: string): Promise<DocumentRecord | null> {
    return this.#store.get(id);
  }

  /**
   * Adds or replaces documents, all of them or none. Resolves when they are on the disk and every follower has them.
   * Calls that overlap, removals included, take effect in the order in which they were made.
   * @throws CodedError `document_id_taken`, `document_repeated`, or one of the store
   */
  async addDocuments(documents: readonly NewDocument[]): Promise<AddedDocuments> {
    const { done } = await this.#admit(async () => {
      const parsed = await this.#parseAll(documents);
      const updatedAt = this.#clock.now();
      const format = DEFAULT_FORMAT;
      const stored = this.#store.put(documents.map(({ id, title, text }) => ({ id, title, text, updatedAt, format })));
      return {
        done: this.#claiming(
          parsed,
          this.#inOrder(stored, () => this.#put(parsed)),
        ),
      };
    });
    const change = await done;
    const isNew = change.nodes.filter(({ index }) => index >= change.firstNew);
    return {
      stored: documents.length,
      nodes: isNew.length,
      edges: gained(change),
      replaced: change.replaced,
      unresolvedLinks: this.#links.unresolved(),
    };
  }

  /** Removes a document with its sections. @returns false when there is none */
  async removeDocument(id: string): Promise<boolean> {
    const { stored, done } = await this.#admit(() => {
      const stored = this.#store.remove(id);
      return { stored, done: this.#inOrder(stored, () => this.#remove(id)) };
    });
    await done;
    return stored;
  }

  /** Waits for changes under way, then closes the store. */
  async close(): Promise<void> {
    await this.#admission;
    await this.#queue;
    await this.#store.close();
  }

  /** One call at a time is parsed and handed to the store: parsing lets others have turns, but not overtake. */
  #admit<Result>(step: () => Result | Promise<Result>): Promise<Result> {
    const admitted = this.#admission.then(step);
    this.#admission = admitted.catch(() => undefined);
    return admitted;
  }

  /** Keeps the node ids of the documents taken until the write has been applied or refused. */
  async #claiming<Change>(documents: readonly ParsedDocument[], done: Promise<Change>): Promise<Change> {
    const write = {};
    const ids = documents.flatMap((document) => document.nodes.map(({ id }) => ({ id, document: document.id })));
    for (const { id, document } of ids) this.#claims.set(id, { document, write });
    try {
      return await done;
    } finally {
      // A later write of the same document may have taken the claim over.
      for (const { id } of ids) if (this.#claims.get(id)?.write === write) this.#claims.delete(id);
    }
  }

  /** Applies in the order of the calls, whatever order the store answers in; a refused write applies nothing. */
  #inOrder<Change extends KnowledgeChange>(stored: Promise<unknown>, apply: () => Change): Promise<Change> {
    // A write may fail while earlier changes still wait for their followers; nobody listens to it until then.
    stored.catch(() => undefined);
    const done = this.#queue.then(async () => {
      await stored.catch((error: unknown) => this.#failUnlessKnown(error));
      const change = this.#applyOrFail(apply);
      await Promise.all(this.#followers.map(async (follower) => follower(change)));
      return change;
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }

  /** A write that may be stored and is not applied: the same. */
  #failUnlessKnown(error: unknown): never {
    if (error instanceof CodedError && error.code === 'store_outcome_unknown') this.#failure = error.message;
    throw error;
  }

  /** What is on the disk but cannot be applied leaves memory behind the disk until a restart: that must be seen. */
  #applyOrFail<Change>(apply: () => Change): Change {
    try {
      return apply();
    } catch (failure) {
      this.#failure = failure instanceof Error ? failure.message : String(failure);
      throw failure;
    }
  }

  async #parseAll(documents: readonly NewDocument[]): Promise<ParsedDocument[]> {
    const seen = new Set<string>();
    const owners = new Map<string, string>();
    const parsed: ParsedDocument[] = [];
    let sliceEnd = this.#clock.elapsed() + SLICE_MS;
    for (const document of documents) {
      if (seen.has(document.id)) throw knowledgeError('document_repeated', { id: document.id });
      seen.add(document.id);
      parsed.push(this.#requireFree(parseDocument(document), owners));
      if (this.#clock.elapsed() < sliceEnd) continue;
      await new Promise(setImmediate);
      sliceEnd = this.#clock.elapsed() + SLICE_MS;
    }
    return parsed;
  }

  /** @param owners of the nodes of the same request, by id; those of this document are added */
  #requireFree(document: ParsedDocument, owners: Map<string, string>): ParsedDocument {
    for (const { id } of document.nodes) {
      const owner = owners.get(id) ?? this.#claims.get(id)?.document ?? this.#ownerOf.get(id);
      const taken = owner === undefined ? this.base.indexOf(id) >= 0 : owner !== document.id;
      if (taken) throw knowledgeError('document_id_taken', { id });
      owners.set(id, document.id);
    }
    return document;
  }

  #put(documents: readonly ParsedDocument[]): KnowledgeChange & { firstNew: number; replaced: number } {
    const firstNew = this.base.nodeCount;
    let next = firstNew;
    const nodes = new Map<string, ChangedNode>();
    const removedNodes: number[] = [];
    const removedEdges: ChangedEdge[] = [];
    const edges: ChangedEdge[] = [];
    const links = new LinkChanges();
    let replaced = 0;
    for (const document of documents) {
      const old = this.#entries.get(document.id);
      if (old) replaced++;
      append(removedEdges, old?.contains ?? []);
      for (const node of document.nodes) {
        const known = this.base.indexOf(node.id);
        nodes.set(node.id, this.#nodeOf(document, node, known < 0 ? next++ : known));
        this.#ownerOf.set(node.id, document.id);
      }
      append(removedNodes, this.#vanished(document, old));
      const contains = document.contains.map(({ parent, child }) => edgeOf(nodes, parent, child, CONTAINS));
      append(edges, contains);
      this.#entries.set(document.id, { nodes: document.nodes.map(({ id }) => id), contains });
      links.add(this.#links.addDocument(document));
    }
    append(removedEdges, this.#linkEdges(links.removed, nodes));
    append(edges, this.#linkEdges(links.added, nodes));
    return { ...this.#apply({ removedEdges, removedNodes, nodes: [...nodes.values()], edges }), firstNew, replaced };
  }

  #remove(id: string): KnowledgeChange {
    const entry = this.#entries.get(id);
    if (!entry) return { revision: this.base.revision, removedEdges: [], removedNodes: [], nodes: [], edges: [] };
    const changes = this.#links.removeDocument(id);
    const removedEdges = this.#linkEdges(changes.removed, new Map());
    const edges = this.#linkEdges(changes.added, new Map());
    const removedNodes = entry.nodes.map((node) => this.base.indexOf(node));
    for (const node of entry.nodes) this.#ownerOf.delete(node);
    this.#entries.delete(id);
    return this.#apply({ removedEdges, removedNodes, nodes: [], edges });
  }

  #apply(change: Omit<KnowledgeChange, 'revision'>): KnowledgeChange {
    const numbered = { ...change, revision: this.base.revision + 1 };
    this.base.apply(numbered);
    return numbered;
  }

  #nodeOf(document: ParsedDocument, node: ParsedDocument['nodes'][number], index: number): ChangedNode {
    const isDocument = node.kind === 'document';
    const names = isDocument
      ? [node.title, ...document.aliases]
      : [node.title, `${document.nodes[0]?.title} – ${node.title}`];
    const group = this.groupNames.length - (isDocument ? 2 : 1);
    return { index, id: node.id, names: [...new Set(names)], text: node.text, group };
  }

  /** Sections that the new version of a document no longer has. */
  #vanished(document: ParsedDocument, old: Entry | undefined): number[] {
    const kept = new Set(document.nodes.map(({ id }) => id));
    return (old?.nodes ?? []).flatMap((id) => {
      if (kept.has(id)) return [];
      this.#ownerOf.delete(id);
      return [this.base.indexOf(id)];
    });
  }

  #linkEdges(pairs: readonly LinkPair[], fresh: ReadonlyMap<string, ChangedNode>): ChangedEdge[] {
    return pairs.flatMap(({ source, target }) => {
      const from = fresh.get(source)?.index ?? this.base.indexOf(source);
      const to = fresh.get(target)?.index ?? this.base.indexOf(target);
      return from < 0 || to < 0 ? [] : [{ source: from, target: to, kind: LINKS }];
    });
  }
}

/** Like push with a spread, which overflows the stack at some hundred thousand values. */
function append<T>(list: T[], more: readonly T[]): void {
  for (const one of more) list.push(one);
}

interface LinkPair {
  readonly source: string;
  readonly target: string;
}

/** What several steps do to the links together: an edge that came and went again is no change. */
class LinkChanges {
  readonly #added = new Map<string, LinkPair>();
  readonly #removed = new Map<string, LinkPair>();

  get added(): LinkPair[] {
    return [...this.#added.values()];
  }

  get removed(): LinkPair[] {
    return [...this.#removed.values()];
  }

  add(step: { readonly added: readonly LinkPair[]; readonly removed: readonly LinkPair[] }): void {
    for (const pair of step.removed) if (!this.#added.delete(keyOf(pair))) this.#removed.set(keyOf(pair), pair);
    for (const pair of step.added) if (!this.#removed.delete(keyOf(pair))) this.#added.set(keyOf(pair), pair);
  }
}

const keyOf = ({ source, target }: LinkPair): string => `${source}\n${target}`;

/** Edges that were not there before: a replaced document takes its own away and brings them again. */
function gained({ edges, removedEdges }: KnowledgeChange): number {
  const keyOf = ({ source, target, kind }: ChangedEdge): string => `${source} ${target} ${kind}`;
  const before = new Set(removedEdges.map(keyOf));
  return edges.filter((edge) => !before.has(keyOf(edge))).length;
}

function edgeOf(nodes: ReadonlyMap<string, ChangedNode>, source: string, target: string, kind: number): ChangedEdge {
  return { source: (nodes.get(source) as ChangedNode).index, target: (nodes.get(target) as ChangedNode).index, kind };
}
