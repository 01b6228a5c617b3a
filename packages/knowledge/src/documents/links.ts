/**
 * Resolves the links between documents, one document at a time. The edges depend only on which documents are there,
 * never on the order in which they came.
 */
import { runSteps, type Steps } from '@vortexflow/graph';
import { RelationNumbers, RelationTable } from '../relation-table.ts';
import { type EdgeChanges, EdgeLedger, type EdgePart, numberEdge } from './edge-ledger.ts';
import { folderOf } from './names.ts';
import { Namesakes } from './namesakes.ts';
import { Pace } from './pace.ts';
import type { DocumentLink, ParsedDocument } from './parsed.ts';
import { allFit, documentKeys, fits, linkTarget, sectionsBySlug, type LinkTarget } from './targets.ts';

interface Link extends LinkTarget {
  readonly document: string;
  readonly from: string;
  readonly target: string;
  readonly relation: string;
  readonly sentence: string;
  /** Its place among the links of its document. */
  readonly place: number;
  /** Node it leads to now; null while unresolved, undefined before the first look. */
  resolved: string | null | undefined;
  /** What it put into the ledger. */
  part: EdgePart | null;
}

interface KnownDocument {
  readonly keys: readonly string[];
  readonly sections: ReadonlyMap<string, string>;
  readonly links: readonly Link[];
}

/**
 * Knows the documents and where their links lead.
 *
 * A target is tried as a whole id, as an id without its extension, as a path from the folder of the linking document
 * (first, for a Markdown path), as a title and as an alias (both without regard to case), and as a file name. Where
 * several documents fit, the one in the nearest folder wins, then the first by id. `#heading` picks a section, and the
 * document when it has no such section. A link of a node to itself makes no edge.
 */
export class LinkResolver {
  readonly #documents = new Map<string, KnownDocument>();
  readonly #byKey = new Map<string, Namesakes>();
  readonly #watchers = new MultiMap<Link>();
  readonly #ledger: EdgeLedger;
  readonly #relations: RelationNumbers;
  /** Raw targets that lead nowhere, with the number of links that have them. */
  readonly #unresolved = new Map<string, number>();
  readonly #pace = new Pace();

  /**
   * @param ledger in which the links put their edges, perhaps with those of others
   * @param relations that give the edges their numbers
   */
  constructor(ledger = new EdgeLedger(), relations = new RelationNumbers(new RelationTable())) {
    this.#ledger = ledger;
    this.#relations = relations;
  }

  /**
   * Adds documents, or replaces those with their ids. Links of others that wanted them resolve.
   * O(their links + the links of others that look for one of their names), each looked at once for all of them. Between
   * two steps nothing else may be put or taken.
   */
  *put(documents: readonly ParsedDocument[]): Steps<void> {
    const touched = new Touched();
    for (const parsed of documents) {
      yield* this.#detach(parsed.id, touched);
      yield* this.#attach(parsed, touched);
    }
    yield* this.#resolveAll(touched);
  }

  /** Takes a document out with its links; links of others to it resolve elsewhere or not at all. Harmless when unknown. */
  *take(id: string): Steps<void> {
    const touched = new Touched();
    yield* this.#detach(id, touched);
    yield* this.#resolveAll(touched);
  }

