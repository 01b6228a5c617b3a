/** GraphML (http://graphml.graphdrawing.org/specification.html): nodes, edges and their data; also as yEd writes it. */
import { type FoundNode, GraphBuilder, pickValue, sortValues } from './builder.ts';
import { numbered, requireId } from './attribute-names.ts';
import { Defaults, type ElementKind, type ValuedElement } from './defaults.ts';
import type { FileEdge, FileGraph, FileNode, Steps } from './file-graph.ts';
import { escapeXml, readXml, type XmlAttributes, type XmlHandler } from './xml.ts';

interface Key {
  readonly id: string;
  readonly name: string;
  /** What it is for: nodes, edges, both, or neither (it is for the graph then). */
  readonly kinds: readonly ElementKind[];
}

interface OpenElement extends ValuedElement {
  readonly attributes: XmlAttributes;
  readonly given: Set<string>;
}

/**
 * Reads a GraphML file. Hyperedges and ports are left out; a graph within a node is read as part of the whole.
 * @throws CodedError `file_malformed`, `file_too_large`
 */
export function* readGraphml(text: string): Steps<FileGraph> {
  const reader = new GraphmlReader();
  yield* readXml(text, reader);
  return reader.builder.finish();
}

class GraphmlReader implements XmlHandler {
  readonly builder = new GraphBuilder({ implicitNodes: false });
  readonly #keys = new Map<string, Key>();
  readonly #defaults = new Defaults();
  readonly #open: OpenElement[] = [];
  readonly #directed: boolean[] = [];
  #key: Key | null = null;
  #dataKey: string | null = null;

  open(name: string, attributes: XmlAttributes, line: number): void {
    switch (name) {
      case 'key':
        return this.#openKey(attributes);
      case 'graph':
        return void this.#directed.push(attributes['edgedefault'] !== 'undirected');
      case 'node':
      case 'edge':
        return void this.#open.push({ kind: name, attributes, line, values: [], given: new Set() });
      case 'data':
        this.#dataKey = attributes['key'] ?? null;
        return;
      case 'hyperedge':
        return this.builder.problems.add(line, 'a hyperedge is left out');
      default:
    }
  }

  close(name: string, text: string): void {
    if (name === 'key') this.#key = null;
    else if (name === 'default' && this.#key) this.#defaults.set(this.#key.kinds, this.#key.id, this.#key.name, text);
    else if (name === 'graph') this.#directed.pop();
    else if (name === 'data') this.#closeData(text);
    // In yEd's files the label lies deep in the data of a node or edge.
    else if (name === 'NodeLabel' || name === 'EdgeLabel') this.#open.at(-1)?.values.push(['label', text.trim()]);
    else if (name === 'node' || name === 'edge') this.#finish();
  }

  #openKey(attributes: XmlAttributes): void {
    const id = attributes['id'] ?? '';
    const domain = attributes['for'] ?? 'all';
    const kinds = (['node', 'edge'] as const).filter((kind) => domain === kind || domain === 'all');
    this.#key = { id, name: attributes['attr.name'] ?? id, kinds };
    this.#keys.set(id, this.#key);
    this.#defaults.forget(['node', 'edge'], id);
  }

  #closeData(text: string): void {
    const id = this.#dataKey;
    this.#dataKey = null;
    const element = this.#open.at(-1);
    if (id === null || !element || (text.trim() === '' && this.#keys.get(id)?.name === undefined)) return;
    element.values.push([this.#keys.get(id)?.name ?? id, text]);
    element.given.add(id);
  }

  #finish(): void {
    const element = this.#open.pop();
    if (!element) return;
    this.#defaults.addTo(element);
    if (element.kind === 'node') this.builder.addNode(toNode(element));
    else this.#addEdge(element);
  }

  #addEdge({ attributes, line, values }: OpenElement): void {
    const [source, target] = [attributes['source'] ?? '', attributes['target'] ?? ''];
    const directed = attributes['directed'];
    const relation = pickValue(values, 'relation');
    this.builder.addEdge({
      source,
      target,
      relation,
      weight: pickValue(values, 'weight'),
      directed: directed === undefined ? (this.#directed.at(-1) ?? true) : directed !== 'false',
      line,
      record: `${source} ${relation || '-'} ${target}`,
    });
  }
}

function toNode({ attributes, line, values }: OpenElement): FoundNode {
  return { id: attributes['id'] ?? '', ...sortValues(values), line };
}

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="label" for="node" attr.name="label" attr.type="string"/>
<key id="alias" for="node" attr.name="alias" attr.type="string"/>
<key id="text" for="node" attr.name="text" attr.type="string"/>
<key id="relation" for="edge" attr.name="relation" attr.type="string"/>
<key id="weight" for="edge" attr.name="weight" attr.type="double"/>
`;

/**
 * Writes a graph as GraphML, piece by piece: no more than one node or edge is held. Attributes become keys of their own.
 * @param attributes names of all attributes that nodes may have: a file names them before its nodes
 * @throws RangeError when a node has another one
 */
export function* writeGraphml(
  nodes: Iterable<FileNode>,
  edges: Iterable<FileEdge>,
  attributes: readonly string[],
): Generator<string> {
  yield HEAD;
  const keys = numbered(attributes);
  for (const [name, id] of keys)
    yield `<key id="${id}" for="node" attr.name="${escapeXml(name)}" attr.type="string"/>\n`;
  yield '<graph edgedefault="directed">\n';
  for (const node of nodes) yield writeNode(node, keys);
  for (const edge of edges) yield writeEdge(edge);
  yield '</graph>\n</graphml>\n';
}

const data = (key: string, value: string): string => `<data key="${key}">${escapeXml(value)}</data>`;

function writeNode({ id, names, text, attributes }: FileNode, keys: ReadonlyMap<string, string>): string {
  const values = [
    ...names.map((name, place) => data(place === 0 ? 'label' : 'alias', name)),
    ...(text === '' ? [] : [data('text', text)]),
    ...[...attributes].map(([name, value]) => data(requireId(keys, name), value)),
  ];
  return `<node id="${escapeXml(id)}">${values.join('')}</node>\n`;
}

function writeEdge({ source, target, relation, weight, directed }: FileEdge): string {
  const values = [
    ...(relation === '' ? [] : [data('relation', relation)]),
    ...(weight === 1 ? [] : [data('weight', String(weight))]),
  ];
  const ends = `source="${escapeXml(source)}" target="${escapeXml(target)}"`;
  return `<edge ${ends}${directed ? '' : ' directed="false"'}>${values.join('')}</edge>\n`;
}
