/**
 * Graphs as JSON. Understood: node-link (NetworkX, D3), graphology, Cytoscape, JSON Graph Format, JSON Canvas; and a list
 * of records, one JSON value in all or one a line (JSONL): records with two ends are edges, others are nodes.
 */
import { GraphBuilder, type Meaning, meaningRank, pickValue, shorten, sortValues } from './builder.ts';
import { type FileEdge, fileError, type FileGraph, type FileNode, recordOf, type Steps } from './file-graph.ts';

type JsonObject = Readonly<Record<string, unknown>>;

const RECORDS_PER_STEP = 500;

/**
 * Reads one JSON value.
 * @throws CodedError `file_malformed` with the line where it stops being JSON, or when it holds no graph and no records;
 *   `file_too_large`
 */
export function* readJson(text: string): Steps<FileGraph> {
  const value = parse(text);
  if (Array.isArray(value)) return yield* readRecords(value);
  const graph = graphOf(value);
  if (!graph) {
    throw fileError('file_malformed', {
      line: 1,
      reason: 'this JSON has neither "nodes" with "edges" or "links", nor is it a list',
    });
  }
  return yield* readGraph(graph);
}

/** Reads one JSON value a line; a line that is none is a problem and left out. */
export function* readJsonLines(text: string): Steps<FileGraph> {
  const builder = new GraphBuilder({ implicitNodes: true });
  const records = new RecordReader(builder, true);
  let line = 0;
  for (let from = 0; from < text.length;) {
    if (++line % RECORDS_PER_STEP === 0) yield;
    const end = text.indexOf('\n', from);
    const written = text.slice(from, end === -1 ? text.length : end).trim();
    from = end === -1 ? text.length : end + 1;
    if (written === '') continue;
    try {
      records.add(JSON.parse(written.replace(/^\uFEFF/, '')), line);
    } catch (failure) {
      if (!(failure instanceof SyntaxError)) throw failure;
      builder.problems.add(line, `the line is not JSON (${reasonOf(failure)}); it is left out`);
    }
  }
  return builder.finish();
}

function* readRecords(values: readonly unknown[]): Steps<FileGraph> {
  const builder = new GraphBuilder({ implicitNodes: true });
  const records = new RecordReader(builder, true);
  for (let place = 0; place < values.length; place++) {
    if (place % RECORDS_PER_STEP === 0) yield;
    records.add(values[place], null, place + 1);
  }
  return builder.finish();
}

interface Graph {
  readonly nodes: readonly unknown[];
  readonly edges: readonly unknown[];
  readonly directed: boolean;
}

function* readGraph({ nodes, edges, directed }: Graph): Steps<FileGraph> {
  const builder = new GraphBuilder({ implicitNodes: nodes.length === 0 });
  const records = new RecordReader(builder, directed);
  for (let place = 0; place < nodes.length; place++) {
    if (place % RECORDS_PER_STEP === 0) yield;
    records.addNode(nodes[place], null, place + 1);
  }
  for (let place = 0; place < edges.length; place++) {
    if (place % RECORDS_PER_STEP === 0) yield;
    records.addEdge(edges[place], null, place + 1);
  }
  return builder.finish();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (failure) {
    if (!(failure instanceof SyntaxError)) throw failure;
    throw fileError('file_malformed', { line: lineOf(failure, text), reason: `not JSON: ${reasonOf(failure)}` });
  }
}

