/**
 * Kinds of edges that are always there. A relation is stored as its number, one byte an arc; each knows its inverse.
 * Those that documents bring along get the numbers behind these; see `relation-table.ts`.
 */

interface Relation {
  readonly name: string;
  readonly inverse: string;
}

const TABLE = [
  { name: 'hypernym', inverse: 'hyponym' },
  { name: 'hyponym', inverse: 'hypernym' },
  { name: 'instance_of', inverse: 'instance' },
  { name: 'instance', inverse: 'instance_of' },
  { name: 'member_of', inverse: 'member' },
  { name: 'member', inverse: 'member_of' },
  { name: 'substance_of', inverse: 'substance' },
  { name: 'substance', inverse: 'substance_of' },
  { name: 'part_of', inverse: 'part' },
  { name: 'part', inverse: 'part_of' },
  { name: 'antonym', inverse: 'antonym' },
  { name: 'similar', inverse: 'similar' },
  { name: 'also_see', inverse: 'also_see' },
  { name: 'attribute', inverse: 'attribute' },
  { name: 'derivation', inverse: 'derivation' },
  { name: 'pertains_to', inverse: 'pertained_by' },
  { name: 'pertained_by', inverse: 'pertains_to' },
  { name: 'participle_of', inverse: 'participle' },
  { name: 'participle', inverse: 'participle_of' },
  { name: 'entails', inverse: 'entailed_by' },
  { name: 'entailed_by', inverse: 'entails' },
  { name: 'causes', inverse: 'caused_by' },
  { name: 'caused_by', inverse: 'causes' },
  { name: 'verb_group', inverse: 'verb_group' },
  { name: 'in_domain', inverse: 'domain_of' },
  { name: 'domain_of', inverse: 'in_domain' },
  { name: 'contains', inverse: 'contained_in' },
  { name: 'contained_in', inverse: 'contains' },
  { name: 'links', inverse: 'linked_from' },
  { name: 'linked_from', inverse: 'links' },
  { name: 'embeds', inverse: 'embedded_in' },
  { name: 'embedded_in', inverse: 'embeds' },
  { name: 'tagged', inverse: 'tag_of' },
  { name: 'tag_of', inverse: 'tagged' },
  { name: 'same_as', inverse: 'same_as' },
  { name: 'related', inverse: 'related' },
] as const satisfies readonly Relation[];

/** Name of a relation, as in answers and on the wire. */
export type RelationName = (typeof TABLE)[number]['name'];

const numberOf = new Map<string, number>(TABLE.map(({ name }, index) => [name, index]));
const inverses = TABLE.map(({ inverse }) => numberOf.get(inverse) as number);

/** All of these names; the index is the relation's number. */
export const RELATION_NAMES: readonly RelationName[] = TABLE.map(({ name }) => name);

/** Number of one of these relations. */
export function relation(name: RelationName): number {
  return numberOf.get(name) as number;
}

/** Number of the one of these that leads back. */
export function inverseRelation(kind: number): number {
  return inverses[kind] as number;
}
