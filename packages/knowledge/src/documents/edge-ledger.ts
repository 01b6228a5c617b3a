/**
 * Counts what speaks for each edge and tells which edges came, changed and went. Several links, rows or documents may
 * make the same edge: it is there as long as one of them does, and weighs what they weigh together.
 */

import type { Steps } from '@vortexflow/graph';
import type { RelationNumbers } from '../relation-table.ts';
import { Pace } from './pace.ts';

/** What makes an edge, and where that stands. */
export interface EdgePart {
  /** Ids of nodes. */
  readonly source: string;
  readonly target: string;
  /** Number of the relation. */
  readonly kind: number;
  readonly weight: number;
  /** Id of the document that says so. */
  readonly document: string;
  /** Its place among the parts of its document: the first one is what the edge shows. */
  readonly place: number;
  readonly line: number | null;
  /** The sentence, row or statement. */
  readonly text: string;
}

/** An edge as all parts make it together: with the first one's text, by document and place, and the sum of the weights. */
export type LedgerEdge = Omit<EdgePart, 'place'>;

/** Edges that a step brought, changed and took. Nothing is in two of them. */
export interface EdgeChanges {
  readonly added: readonly LedgerEdge[];
  /** Those whose weight or origin is another now. */
  readonly changed: readonly LedgerEdge[];
  readonly removed: readonly LedgerEdge[];
}

export class EdgeLedger {
  /** One part stands alone, since most edges have one. */
  readonly #parts = new Map<string, EdgePart | EdgePart[]>();
  /** Edges touched since the last {@link takeChanges}, as they were then; null where there was none. */
  readonly #before = new Map<string, LedgerEdge | null>();

  add(part: EdgePart): void {
    const key = edgeKey(part);
    this.#touch(key);
    const parts = this.#parts.get(key);
    if (parts === undefined) this.#parts.set(key, part);
    else if (Array.isArray(parts)) parts.push(part);
    else this.#parts.set(key, [parts, part]);
  }

  /** Takes a part away again: the same object that was added. */
  remove(part: EdgePart): void {
    const key = edgeKey(part);
    this.#touch(key);
    const parts = this.#parts.get(key);
    if (!Array.isArray(parts)) {
      if (parts === part) this.#parts.delete(key);
      return;
    }
    const place = parts.indexOf(part);
    if (place >= 0) parts.splice(place, 1);
    if (parts.length === 1) this.#parts.set(key, parts[0] as EdgePart);
  }

  /** What changed since the last call. Between two steps nothing may be added or removed. */
  *takeChanges(): Steps<EdgeChanges> {
    const pace = new Pace();
    const added: LedgerEdge[] = [];
    const changed: LedgerEdge[] = [];
    const removed: LedgerEdge[] = [];
    for (const [key, before] of this.#before) {
      const after = this.#edge(key);
      if (after && !before) added.push(after);
      else if (before && !after) removed.push(before);
      else if (before && after && !isSame(before, after)) changed.push(after);
      if (pace.turnDue()) yield;
    }
    this.#before.clear();
    return { added, changed, removed };
  }

  #touch(key: string): void {
    if (!this.#before.has(key)) this.#before.set(key, this.#edge(key));
  }

  #edge(key: string): LedgerEdge | null {
    const parts = this.#parts.get(key);
    if (parts === undefined) return null;
    if (!Array.isArray(parts)) return parts;
    // In one order, whoever came first: the sum of fractions depends on it.
    const sorted = parts.toSorted(byOrigin);
    return { ...(sorted[0] as EdgePart), weight: sorted.reduce((sum, { weight }) => sum + weight, 0) };
  }
}

function byOrigin(a: EdgePart, b: EdgePart): number {
  return a.document === b.document ? a.place - b.place : a.document < b.document ? -1 : 1;
}

const isSame = (a: LedgerEdge, b: LedgerEdge): boolean =>
  a.weight === b.weight && a.document === b.document && a.line === b.line && a.text === b.text;

/** With the length in front, no two pairs of ids run together to the same key. */
const edgeKey = ({ source, target, kind }: EdgePart): string => `${kind} ${source.length}:${source}${target}`;

/** An edge as a document has it, between nodes by their ids. */
export interface WrittenEdge {
  readonly source: string;
  readonly target: string;
  /** In any spelling. */
  readonly relation: string;
  /** Whether it has no direction. */
  readonly bothWays: boolean;
}

/**
 * Gives an edge its number and its one direction: `A parent_of B` and `B has_parent A` are the same edge, and so is one
 * without a direction from either end.
 */
export function numberEdge(
  { source, target, relation, bothWays }: WrittenEdge,
  relations: RelationNumbers,
): Pick<EdgePart, 'source' | 'target' | 'kind'> {
  const kind = relations.of(relation, bothWays);
  const inverse = relations.inverseOf(kind);
  const turned = kind === inverse ? target < source : inverse < kind;
  return turned ? { source: target, target: source, kind: inverse } : { source, target, kind };
}
