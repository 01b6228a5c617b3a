/**
 * All relations: those that are always there, and those that the installation's own documents bring along ("employer",
 * "written by"). New ones get their numbers where the knowledge changes and travel with the change, so every thread has
 * the same table.
 */
import { inverseRelation, relation, RELATION_NAMES, type RelationName } from './relations.ts';

/** A relation that a change brings. */
export interface ChangedRelation {
  readonly kind: number;
  readonly name: string;
  /** Number of the relation that leads back; its own when it holds both ways. */
  readonly inverse: number;
}

/** Numbers, names and inverses. Reading costs nothing but an array access. */
export class RelationTable {
  readonly #names: string[] = [...RELATION_NAMES];
  readonly #inverses: number[] = RELATION_NAMES.map((_, kind) => inverseRelation(kind));

  /** One more than the highest number. */
  get size(): number {
    return this.#names.length;
  }

  /** Name of a relation, as in answers and on the wire. Two may have one name: that of a file in which it holds both ways. */
  nameOf(kind: number): string {
    return this.#names[kind] as string;
  }

  inverseOf(kind: number): number {
    return this.#inverses[kind] as number;
  }

  /** Numbers under which a relation of this name is stored, however it is written; none when it is unknown. */
  numbersOf(name: string): number[] {
    const wanted = canonicalRelation(name);
    return this.#names.flatMap((one, kind) => (one === wanted ? [kind] : []));
  }

  /** @throws RangeError when a number is not the next: changes came out of order */
  add(relations: readonly ChangedRelation[]): void {
    for (const { kind, name, inverse } of relations) {
      if (kind !== this.size) throw new RangeError(`relation ${kind} was announced, but ${this.size} is next`);
      this.#names.push(name);
      this.#inverses.push(inverse);
    }
  }

  /** Those that are not always there. */
  added(): ChangedRelation[] {
    return this.#names
      .map((name, kind) => ({ kind, name, inverse: this.inverseOf(kind) }))
      .slice(RELATION_NAMES.length);
  }
}

/** Relations beyond those that are always there. A file in which every edge has a name of its own has sentences, not relations. */
const MAX_ADDED = 4_096;
const MAX_NAME_LENGTH = 64;

/** Gives numbers to relations by their names. The one that does is the one that changes the knowledge. */
export class RelationNumbers {
  readonly #table: RelationTable;
  readonly #known = new Map<string, number>();
  readonly #inverses: number[] = [];
  /** Numbers by what was written, so that a million edges of ten relations cost ten spellings. */
  readonly #written = new Map<string, number>();
  #fresh: ChangedRelation[] = [];

  constructor(table: RelationTable) {
    this.#table = table;
    for (let kind = 0; kind < table.size; kind++) this.#learn(table.nameOf(kind), kind, table.inverseOf(kind));
  }

  /**
   * Number of a relation, a new one where it is needed.
   *
   * @param written in any spelling; empty for an edge of no particular kind
   * @param holdsBothWays whether the edge has no direction
   */
  of(written: string, holdsBothWays: boolean): number {
    const key = keyOf(written, holdsBothWays);
    const remembered = this.#written.get(key);
    if (remembered !== undefined) return remembered;
    if (this.#written.size >= MAX_ADDED) this.#written.clear();
    const kind = this.#find(written, holdsBothWays);
    this.#written.set(key, kind);
    return kind;
  }

  inverseOf(kind: number): number {
    return this.#inverses[kind] as number;
  }

  /** The relations numbered since the last call. */
  takeFresh(): ChangedRelation[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  #find(written: string, holdsBothWays: boolean): number {
    const name = canonicalRelation(written);
    if (name === '') return relation(holdsBothWays ? 'related' : 'links');
    const known = this.#known.get(keyOf(name, holdsBothWays)) ?? this.#symmetricOnly(name);
    return known ?? this.#add(name, holdsBothWays);
  }

  /** `similar` holds both ways, whatever a file says of its edges. */
  #symmetricOnly(name: string): number | undefined {
    return (RELATION_NAMES as readonly string[]).includes(name) ? this.#known.get(keyOf(name, true)) : undefined;
  }

  #add(name: string, holdsBothWays: boolean): number {
    const next = this.#table.size + this.#fresh.length;
    if (next >= RELATION_NAMES.length + MAX_ADDED) return relation(holdsBothWays ? 'related' : 'links');
    const inverse = holdsBothWays ? next : next + 1;
    this.#announce(next, name, inverse);
    if (!holdsBothWays) this.#announce(inverse, inverseName(name), next);
    return next;
  }

  #announce(kind: number, name: string, inverse: number): void {
    this.#fresh.push({ kind, name, inverse });
    this.#learn(name, kind, inverse);
  }

  #learn(name: string, kind: number, inverse: number): void {
    this.#known.set(keyOf(name, kind === inverse), kind);
    this.#inverses[kind] = inverse;
  }
}

const keyOf = (name: string, holdsBothWays: boolean): string => (holdsBothWays ? `=${name}` : `>${name}`);

/** Other ways to write relations that are always there. */
const SYNONYMS: Readonly<Record<string, RelationName>> = {
  is_a: 'hypernym',
  isa: 'hypernym',
  kind_of: 'hypernym',
  type_of: 'hypernym',
  subclass_of: 'hypernym',
  sub_class_of: 'hypernym',
  broader: 'hypernym',
  narrower: 'hyponym',
  superclass_of: 'hyponym',
  has_kind: 'hyponym',
  has_type: 'hyponym',
  has_subclass: 'hyponym',
  has_sub_class: 'hyponym',
  has_superclass: 'hypernym',
  has_part: 'part',
  has_member: 'member',
  has_substance: 'substance',
  has_instance: 'instance',
  see_also: 'also_see',
  link: 'links',
  links_to: 'links',
  linked_to: 'links',
  embed: 'embeds',
  includes: 'contains',
  related_to: 'related',
  has_tag: 'tagged',
};

/**
 * The form under which a relation is stored: `birthPlace`, `Birth place` and `BIRTH_PLACE` are `birth_place`, and
 * `is capital of` is `capital_of`.
 */
export function canonicalRelation(written: string): string {
  const words = written
    .slice(0, 1_000)
    .normalize('NFC')
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1_$2')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '_')
    .replace(/^_|_$/g, '');
  const short = words.slice(0, MAX_NAME_LENGTH).toWellFormed().replace(/_$/, '');
  const name = short.replace(/^(?:(?:is|are|was|were)_)+(?=.*_(?:of|by|in|to|from|with|at|on)$)/, '');
  return Object.hasOwn(SYNONYMS, name) ? (SYNONYMS[name] as string) : name;
}

/** What leads back: `parent_of` and `has_parent` are each other's, and any other is the `inverse_of_` itself. */
function inverseName(name: string): string {
  const of = /^(.+)_of$/.exec(name)?.[1];
  if (of !== undefined && !of.startsWith('inverse')) return `has_${of}`;
  const has = /^has_(.+)$/.exec(name)?.[1];
  if (has !== undefined) return `${has}_of`;
  return /^inverse_of_(.+)$/.exec(name)?.[1] ?? `inverse_of_${name}`;
}
