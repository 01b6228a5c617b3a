/** What the columns of a table mean, guessed from their names and values; every guess can be overridden. */
import { meaningRank } from './builder.ts';

/** What a column is for. */
export const COLUMN_ROLES = [
  'id',
  'name',
  'alias',
  'text',
  'source',
  'target',
  'relation',
  'weight',
  'directed',
  'attribute',
  'ignored',
] as const;
export type ColumnRole = (typeof COLUMN_ROLES)[number];

/** What its values look like. */
type ColumnKind = 'empty' | 'number' | 'date' | 'text';

/** One column of a table. */
export interface TableColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly role: ColumnRole;
}

/** How a table is read. */
export interface TableGuess {
  /** Each row an edge, or each row a node. */
  readonly shape: 'edges' | 'rows';
  /** Whether the first record names the columns. */
  readonly header: boolean;
  readonly columns: readonly TableColumn[];
}

/** Roles that somebody has set by hand, by column name (any case) or number from 1. */
export type ColumnOverrides = Readonly<Partial<Record<ColumnRole, string>>>;

/**
 * Guesses from the first records.
 * @param records the first one may be a header
 */
export function guessTable(records: readonly (readonly string[])[], overrides: ColumnOverrides = {}): TableGuess {
  const width = widthOf(records);
  const header = hasHeader(records, width);
  const rows = header ? records.slice(1) : records;
  const columns = Array.from({ length: width }, (_, column) => {
    const values = rows.map((row) => (row[column] ?? '').trim()).filter((value) => value !== '');
    const name = header ? (records[0]?.[column] ?? '').trim() : '';
    return { name: name === '' ? `column ${column + 1}` : name, kind: kindOf(values), values };
  });
  const roles = assignRoles(columns, header, overrides);
  return {
    shape: roles.includes('source') && roles.includes('target') ? 'edges' : 'rows',
    header,
    columns: columns.map(({ name, kind }, column) => ({ name, kind, role: roles[column] as ColumnRole })),
  };
}

interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Those of the sample that are not empty. */
  readonly values: readonly string[];
}

/** The most frequent width: a ragged record must not make a column. */
function widthOf(records: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of records) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 0;
}

const NUMBER = /^[-+]?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:e[-+]?\d+)?$/i;
const DATE = /^\d{4}-\d{1,2}(?:-\d{1,2})?(?:[T ].*)?$|^\d{1,2}[./]\d{1,2}[./]\d{2,4}$/;

function kindOf(values: readonly string[]): ColumnKind {
  if (values.length === 0) return 'empty';
  if (values.every((value) => NUMBER.test(value))) return 'number';
  return values.every((value) => DATE.test(value)) ? 'date' : 'text';
}

/** Names are distinct words, not values; and a column of numbers under a word gives it away. */
function hasHeader(records: readonly (readonly string[])[], width: number): boolean {
  const [first, ...rows] = records;
  if (!first || first.length !== width) return false;
  const names = first.map((name) => name.trim());
  const known = names.filter((name) => rankOf(name) !== null).length;
  if (known >= 2) return true;
  if (names.some((name) => NUMBER.test(name) || DATE.test(name)) || new Set(names).size < names.length) return false;
  if (names.every((name) => name === '') || rows.length === 0) return known > 0;
  if (known > 0) return true;
  const typed = names.some((_, column) => {
    const kind = kindOf(rows.map((row) => (row[column] ?? '').trim()).filter((value) => value !== ''));
    return kind === 'number' || kind === 'date';
  });
  // Without another sign: three columns and more have a header as a rule, short names that do not come again.
  const repeated = names.some((name, column) => name !== '' && rows.some((row) => row[column]?.trim() === name));
  return typed || (width >= 2 && !repeated && names.every((name) => name.length <= 40 && name !== ''));
}

const SOURCE = new Set([
  'source',
  'src',
  'from',
  'subject',
  'start',
  'head',
  'startid',
  'fromid',
  'sourceid',
  'node1',
  'entity1',
]);
const TARGET = new Set([
  'target',
  'dst',
  'dest',
  'to',
  'object',
  'end',
  'tail',
  'endid',
  'toid',
  'targetid',
  'node2',
  'entity2',
]);
const ID = new Set(['id', 'key', 'uuid', 'identifier', 'nodeid', 'code', 'iri', 'uri']);

