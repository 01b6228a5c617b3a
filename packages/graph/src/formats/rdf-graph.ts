/**
 * Statements of RDF as a graph: what has an IRI is a node; labels become its names, comments its text, other literals
 * its attributes, and statements between two nodes its edges, under relation names that other formats use too.
 */
import { GraphBuilder } from './builder.ts';
import type { FileEdge, FileGraph, FileNode, ProblemList } from './file-graph.ts';

/** A term of a statement. */
export type RdfTerm =
  | { readonly kind: 'iri'; readonly value: string }
  | { readonly kind: 'blank'; readonly value: string }
  /** `language`: a tag such as `en`, or an empty string. */
  | { readonly kind: 'literal'; readonly value: string; readonly language: string };

/** A statement. */
export interface Triple {
  readonly subject: RdfTerm;
  readonly predicate: string;
  readonly object: RdfTerm;
}

const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
const RDFS = 'http://www.w3.org/2000/01/rdf-schema#';
const OWL = 'http://www.w3.org/2002/07/owl#';
const SKOS = 'http://www.w3.org/2004/02/skos/core#';
const FOAF = 'http://xmlns.com/foaf/0.1/';
const DC = 'http://purl.org/dc/elements/1.1/';
const DCTERMS = 'http://purl.org/dc/terms/';
const SCHEMA = ['http://schema.org/', 'https://schema.org/'] as const;
/** What is ours: ids, relations and attributes that are no IRIs of their own. */
const OWN = 'urn:vortexflow:';

const everySchema = (name: string): string[] => SCHEMA.map((base) => base + name);

/** Predicates whose literals are names, best first. */
const NAMES = [
  SKOS + 'prefLabel',
  RDFS + 'label',
  FOAF + 'name',
  ...everySchema('name'),
  DCTERMS + 'title',
  DC + 'title',
  SKOS + 'altLabel',
  ...everySchema('alternateName'),
  SKOS + 'hiddenLabel',
];
const TEXTS = [
  SKOS + 'definition',
  DCTERMS + 'description',
  DC + 'description',
  ...everySchema('description'),
  DCTERMS + 'abstract',
  RDFS + 'comment',
  SKOS + 'scopeNote',
  SKOS + 'note',
];

/** Predicates that say what a relation of WordNet says. */
const RELATIONS: ReadonlyMap<string, string> = new Map([
  [RDFS + 'subClassOf', 'hypernym'],
  [SKOS + 'broader', 'hypernym'],
  [SKOS + 'narrower', 'hyponym'],
  [RDF + 'type', 'instance_of'],
  [DCTERMS + 'isPartOf', 'part_of'],
  [DCTERMS + 'hasPart', 'part'],
  ...SCHEMA.flatMap((base): [string, string][] => [
    [base + 'isPartOf', 'part_of'],
    [base + 'hasPart', 'part'],
    [base + 'memberOf', 'member_of'],
    [base + 'member', 'member'],
  ]),
  [RDFS + 'seeAlso', 'also_see'],
  [SKOS + 'related', 'also_see'],
  [OWL + 'sameAs', 'same_as'],
  [SKOS + 'exactMatch', 'same_as'],
  [OWL + 'equivalentClass', 'same_as'],
]);
/** These hold both ways. */
const SYMMETRIC: ReadonlySet<string> = new Set(['also_see', 'same_as']);
/** That something is a class or a property of an ontology is nothing that a reader of the graph wants to see. */
const isOntology = (iri: string): boolean => [RDF, RDFS, OWL, SKOS].some((base) => iri.startsWith(base));

const NAME_RANK = new Map(NAMES.map((iri, rank) => [iri, rank]));
const TEXT_RANK = new Map(TEXTS.map((iri, rank) => [iri, rank]));
const STATEMENT: readonly string[] = ['subject', 'predicate', 'object'].map((part) => RDF + part);

interface Found {
  readonly names: Ranked[];
  readonly texts: Ranked[];
  readonly attributes: Map<string, string>;
  readonly line: number;
}

interface Ranked {
  readonly rank: number;
  readonly value: string;
}

