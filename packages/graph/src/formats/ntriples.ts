/** N-Triples (https://www.w3.org/TR/n-triples/), also the triples of N-Quads: one statement a line, each read for itself. */
import { type FileEdge, type FileGraph, type FileNode, ProblemList, type Steps } from './file-graph.ts';
import { RdfGraph, type RdfTerm, type Triple, triplesOf } from './rdf-graph.ts';

const LINES_PER_STEP = 2_000;

/** Reads statements; a line that is none is a problem and left out. @throws CodedError `file_too_large` */
export function* readNTriples(text: string): Steps<FileGraph> {
  const problems = new ProblemList();
  const graph = new RdfGraph(problems);
  let line = 0;
  for (let from = 0; from < text.length;) {
    if (++line % LINES_PER_STEP === 0) yield;
    const end = lineEnd(text, from);
    const written = text.slice(from, end);
    from = end + (text.startsWith('\r\n', end) ? 2 : 1);
    const trimmed = written.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const triple = parseLine(trimmed);
    if (triple) graph.add(triple, line, trimmed);
    else problems.add(line, 'the line is no statement of N-Triples; it is left out');
  }
  return graph.finish();
}

function lineEnd(text: string, from: number): number {
  LINE_END.lastIndex = from;
  return LINE_END.exec(text)?.index ?? text.length;
}
const LINE_END = /[\r\n]/g;

const RESOURCE = /<([^<>"{}|^`\u0000-\u0020]*)>|_:([^\s<>".;,][^\s<>";,]*)/y; // oxlint-disable-line no-control-regex -- as the grammar has it
const SUFFIX = /@([A-Za-z0-9-]+)|\^\^<[^<>]*>/y;

function parseLine(line: string): Triple | null {
  const terms: RdfTerm[] = [];
  let at = 0;
  // A fourth term is the graph of N-Quads.
  while (terms.length < 5) {
    while (line[at] === ' ' || line[at] === '\t') at++;
    if (line[at] === '.')
      return terms.length >= 3 && /^\.\s*(?:#|$)/.test(line.slice(at, at + 200)) ? toTriple(terms) : null;
    const found = line[at] === '"' ? literalAt(line, at) : resourceAt(line, at);
    if (!found) return null;
    terms.push(found.term);
    at = found.end;
  }
  return null;
}

interface FoundTerm {
  readonly term: RdfTerm;
  readonly end: number;
}

function resourceAt(line: string, at: number): FoundTerm | null {
  RESOURCE.lastIndex = at;
  const [, iri, blank] = RESOURCE.exec(line) ?? [];
  const value = unescape(iri ?? blank ?? '\\');
  return value === null
    ? null
    : { term: { kind: iri === undefined ? 'blank' : 'iri', value }, end: RESOURCE.lastIndex };
}

/** Not by a regular expression: on a literal of megabytes its backtracking takes seconds. */
function literalAt(line: string, at: number): FoundTerm | null {
  let close = line.indexOf('"', at + 1);
  while (close !== -1 && isEscaped(line, close)) close = line.indexOf('"', close + 1);
  const value = close === -1 ? null : unescape(line.slice(at + 1, close));
  if (value === null) return null;
  SUFFIX.lastIndex = close + 1;
  const suffix = SUFFIX.exec(line);
  return { term: { kind: 'literal', value, language: suffix?.[1] ?? '' }, end: suffix ? SUFFIX.lastIndex : close + 1 };
}

function isEscaped(line: string, quote: number): boolean {
  let slashes = 0;
  while (line[quote - 1 - slashes] === '\\') slashes++;
  return slashes % 2 === 1;
}

function toTriple([subject, predicate, object]: readonly RdfTerm[]): Triple | null {
  if (!subject || !object || subject.kind === 'literal' || predicate?.kind !== 'iri') return null;
  return { subject, predicate: predicate.value, object };
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', b: '\b', n: '\n', r: '\r', f: '\f' };

/** @returns null when an escape is none */
function unescape(text: string): string | null {
  if (!text.includes('\\')) return text;
  let isSound = true;
  const value = text.replace(/\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[^])/g, (_, escape: string) => {
    if (escape.length > 1) {
      const code = Number.parseInt(escape.slice(1), 16);
      if (code <= 0x10ffff) return String.fromCodePoint(code);
    } else if (escape in ESCAPES) return ESCAPES[escape] as string;
    else if (`"'\\`.includes(escape)) return escape;
    isSound = false;
    return '';
  });
  return isSound ? value : null;
}

/** Writes a graph as N-Triples, piece by piece; see {@link triplesOf} for what becomes what. */
export function* writeNTriples(nodes: Iterable<FileNode>, edges: Iterable<FileEdge>): Generator<string> {
  for (const { subject, predicate, object } of triplesOf(nodes, edges)) {
    yield `${print(subject)} <${predicate}> ${print(object)} .\n`;
  }
}

function print(term: RdfTerm): string {
  if (term.kind === 'iri') return `<${term.value}>`;
  if (term.kind === 'blank') return `_:${term.value}`;
  const escaped = term.value
    .toWellFormed()
    .replace(/["\\\n\r]/g, (character) => ({ '\n': '\\n', '\r': '\\r' })[character] ?? `\\${character}`);
  return `"${escaped}"${term.language === '' ? '' : `@${term.language}`}`;
}