const fold = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** Role that a name alone suggests; null for none. */
function rankOf(name: string): ColumnRole | null {
  const folded = fold(name);
  if (SOURCE.has(folded)) return 'source';
  if (TARGET.has(folded)) return 'target';
  if (ID.has(folded)) return 'id';
  for (const role of ['name', 'alias', 'text'] as const) if (meaningRank(name, role) >= 0) return role;
  return null;
}

function assignRoles(columns: readonly Column[], header: boolean, overrides: ColumnOverrides): ColumnRole[] {
  const roles = columns.map((): ColumnRole => 'attribute');
  const set = new Set<number>();
  for (const [role, wanted] of Object.entries(overrides)) {
    for (const one of wanted.split('|')) {
      const column = columnNamed(columns, one);
      if (column >= 0) {
        roles[column] = role as ColumnRole;
        set.add(column);
      }
    }
  }
  const guessed = header ? rolesByName(columns) : rolesByPlace(columns);
  const taken = new Set(Object.keys(overrides));
  guessed.forEach((role, column) => {
    if (!set.has(column) && !taken.has(role)) roles[column] = role;
  });
  return withNames(columns, roles, set);
}

function columnNamed(columns: readonly Column[], wanted: string): number {
  const byName = columns.findIndex(({ name }) => name.toLowerCase() === wanted.trim().toLowerCase());
  const number = Number(wanted);
  return byName >= 0 ? byName : Number.isInteger(number) && number >= 1 && number <= columns.length ? number - 1 : -1;
}

function rolesByName(columns: readonly Column[]): ColumnRole[] {
  const roles = columns.map(({ name }) => rankOf(name) ?? 'attribute');
  const isEdges = roles.includes('source') && roles.includes('target');
  const seen = new Set<ColumnRole>();
  return columns.map(({ name }, column): ColumnRole => {
    let role = roles[column] as ColumnRole;
    if (isEdges) role = edgeRole(name, role);
    else if (role === 'source' || role === 'target') role = 'attribute';
    if (role === 'alias' || role === 'attribute') return role;
    // Of two columns with one role the first has it.
    if (seen.has(role)) return isEdges ? 'attribute' : role === 'name' ? 'alias' : 'attribute';
    seen.add(role);
    return role;
  });
}

/** In a table of edges, `type` and `label` name the relation, and `count` its weight. */
function edgeRole(name: string, role: ColumnRole): ColumnRole {
  if (role === 'source' || role === 'target') return role;
  if (fold(name) === 'type') return 'relation';
  for (const other of ['relation', 'weight', 'directed'] as const) if (meaningRank(name, other) >= 0) return other;
  return role === 'id' ? 'ignored' : 'attribute';
}

/** Without names: two columns, or three whose last is a number or whose middle repeats itself, are edges. */
function rolesByPlace(columns: readonly Column[]): ColumnRole[] {
  const [first, second, third] = columns;
  if (columns.length === 2 && first?.kind === second?.kind && (second?.values.every(isShort) ?? false))
    return ['source', 'target'];
  if (columns.length !== 3 || !first || !second || !third) return columns.map(() => 'attribute');
  if (third.kind === 'number' && first.kind === second.kind) return ['source', 'target', 'weight'];
  const repeats = new Set(second.values).size <= Math.max(1, second.values.length / 2);
  if (repeats && second.kind === 'text' && third.values.every(isShort)) return ['source', 'relation', 'target'];
  return columns.map(() => 'attribute');
}

const isShort = (value: string): boolean => value.length <= 80;

/** A row without a name is no use: the first column of text whose values are short and distinct names it. */
function withNames(columns: readonly Column[], roles: ColumnRole[], set: ReadonlySet<number>): ColumnRole[] {
  if (roles.includes('name') || (roles.includes('source') && roles.includes('target'))) return roles;
  const fits = ({ kind, values }: Column, column: number): boolean =>
    roles[column] === 'attribute' && !set.has(column) && kind === 'text' && values.every(isShort) && isDistinct(values);
  const column = columns.findIndex(fits);
  if (column >= 0) roles[column] = 'name';
  return roles;
}

const isDistinct = (values: readonly string[]): boolean =>
  values.length > 0 && new Set(values).size >= values.length * 0.9;