interface FoundStatement {
  readonly source: string;
  readonly predicate: string;
  readonly target: string;
  readonly line: number;
  readonly record: string;
}

/** Collects statements in any order. */
export class RdfGraph {
  readonly #problems: ProblemList;
  readonly #nodes = new Map<string, Found>();
  readonly #statements: FoundStatement[] = [];
  /** Reified statements by their own node: what is said of an edge. */
  readonly #reified = new Map<string, Map<string, string>>();

  constructor(problems: ProblemList) {
    this.#problems = problems;
  }

  /** @param record the statement as written */
  add({ subject, predicate, object }: Triple, line: number, record: string): void {
    const source = idOf(subject);
    if (STATEMENT.includes(predicate) || predicate.startsWith(`${OWN}edge:`)) {
      const parts = this.#reified.get(source) ?? new Map<string, string>();
      this.#reified.set(source, parts.set(predicate, object.kind === 'literal' ? object.value : idOf(object)));
      return;
    }
    if (predicate === `${RDF}type` && object.kind === 'iri' && isOntology(object.value)) {
      // Reified statements are no nodes.
      if (object.value !== `${RDF}Statement`) this.#node(source, line);
    } else if (object.kind === 'literal') this.#addLiteral(this.#node(source, line), predicate, object);
    else {
      this.#node(source, line);
      this.#node(idOf(object), line);
      this.#statements.push({ source, predicate, target: idOf(object), line, record });
    }
  }

  finish(): FileGraph {
    const builder = new GraphBuilder({ implicitNodes: true });
    for (const [id, { names, texts, attributes, line }] of this.#nodes) {
      builder.addNode({ id, names: inOrder(names), text: inOrder(texts)[0] ?? '', attributes, line });
    }
    const qualifiers = this.#qualifiers();
    for (const { source, predicate, target, line, record } of this.#statements) {
      const relation = this.#relationOf(predicate);
      const { weight = '', undirected } = qualifiers.get(keyOf(source, predicate, target)) ?? {};
      const directed = undirected === undefined ? !SYMMETRIC.has(relation) : undirected !== 'true';
      builder.addEdge({ source, target, relation, weight, directed, line, record });
    }
    const graph = builder.finish();
    const problems = [...this.#problems.problems, ...graph.problems];
    return { ...graph, problems, problemCount: this.#problems.count + graph.problemCount };
  }

  #node(id: string, line: number): Found {
    const known = this.#nodes.get(id);
    if (known) return known;
    const found: Found = { names: [], texts: [], attributes: new Map(), line };
    this.#nodes.set(id, found);
    return found;
  }

  #addLiteral(node: Found, predicate: string, { value, language }: { value: string; language: string }): void {
    if (value === '') return;
    const name = NAME_RANK.get(predicate);
    const text = TEXT_RANK.get(predicate);
    const foreign = language !== '' && !/^en\b/i.test(language);
    // Names in other languages are names too, after all others; a text is wanted in one language only.
    if (name !== undefined) node.names.push({ rank: name + (foreign ? 100 : 0), value });
    else if (text !== undefined) node.texts.push({ rank: text + (foreign ? 100 : 0), value });
    else {
      const key = attributeName(predicate);
      const before = node.attributes.get(key);
      node.attributes.set(key, before === undefined ? value : `${before}; ${value}`);
    }
  }

  /** An ontology may name its relations; else the last part of the IRI is the name. */
  #relationOf(predicate: string): string {
    const known = RELATIONS.get(predicate);
    if (known !== undefined) return known;
    if (predicate.startsWith(`${OWN}relation:`)) return decode(predicate.slice(`${OWN}relation:`.length));
    const named = this.#nodes.get(predicate)?.names;
    return named && named.length > 0 ? (inOrder(named)[0] as string) : localName(predicate);
  }

  #qualifiers(): Map<string, { weight?: string; undirected?: string }> {
    const byStatement = new Map<string, { weight?: string; undirected?: string }>();
    for (const parts of this.#reified.values()) {
      const [source = '', predicate = '', target = ''] = STATEMENT.map((part) => parts.get(part));
      const weight = parts.get(`${OWN}edge:weight`);
      const undirected = parts.get(`${OWN}edge:undirected`);
      byStatement.set(keyOf(source, predicate, target), {
        ...(weight === undefined ? {} : { weight }),
        ...(undirected === undefined ? {} : { undirected }),
      });
    }
    return byStatement;
  }
}