  /** {@link put} of one, and the edges of the whole graph that came and went by it. */
  addDocument(parsed: ParsedDocument): EdgeChanges {
    runSteps(this.put([parsed]));
    return runSteps(this.#ledger.takeChanges());
  }

  /** {@link take}, and the edges of the whole graph that came and went by it. */
  removeDocument(id: string): EdgeChanges {
    runSteps(this.take(id));
    return runSteps(this.#ledger.takeChanges());
  }

  /** Targets as written that lead nowhere, each once, sorted. */
  unresolved(): string[] {
    return [...this.#unresolved.keys()].sort();
  }

  *#attach(parsed: ParsedDocument, touched: Touched): Steps<void> {
    const keys = documentKeys(parsed);
    const links = parsed.links.map((link, place) => toLink(link, parsed.id, place));
    this.#documents.set(parsed.id, { keys, sections: sectionsBySlug(parsed), links });
    for (const key of keys) {
      const namesakes = this.#byKey.get(key) ?? new Namesakes();
      namesakes.add(parsed.id);
      this.#byKey.set(key, namesakes);
      touched.keys.add(key);
    }
    for (const link of links) {
      for (const key of link.keys) this.#watchers.add(key, link);
      touched.links.add(link);
      if (this.#pace.turnDue()) yield;
    }
  }

  *#detach(id: string, touched: Touched): Steps<void> {
    const known = this.#documents.get(id);
    if (!known) return;
    this.#documents.delete(id);
    for (const key of known.keys) {
      const namesakes = this.#byKey.get(key);
      namesakes?.delete(id);
      if (namesakes?.size === 0) this.#byKey.delete(key);
      touched.keys.add(key);
    }
    for (const link of known.links) {
      for (const key of link.keys) this.#watchers.delete(key, link);
      touched.links.delete(link);
      this.#settle(link, undefined);
      if (this.#pace.turnDue()) yield;
    }
  }

  *#resolveAll({ keys, links }: Touched): Steps<void> {
    for (const key of keys) {
      for (const watcher of this.#watchers.get(key)) links.add(watcher);
      if (this.#pace.turnDue()) yield;
    }
    for (const link of links) {
      this.#settle(link, this.#resolve(link));
      if (this.#pace.turnDue()) yield;
    }
  }

  #resolve(link: Link): string | null {
    const id = link.sameDocument ? link.document : this.#find(link);
    if (id === null) return null;
    return this.#documents.get(id)?.sections.get(link.section) ?? id;
  }

  #find(link: Link): string | null {
    const folder = folderOf(link.document);
    for (const key of link.keys) {
      const namesakes = this.#byKey.get(key);
      const best = allFit(key, link)
        ? namesakes?.nearest(folder)
        : namesakes?.nearestOf(folder, (id) => fits(id, link));
      if (best !== null && best !== undefined) return best;
    }
    return null;
  }

  #settle(link: Link, next: string | null | undefined): void {
    if (link.resolved === next) return;
    if (link.resolved === null) this.#countUnresolved(link.target, -1);
    else if (link.part) this.#ledger.remove(link.part);
    link.resolved = next;
    link.part = null;
    if (next === null) this.#countUnresolved(link.target, 1);
    else if (next !== undefined && next !== link.from) {
      link.part = this.#partOf(link, next);
      this.#ledger.add(link.part);
    }
  }

  #partOf({ from, relation, document, place, sentence }: Link, target: string): EdgePart {
    const edge = numberEdge({ source: from, target, relation, bothWays: false }, this.#relations);
    return { ...edge, weight: 1, document, place, line: null, text: sentence };
  }

  #countUnresolved(target: string, difference: number): void {
    const count = (this.#unresolved.get(target) ?? 0) + difference;
    if (count === 0) this.#unresolved.delete(target);
    else this.#unresolved.set(target, count);
  }
}

function toLink(link: DocumentLink, document: string, place: number): Link {
  const { from, target, relation = 'links', sentence } = link;
  return {
    ...linkTarget(link, document),
    document,
    from,
    target,
    relation,
    sentence,
    place,
    resolved: undefined,
    part: null,
  };
}

/** What a step may change. */
class Touched {
  /** Keys of documents that came or went: links that look under them may lead elsewhere now. */
  readonly keys = new Set<string>();
  readonly links = new Set<Link>();
}

/** Several values under each key. */
class MultiMap<Value> {
  readonly #sets = new Map<string, Set<Value>>();

  get(key: string): Iterable<Value> {
    return this.#sets.get(key) ?? [];
  }

  add(key: string, value: Value): void {
    const set = this.#sets.get(key);
    if (set) set.add(value);
    else this.#sets.set(key, new Set([value]));
  }

  delete(key: string, value: Value): void {
    const set = this.#sets.get(key);
    if (set?.delete(value) && set.size === 0) this.#sets.delete(key);
  }
}
