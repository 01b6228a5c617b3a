/** GEXF 1.1 to 1.3 (https://gexf.net), as Gephi reads and writes it. */
import { type FoundNode, GraphBuilder, pickValue, sortValues } from './builder.ts';
import { numbered, requireId } from './attribute-names.ts';
import { Defaults, type ElementKind, type ValuedElement } from './defaults.ts';
import type { FileEdge, FileGraph, FileNode, Steps } from './file-graph.ts';
import { escapeXml, readXml, type XmlAttributes, type XmlHandler } from './xml.ts';

interface Attribute {
  readonly id: string;
  readonly title: string;
}

interface OpenElement extends ValuedElement {
  readonly attributes: XmlAttributes;
  readonly given: Set<string>;
}

/**
 * Reads a GEXF file. Times, positions, colours and sizes are left out; nodes within nodes are read as part of the whole.
 * @throws CodedError `file_malformed`, `file_too_large`
 */
export function* readGexf(text: string): Steps<FileGraph> {
  const reader = new GexfReader();
  yield* readXml(text, reader);
  return reader.builder.finish();
}

class GexfReader implements XmlHandler {
  readonly builder = new GraphBuilder({ implicitNodes: false });
  readonly #attributes = { node: new Map<string, Attribute>(), edge: new Map<string, Attribute>() };
  readonly #defaults = new Defaults();
  readonly #open: OpenElement[] = [];
  #class: ElementKind = 'node';
  #attribute: Attribute | null = null;
  #directed = false;

  open(name: string, attributes: XmlAttributes, line: number): void {
    switch (name) {
      case 'graph':
        this.#directed = attributes['defaultedgetype'] === 'directed';
        return;
      case 'attributes':
        this.#class = attributes['class'] === 'edge' ? 'edge' : 'node';
        return;
      case 'attribute':
        return this.#openAttribute(attributes);
      case 'node':
      case 'edge':
        return void this.#open.push({ kind: name, attributes, line, values: [], given: new Set() });
      case 'attvalue':
        return this.#addValue(attributes);
      default:
    }
  }

  close(name: string, text: string): void {
    if (name === 'default' && this.#attribute) {
      const { id, title } = this.#attribute;
      this.#defaults.set([this.#class], id, title, text);
    } else if (name === 'attribute') this.#attribute = null;
    else if (name === 'node' || name === 'edge') this.#finish();
  }

  #openAttribute(attributes: XmlAttributes): void {
    const id = attributes['id'] ?? '';
    this.#attribute = { id, title: attributes['title'] ?? id };
    this.#attributes[this.#class].set(id, this.#attribute);
    this.#defaults.forget([this.#class], id);
  }

  #addValue(attributes: XmlAttributes): void {
    const element = this.#open.at(-1);
    // GEXF 1.1 calls it "id".
    const id = attributes['for'] ?? attributes['id'] ?? '';
    if (!element || id === '') return;
    element.values.push([this.#attributes[element.kind].get(id)?.title ?? id, attributes['value'] ?? '']);
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
    const type = attributes['type'];
    const relation = attributes['kind'] ?? attributes['label'] ?? pickValue(values, 'relation');
    this.builder.addEdge({
      source,
      target,
      relation,
      weight: attributes['weight'] ?? pickValue(values, 'weight'),
      directed: type === undefined ? this.#directed : type !== 'undirected' && type !== 'mutual',
      line,
      record: `${source} ${relation || '-'} ${target}`,
    });
  }
}

function toNode({ attributes, line, values }: OpenElement): FoundNode {
  const label = attributes['label'];
  const named: [string, string][] = label === undefined ? values : [['label', label], ...values];
  return { id: attributes['id'] ?? '', ...sortValues(named), line };
}

/**
 * Writes a graph as GEXF 1.3, piece by piece: no more than one node or edge is held.
 * @param attributes names of all attributes that nodes may have: a file names them before its nodes
 * @throws RangeError when a node has another one
 */
export function* writeGexf(
  nodes: Iterable<FileNode>,
  edges: Iterable<FileEdge>,
  attributes: readonly string[],
): Generator<string> {
  const titles = new Map<string, string>([
    ['alias', 'alias'],
    ['text', 'text'],
  ]);
  const ids = numbered(attributes);
  for (const [name, id] of ids) titles.set(id, name);
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="http://gexf.net/1.3" version="1.3">\n';
  yield '<graph defaultedgetype="directed">\n<attributes class="node">\n';
  for (const [id, title] of titles) yield `<attribute id="${id}" title="${escapeXml(title)}" type="string"/>\n`;
  yield '</attributes>\n<nodes>\n';
  for (const node of nodes) yield writeNode(node, ids);
  yield '</nodes>\n<edges>\n';
  let number = 0;
  for (const edge of edges) yield writeEdge(edge, number++);
  yield '</edges>\n</graph>\n</gexf>\n';
}

const value = (id: string, text: string): string => `<attvalue for="${id}" value="${escapeXml(text)}"/>`;

function writeNode({ id, names, text, attributes }: FileNode, ids: ReadonlyMap<string, string>): string {
  const [label, ...aliases] = names;
  const values = [
    ...aliases.map((alias) => value('alias', alias)),
    ...(text === '' ? [] : [value('text', text)]),
    ...[...attributes].map(([name, written]) => value(requireId(ids, name), written)),
  ];
  const named = label === undefined ? '' : ` label="${escapeXml(label)}"`;
  return `<node id="${escapeXml(id)}"${named}><attvalues>${values.join('')}</attvalues></node>\n`;
}

function writeEdge({ source, target, relation, weight, directed }: FileEdge, number: number): string {
  const kind = relation === '' ? '' : ` kind="${escapeXml(relation)}"`;
  const type = directed ? 'directed' : 'undirected';
  const ends = `source="${escapeXml(source)}" target="${escapeXml(target)}"`;
  return `<edge id="${number}" ${ends} type="${type}"${kind}${weight === 1 ? '' : ` weight="${weight}"`}/>\n`;
}