const keyOf = (source: string, predicate: string, target: string): string => `${source} ${predicate} ${target}`;

/** The id of a node: its IRI, of one of ours what it was made of, of a blank node its label. */
function idOf(term: RdfTerm): string {
  if (term.kind === 'blank') return `_:${term.value}`;
  return term.value.startsWith(`${OWN}node:`) ? decode(term.value.slice(`${OWN}node:`.length)) : term.value;
}

const inOrder = (ranked: readonly Ranked[]): string[] =>
  ranked.toSorted((a, b) => a.rank - b.rank).map(({ value }) => value);

/** The part of an IRI behind its last `#`, `/` or `:`. */
export function localName(iri: string): string {
  const name = /[^#/:]+(?=[#/:]?$)/.exec(iri.slice(-1_000))?.[0] ?? iri;
  return decode(name);
}

const attributeName = (predicate: string): string =>
  predicate.startsWith(`${OWN}attribute:`) ? decode(predicate.slice(`${OWN}attribute:`.length)) : localName(predicate);

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const isIri = (id: string): boolean =>
  /^(?:https?|urn|info|ftp|mailto|tag|did):[^<>"{}|^`\\\u0000-\u0020]+$/.test(id) && !id.startsWith(OWN); // oxlint-disable-line no-control-regex -- as the grammar has it

const toIri = (id: string): RdfTerm => ({ kind: 'iri', value: isIri(id) ? id : `${OWN}node:${encode(id)}` });
const literal = (value: string): RdfTerm => ({ kind: 'literal', value, language: '' });

const PREDICATES: ReadonlyMap<string, string> = new Map([...RELATIONS].reverse().map(([iri, name]) => [name, iri]));

/**
 * The statements of a graph. Names become labels, the text a comment, attributes literals; an edge that has a weight, or
 * a direction other than its relation's, is described by a reified statement. Of several edges between two nodes with one
 * relation, RDF knows one.
 */
export function* triplesOf(nodes: Iterable<FileNode>, edges: Iterable<FileEdge>): Generator<Triple> {
  for (const { id, names, text, attributes } of nodes) {
    const subject = toIri(id);
    yield { subject, predicate: `${RDF}type`, object: { kind: 'iri', value: `${RDFS}Resource` } };
    for (const [place, name] of names.entries()) {
      yield { subject, predicate: place === 0 ? `${RDFS}label` : `${SKOS}altLabel`, object: literal(name) };
    }
    if (text !== '') yield { subject, predicate: `${RDFS}comment`, object: literal(text) };
    for (const [name, value] of attributes) {
      yield { subject, predicate: `${OWN}attribute:${encode(name)}`, object: literal(value) };
    }
  }
  let number = 0;
  for (const edge of edges) {
    const [subject, object] = [toIri(edge.source), toIri(edge.target)];
    const predicate = PREDICATES.get(edge.relation) ?? `${OWN}relation:${encode(edge.relation)}`;
    yield { subject, predicate, object };
    if (edge.weight !== 1 || edge.directed === SYMMETRIC.has(edge.relation)) {
      yield* describe({ subject, predicate, object }, edge, number++);
    }
  }
}

function* describe(
  { subject, predicate, object }: Triple,
  { weight, directed }: FileEdge,
  number: number,
): Generator<Triple> {
  const statement: RdfTerm = { kind: 'blank', value: `edge${number}` };
  const of = (key: string, value: RdfTerm): Triple => ({ subject: statement, predicate: key, object: value });
  yield of(`${RDF}type`, { kind: 'iri', value: `${RDF}Statement` });
  yield of(`${RDF}subject`, subject);
  yield of(`${RDF}predicate`, { kind: 'iri', value: predicate });
  yield of(`${RDF}object`, object);
  if (weight !== 1) yield of(`${OWN}edge:weight`, literal(String(weight)));
  yield of(`${OWN}edge:undirected`, literal(String(!directed)));
}