const reasonOf = ({ message }: SyntaxError): string => shorten(message.replace(/ in JSON.*| \(line.*|, "?.*$/s, ''));

function lineOf({ message }: SyntaxError, text: string): number {
  const position = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < position; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function graphOf(value: unknown): Graph | null {
  if (!isObject(value)) return null;
  const inner = [value['elements'], value['graph'], value].find((one) => isObject(one) && 'nodes' in one) as
    | JsonObject
    | undefined;
  if (!inner) return null;
  const edges = inner['edges'] ?? inner['links'] ?? inner['relationships'];
  const directed = [
    inner['directed'],
    value['directed'],
    isObject(value['options']) ? value['options']['type'] : undefined,
  ];
  return {
    nodes: listOf(inner['nodes']),
    edges: listOf(edges),
    directed: !directed.some((one) => one === false || one === 'undirected'),
  };
}

/** JSON Graph Format keeps its nodes by id. */
function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (!isObject(value)) return [];
  return Object.entries(value).map(([id, node]) => (isObject(node) ? { id, ...node } : { id, label: node }));
}

const ID_KEYS = ['id', 'key', '_id', '@id', 'uuid', 'identifier'];
const SOURCE_KEYS = ['source', 'from', 'subject', 'start', 'fromNode', 'head', 'src'];
const TARGET_KEYS = ['target', 'to', 'object', 'end', 'toNode', 'tail', 'dst'];
/** Objects within a record that hold its values. */
const NESTED = ['data', 'attributes', 'properties', 'metadata'];
const NOT_VALUES = new Set([...ID_KEYS, ...SOURCE_KEYS, ...TARGET_KEYS, ...NESTED]);

class RecordReader {
  readonly #builder: GraphBuilder;
  readonly #directed: boolean;
  /** Ids by place, for files whose edges count the nodes. */
  readonly #byPlace: string[] = [];
  #hasIds = true;

  constructor(builder: GraphBuilder, directed: boolean) {
    this.#builder = builder;
    this.#directed = directed;
  }

  add(value: unknown, line: number | null, place = line ?? 0): void {
    const flat = isObject(value) ? flatten(value) : null;
    const isEdge = flat !== null && scalarAt(flat, SOURCE_KEYS) !== '' && scalarAt(flat, TARGET_KEYS) !== '';
    if (isEdge) this.addEdge(value, line, place);
    else this.addNode(value, line, place);
  }

  addNode(value: unknown, line: number | null, place: number): void {
    const record = isObject(value) ? flatten(value) : { id: scalar(value) };
    if (!isObject(value) && record['id'] === '')
      return this.#builder.problems.add(line, `record ${place} is no object`);
    const values = valuesOf(record, ['source', 'target', 'from', 'to', 'start', 'end', 'subject', 'object']);
    const sorted = sortValues(values);
    const given = scalarAt(record, ID_KEYS);
    if (given === '') this.#hasIds = false;
    const id = given !== '' ? given : (sorted.names.find((name) => name !== '') ?? String(place));
    this.#byPlace.push(id);
    this.#builder.addNode({ id, ...sorted, line });
  }

  addEdge(value: unknown, line: number | null, place: number): void {
    if (!isObject(value)) return this.#builder.problems.add(line, `edge ${place} is no object`);
    const record = flatten(value);
    const values = valuesOf(record, []);
    const own = record['directed'] ?? record['undirected'];
    const undirected = own === false || own === 'false' || record['undirected'] === true;
    this.#builder.addEdge({
      source: this.#end(record, SOURCE_KEYS),
      target: this.#end(record, TARGET_KEYS),
      relation: pickValue(values, 'relation'),
      weight: pickValue(values, 'weight'),
      directed: own === undefined ? this.#directed : !undirected,
      line,
      record: recordOf(stringify(value)),
    });
  }

  #end(record: JsonObject, keys: readonly string[]): string {
    const value = keys.map((key) => record[key]).find((one) => one !== undefined);
    // D3 replaces an id by the node itself; its earlier versions counted the nodes.
    if (isObject(value)) return scalarAt(flatten(value), ID_KEYS);
    if (typeof value === 'number' && !this.#hasIds) return this.#byPlace[value] ?? String(value);
    return scalar(value);
  }
}

/** A record with the values of the objects that only hold values. Its own win. */
function flatten(value: JsonObject): JsonObject {
  const nested = NESTED.map((key) => value[key]).filter(isObject);
  return nested.length === 0 ? value : Object.assign(Object.create(null) as JsonObject, ...nested, value);
}

function scalarAt(record: JsonObject, keys: readonly string[]): string {
  for (const key of keys) {
    const value = scalar(record[key]);
    if (value !== '') return value;
  }
  return '';
}

/** Texts, numbers and truth values as text; anything else is no value. */
function scalar(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function valuesOf(record: JsonObject, also: readonly string[]): [string, string][] {
  const values: [string, string][] = [];
  for (const [key, value] of Object.entries(record)) {
    if (NOT_VALUES.has(key) && !also.includes(key)) continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      const text = scalar(one);
      if (text !== '') values.push([key, text]);
    }
  }
  return values;
}

/** A value nested a hundred thousand deep can be parsed, but not be written again. */
function stringify(value: JsonObject): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '';
  }
}

/** Values of these names are not written as attributes: reading would take them for something else. */
export const isReservedName = (name: string): boolean =>
  NOT_VALUES.has(name) || (['name', 'alias', 'text'] as Meaning[]).some((meaning) => meaningRank(name, meaning) >= 0);

/** Writes a graph as node-link JSON, piece by piece. */
export function* writeJson(nodes: Iterable<FileNode>, edges: Iterable<FileEdge>): Generator<string> {
  yield '{"directed":true,"multigraph":true,"graph":{},"nodes":[';
  yield* commas(nodes, ({ id, names, text, attributes }) => ({
    id,
    ...(names.length > 0 ? { label: names[0] } : {}),
    ...(names.length > 1 ? { aliases: names.slice(1) } : {}),
    ...(text === '' ? {} : { text }),
    ...(attributes.size === 0 ? {} : { attributes: Object.fromEntries(attributes) }),
  }));
  yield '\n],"links":[';
  yield* commas(edges, ({ source, target, relation, weight, directed }) => ({
    source,
    target,
    ...(relation === '' ? {} : { relation }),
    ...(weight === 1 ? {} : { weight }),
    ...(directed ? {} : { directed }),
  }));
  yield '\n]}\n';
}

function* commas<Item>(items: Iterable<Item>, toValue: (item: Item) => object): Generator<string> {
  let before = '\n';
  for (const item of items) {
    yield before + JSON.stringify(toValue(item));
    before = ',\n';
  }
}
