/**
 * The knowledge of an installation: built-in source plus its own documents. The one place where it changes: stored
 * durably first, then applied here, then told to everybody who follows.
 */
import { type Clock, CodedError } from '@vortexflow/primitives';
import { runSteps, type Steps } from '@vortexflow/graph';
import { KnowledgeBase, type KnowledgeChange } from './base.ts';
import { type ChangeContent, changeParts } from './change-parts.ts';
import { DOCUMENT_GROUPS, type DocumentChange, GraphOfDocuments } from './documents/graph-of-documents.ts';
import { fingerprintSteps, parseSteps } from './documents/parse.ts';
import type { ParsedDocument } from './documents/parsed.ts';
import type { KnowledgeImage } from './image/image.ts';
import {
  type Contributor,
  type StoredAmount,
  StoredUsage,
  requireReplaceable,
  UNCOUNTED,
} from './documents/stored-usage.ts';
import { DEFAULT_FORMAT, type DocumentRecord, type DocumentStore, type DocumentStoreStatus } from './store/store.ts';
import { knowledgeError } from './errors.ts';
import { Pauses } from './pauses.ts';
import { storedBatches, type UnreadDocument } from './stored.ts';

/** A document as a caller sends it. */
export interface NewDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** See `parseFormat`; `markdown` when it is left out. */
  readonly format?: string;
}

/** A document in a list. */
export interface DocumentSummary {
  readonly id: string;
  readonly title: string;
  /** See `fingerprintOf`. */
  readonly fingerprint: string;
}

/** Something in a document that was left out. */
export interface DocumentProblem {
  readonly document: string;
  readonly line: number | null;
  readonly reason: string;
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
  /** What was left out of these documents, the first hundred of each. */
  readonly problems: readonly DocumentProblem[];
}

/**
 * Hears of every change, in order. The next one waits until all followers have resolved, and what was added counts as done
 * when they have for its last one: much at once comes in several.
 */
export type Follower = (change: KnowledgeChange) => void | Promise<void>;

/** Ids of nodes that are looked up between two steps. */
const IDS_PER_STEP = 1_000;

/** A node id that a write under way will own. */
interface Claim {
  readonly document: string;
  readonly account: string | null;
  readonly write: object;
}

/** The knowledge with its changes. Reading goes through {@link Knowledge.base}. */
export class Knowledge {
  readonly base: KnowledgeBase;
  /** Group names of the image, then those of documents. */
  readonly groupNames: readonly string[];
  readonly #store: DocumentStore;
  readonly #clock: Clock;
  readonly #documents: GraphOfDocuments;
  readonly #usage = new StoredUsage();
  readonly #summaries = new Map<string, DocumentSummary>();
  readonly #claims = new Map<string, Claim>();
  readonly #followers = new Set<Follower>();
  readonly #unread: UnreadDocument[] = [];
  #admission: Promise<unknown> = Promise.resolve();
  #queue: Promise<unknown> = Promise.resolve();
  #failure: string | null = null;

  private constructor(image: KnowledgeImage, store: DocumentStore, clock: Clock) {
    this.base = new KnowledgeBase(image);
    this.#documents = new GraphOfDocuments(this.base);
    this.groupNames = [...image.groupNames, ...DOCUMENT_GROUPS];
    this.#store = store;
    this.#clock = clock;
  }

  /** Opens the knowledge: the image, then every stored document on top of it. */
  static async open(image: KnowledgeImage, store: DocumentStore, clock: Clock): Promise<Knowledge> {
    const knowledge = new Knowledge(image, store, clock);
    for await (const { records, parsed, unread } of storedBatches(store)) {
      knowledge.#apply(runSteps(knowledge.#documents.put(parsed)));
      for (const record of records) knowledge.#summaries.set(record.id, runSteps(summarise(record)));
      for (const record of records) knowledge.#usage.put(record, record.account ?? null);
      knowledge.#unread.push(...unread);
    }
    return knowledge;
  }

  get documentCount(): number {
    return this.#documents.documentCount;
  }

  /** Why the knowledge in memory differs from what is stored; null as long as it does not. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Stored documents that could not be read at opening; each is there by its title, and stays stored as it was. */
  get unreadDocuments(): readonly UnreadDocument[] {
    return this.#unread;
  }

  /** How much an account has stored. */
  storedBy(account: string): StoredAmount {
    return this.#usage.of(account);
  }

