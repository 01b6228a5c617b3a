/** A table as a graph: each row a node, or each row an edge. */
import { numbered, requireId } from './attribute-names.ts';
import { GraphBuilder } from './builder.ts';
import { type CsvRecord, guessDelimiter, readCsv, writeCsvRecord } from './csv.ts';
import type { FileEdge, FileGraph, FileNode, Steps } from './file-graph.ts';
import { type ColumnOverrides, type ColumnRole, guessTable, type TableGuess } from './table-guess.ts';

/** How to read a table; what is left out is guessed. */
export interface TableOptions {
  readonly delimiter?: string;
  readonly columns?: ColumnOverrides;
}

/** What a table would become, before it is read in whole. */
export interface TablePreview extends TableGuess {
  readonly delimiter: string;
  /** The first rows, without the header. */
  readonly rows: readonly (readonly string[])[];
}

/** Records that the guess looks at. */
const SAMPLE_RECORDS = 200;
const PREVIEW_ROWS = 5;
/** Rows between two steps. */
const ROWS_PER_STEP = 1_000;

/** What a table is taken for. Reads no more of it than the first records. */
export function previewTable(
  text: string,
  { delimiter = guessDelimiter(text), columns }: TableOptions = {},
): TablePreview {
  const records = sample(text, delimiter);
  const guess = guessTable(records, columns);
  return { ...guess, delimiter, rows: records.slice(guess.header ? 1 : 0).slice(0, PREVIEW_ROWS) };
}

function sample(text: string, delimiter: string): (readonly string[])[] {
  const records: (readonly string[])[] = [];
  for (const item of readCsv(text, delimiter)) {
    if ('fields' in item && records.push(item.fields) === SAMPLE_RECORDS) break;
  }
  return records;
}

/**
 * Reads a table. A row with more fields than the table has columns is a problem and left out, unless the surplus is
 * empty; one with fewer has empty fields at its end.
 * @throws CodedError `file_too_large`
 */
export function* readTable(text: string, options: TableOptions = {}): Steps<FileGraph> {
  const { delimiter, header, shape, columns } = previewTable(text, options);
  const builder = new GraphBuilder({ implicitNodes: shape === 'edges' });
  const roles = columns.map(({ role }) => role);
  const names = columns.map(({ name }) => name);
  const toGraph = shape === 'edges' ? new EdgeRows(builder, roles) : new NodeRows(builder, roles, names);
  let isFirst = header;
  let count = 0;
  for (const item of readCsv(text, delimiter)) {
    if (++count % ROWS_PER_STEP === 0) yield;
    if ('reason' in item) builder.problems.add(item.line, item.reason);
    else if (isFirst) isFirst = false;
    else if (item.fields.slice(columns.length).some((field) => field.trim() !== '')) {
      builder.problems.add(item.line, `the row has ${item.fields.length} fields, the table ${columns.length} columns`);
    } else toGraph.add(item);
  }
  return builder.finish();
}

/** Where the columns of a role are. */
const placesOf = (roles: readonly ColumnRole[], role: ColumnRole): number[] =>
  roles.flatMap((one, place) => (one === role ? [place] : []));

class EdgeRows {
  readonly #builder: GraphBuilder;
  readonly #places: Readonly<Record<'source' | 'target' | 'relation' | 'weight' | 'directed', number>>;

  constructor(builder: GraphBuilder, roles: readonly ColumnRole[]) {
    this.#builder = builder;
    const at = (role: ColumnRole): number => roles.indexOf(role);
    this.#places = {
      source: at('source'),
      target: at('target'),
      relation: at('relation'),
      weight: at('weight'),
      directed: at('directed'),
    };
  }

  add({ fields, line, raw }: CsvRecord): void {
    const field = (place: number): string => fields[place]?.trim() ?? '';
    const { source, target, relation, weight, directed } = this.#places;
    const kind = field(relation);
    // Gephi's column "Type" says Directed or Undirected.
    const isType = /^(?:un)?directed$/i.test(kind);
    this.#builder.addEdge({
      source: field(source),
      target: field(target),
      relation: isType ? '' : kind,
      weight: field(weight),
      directed: isType ? !/^un/i.test(kind) : !/^(?:false|no|0|undirected)$/i.test(field(directed)),
      line,
      record: raw,
    });
  }
}

class NodeRows {
  readonly #builder: GraphBuilder;
  readonly #id: number;
  readonly #names: readonly number[];
  readonly #aliases: readonly number[];
  readonly #texts: readonly number[];
  readonly #attributes: readonly (readonly [number, string])[];

  constructor(builder: GraphBuilder, roles: readonly ColumnRole[], names: readonly string[]) {
    this.#builder = builder;
    this.#id = roles.indexOf('id');
    this.#names = placesOf(roles, 'name');
    this.#aliases = placesOf(roles, 'alias');
    this.#texts = placesOf(roles, 'text');
    const others = [...placesOf(roles, 'attribute'), ...placesOf(roles, 'weight'), ...placesOf(roles, 'relation')];
    this.#attributes = others.map((place) => [place, names[place] as string] as const);
  }

  add({ fields, line }: CsvRecord): void {
    const field = (place: number): string => fields[place]?.trim() ?? '';
    const names = [...this.#names.map(field), ...this.#aliases.flatMap((place) => splitList(fields[place] ?? ''))];
    const attributes = new Map<string, string>();
    for (const [place, name] of this.#attributes) if (field(place) !== '') attributes.set(name, field(place));
    const texts = this.#texts.map((place) => fields[place] ?? '').filter((text) => text !== '');
    const id = this.#id >= 0 ? field(this.#id) : (names.find((name) => name !== '') ?? `row ${line}`);
    this.#builder.addNode({ id, names, text: texts.join('\n'), attributes, line });
  }
}

/** Several names in one field: `a|b`, with `\|` for the character itself and `\\` for a backslash. */
function splitList(field: string): string[] {
  const names = field.match(/(?:[^|\\]|\\[^])+/g) ?? [];
  return names.map((name) => name.replace(/\\([|\\])/g, '$1').trim());
}

const joinList = (names: readonly string[]): string => names.map((name) => name.replace(/[|\\]/g, '\\$&')).join('|');

/**
 * Writes the nodes of a graph as a table with the columns id, name, aliases, text, and one for every attribute. No more
 * than one node is held.
 * @param attributes names of all attributes that nodes may have: a table names its columns first
 * @throws RangeError when a node has another one
 */
export function* writeNodeTable(nodes: Iterable<FileNode>, attributes: readonly string[]): Generator<string> {
  const columns = numbered(attributes);
  yield writeCsvRecord(['id', 'name', 'aliases', 'text', ...columns.keys()]);
  for (const node of nodes) {
    for (const key of node.attributes.keys()) requireId(columns, key);
    const [name = '', ...aliases] = node.names;
    yield writeCsvRecord([
      node.id,
      name,
      joinList(aliases),
      node.text,
      ...[...columns.keys()].map((key) => node.attributes.get(key) ?? ''),
    ]);
  }
}

/** Writes the edges of a graph as a table with the columns source, target, relation, weight, directed. */
export function* writeEdgeTable(edges: Iterable<FileEdge>): Generator<string> {
  yield writeCsvRecord(['source', 'target', 'relation', 'weight', 'directed']);
  for (const { source, target, relation, weight, directed } of edges) {
    yield writeCsvRecord([source, target, relation, String(weight), String(directed)]);
  }
}