  storeStatus(): DocumentStoreStatus {
    return this.#store.status();
  }

  /** Adds a follower of all later changes. @returns lets go of it */
  follow(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => void this.#followers.delete(follower);
  }

  /**
   * Documents whose ids begin with a prefix, in the order of their ids (by UTF-16 units).
   * @param after id behind which the list begins
   * @param limit most documents to list
   */
  documentsBelow(prefix: string, after: string, limit: number): DocumentSummary[] {
    const ids = [...this.#summaries.keys()].filter((id) => id.startsWith(prefix) && id > after);
    // oxlint-disable-next-line require-array-sort-compare -- by UTF-16 units, as the comparison above
    return ids
      .sort()
      .slice(0, limit)
      .map((id) => this.#summaries.get(id) as DocumentSummary);
  }

  document(id: string): Promise<DocumentRecord | null> {
    return this.#store.get(id);
  }

  /**
   * Adds or replaces documents, all of them or none. Resolves when they are on the disk and every follower has them; of
   * many, the first ones are there before the last ones.
   * Calls that overlap, removals included, take effect in the order in which they were made.
   * @throws CodedError `document_id_taken`, `document_repeated`, `document_malformed`, `format_unknown`,
   *   `document_of_another`, `storage_quota_exceeded`, or one of the store
   */
  async addDocuments(documents: readonly NewDocument[], by: Contributor = UNCOUNTED): Promise<AddedDocuments> {
    const release = this.#usage.reserve(documents, by);
    try {
      return await this.#add(documents, by, release);
    } finally {
      release();
    }
  }

  async #add(documents: readonly NewDocument[], by: Contributor, release: () => void): Promise<AddedDocuments> {
    const { account } = by;
    const { done, parsed } = await this.#admit(async () => {
      const { parsed, summaries } = await this.#parseAll(documents, by);
      const updatedAt = this.#clock.now();
      const records = documents.map(({ id, title, text, format = DEFAULT_FORMAT }) => ({
        id,
        title,
        text,
        format,
        updatedAt,
        ...(account === null ? {} : { account }),
      }));
      const stored = this.#store.put(records);
      const applied = this.#inOrder(stored, () => {
        for (const summary of summaries) this.#summaries.set(summary.id, summary);
        for (const document of documents) this.#usage.put(document, account);
        // From here on they count as stored; followers may take long.
        release();
        return this.#documents.put(parsed);
      });
      return { done: this.#claiming(parsed, account, applied), parsed };
    });
    const { newNodes, newEdges, replaced } = await done;
    return {
      stored: documents.length,
      nodes: newNodes,
      edges: newEdges,
      replaced,
      unresolvedLinks: this.#documents.unresolvedLinks(),
      problems: parsed.flatMap(({ id, problems }) => problems.map((problem) => ({ document: id, ...problem }))),
    };
  }

  /** Removes a document with all that it alone speaks for. @returns false when there is none */
  async removeDocument(id: string): Promise<boolean> {
    const { stored, done } = await this.#admit(() => {
      const stored = this.#store.remove(id);
      return { stored, done: this.#inOrder(stored, (isThere) => this.#forget(id, isThere)) };
    });
    await done;
    return stored;
  }

  *#forget(id: string, isThere: boolean): Steps<DocumentChange | null> {
    if (!isThere) return null;
    this.#summaries.delete(id);
    this.#usage.remove(id);
    return yield* this.#documents.remove([id]);
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
  async #claiming<Change>(
    documents: readonly ParsedDocument[],
    account: string | null,
    done: Promise<Change>,
  ): Promise<Change> {
    const write = {};
    const ids = documents.flatMap((document) => document.nodes.map(({ id }) => ({ id, document: document.id })));
    for (const { id, document } of ids) this.#claims.set(id, { document, account, write });
    try {
      return await done;
    } finally {
      // A later write of the same document may have taken the claim over.
      for (const { id } of ids) if (this.#claims.get(id)?.write === write) this.#claims.delete(id);
    }
  }

  /**
   * Applies in the order of the calls, whatever order the store answers in; a refused write applies nothing.
   * @param changeFor gives the change by what the store said, or null for none
   */
  #inOrder<Outcome, Change extends DocumentChange | null>(
    stored: Promise<Outcome>,
    changeFor: (outcome: Outcome) => Steps<Change>,
  ): Promise<Change> {
    // A write may fail while earlier changes still wait for their followers; nobody listens to it until then.
    stored.catch(() => undefined);
    const done = this.#queue.then(async () => {
      const outcome = await stored.catch((error: unknown) => this.#failUnlessKnown(error));
      const change = await this.#orFail(() => new Pauses(this.#clock).run(changeFor(outcome)));
      if (change) await this.#applyParts(change);
      return change;
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }

  /** Nobody who asks waits for more than a part to be taken in. */
  async #applyParts(change: DocumentChange): Promise<void> {
    for (const part of changeParts(change)) {
      const numbered = await this.#orFail(() => this.#apply(part));
      await Promise.all([...this.#followers].map(async (follower) => follower(numbered)));
    }
  }

  /** A write that may be stored and is not applied: the same. */
  #failUnlessKnown(error: unknown): never {
    if (error instanceof CodedError && error.code === 'store_outcome_unknown') this.#failure = error.message;
    throw error;
  }

  /** What is on the disk but cannot be applied leaves memory behind the disk until a restart: that must be seen. */
  async #orFail<Value>(apply: () => Value | Promise<Value>): Promise<Value> {
    try {
      return await apply();
    } catch (failure) {
      this.#failure = failure instanceof Error ? failure.message : String(failure);
      throw failure;
    }
  }

  async #parseAll(
    documents: readonly NewDocument[],
    by: Contributor,
  ): Promise<{ readonly parsed: readonly ParsedDocument[]; readonly summaries: readonly DocumentSummary[] }> {
    const seen = new Set<string>();
    const owners = new Map<string, string>();
    const parsed: ParsedDocument[] = [];
    const summaries: DocumentSummary[] = [];
    const pause = new Pauses(this.#clock);
    for (const document of documents) {
      if (seen.has(document.id)) throw knowledgeError('document_repeated', { id: document.id });
      seen.add(document.id);
      this.#requireReplaceable(document.id, by);
      const one = await this.#parse(document, pause);
      await pause.run(this.#requireFree(one, owners));
      parsed.push(one);
      summaries.push(await pause.run(summarise(document)));
      await pause.whenDue();
    }
    return { parsed, summaries };
  }

  async #parse(document: NewDocument, pause: Pauses): Promise<ParsedDocument> {
    try {
      return await pause.run(parseSteps(document));
    } catch (failure) {
      if (!(failure instanceof CodedError) || failure.code === 'format_unknown') throw failure;
      throw knowledgeError(
        'document_malformed',
        { ...failure.details, id: document.id, reason: failure.message },
        failure,
      );
    }
  }

  #requireReplaceable(id: string, by: Contributor): void {
    // What is on its way already has its owner, who may not be the one of what it replaces.
    const coming = this.#claims.get(id);
    if (coming?.document === id) requireReplaceable(id, coming.account, by);
    else if (this.#summaries.has(id)) requireReplaceable(id, this.#usage.ownerOf(id), by);
  }

  /** @param owners of the nodes of the same request, by id; those of this document are added */
  *#requireFree(document: ParsedDocument, owners: Map<string, string>): Steps<void> {
    for (const [i, { id }] of document.nodes.entries()) {
      if (i % IDS_PER_STEP === IDS_PER_STEP - 1) yield;
      const owner = owners.get(id) ?? this.#claims.get(id)?.document ?? this.#documents.ownerOf(id);
      if (owner === undefined ? this.#isBuiltIn(id) : owner !== document.id)
        throw knowledgeError('document_id_taken', { id });
      owners.set(id, document.id);
    }
    for (const [i, { id }] of document.shared.entries()) {
      if (i % IDS_PER_STEP === IDS_PER_STEP - 1) yield;
      if (this.#isBuiltIn(id)) throw knowledgeError('document_id_taken', { id });
    }
  }

  #isBuiltIn(id: string): boolean {
    const index = this.base.indexOf(id);
    return index >= 0 && !this.base.isAdded(index);
  }

  #apply(content: ChangeContent): KnowledgeChange {
    const change = { ...content, revision: this.base.revision + 1 };
    this.base.apply(change);
    return change;
  }
}

function* summarise(document: NewDocument): Steps<DocumentSummary> {
  return { id: document.id, title: document.title, fingerprint: yield* fingerprintSteps(document) };
}
