/** A file of a graph as a document: its nodes and edges, and one node for the file itself. */
import { type FileEdge, type FileGraph, type FileNode, localName, type Steps } from '@vortexflow/graph';
import { noFindings, takeInline } from '../documents/inline.ts';
import { foldName } from '../documents/names.ts';
import type { DocumentLink, ParsedDocument, ParsedEdge, SharedNode } from '../documents/parsed.ts';
import { canonicalRelation } from '../relation-table.ts';
import type { Format } from './format.ts';
import { readGraphFile } from './read-graph.ts';

/** Relations that the description of a file names, the most frequent. */
const MAX_NAMED_RELATIONS = 12;

/**
 * Reads a file of a graph. Its nodes are shared: where their ids are addresses, several files may speak of the same one.
 *
 * @throws CodedError `file_malformed`, `file_too_large`
 */
export function* readGraphDocument(
  { id, title, text }: { readonly id: string; readonly title: string; readonly text: string },
  format: Format,
): Steps<ParsedDocument> {
  const graph = yield* readGraphFile(text, format);
  const scope = scopeOf(id, format.name);
  const idOf = (node: string): string => (isAddress(node) ? node : `${scope}#${node}`);
  const links: DocumentLink[] = [];
  const shared = graph.nodes.map((node) => toShared(node, idOf(node.id), links));
  return {
    id,
    nodes: [{ id, title, text: describe(graph), kind: 'document' }],
    contains: [],
    links,
    aliases: [],
    shared,
    edges: graph.edges.map((edge) => toEdge(edge, idOf)),
    anchors: new Map(),
    problems: graph.problems,
    problemCount: graph.problemCount,
  };
}

/**
 * What makes the ids of a file's nodes unique. A table of nodes and one of edges belong together by their names:
 * `people-nodes.csv` and `people-edges.csv` are both `people`.
 */
function scopeOf(id: string, format: Format['name']): string {
  if (format !== 'csv' && format !== 'tsv') return id;
  const family = /^(.*?)[-_. /]?\b(?:nodes|edges|links|vertices|relations|relationships)\.[^./]+$/i.exec(id)?.[1];
  return family === undefined ? id : family === '' ? 'graph' : family;
}

/** Ids that mean the same thing everywhere (RFC 3986). */
const isAddress = (id: string): boolean => /^(?:https?:\/\/|urn:|tag:[^\s/]+@|info:|did:)\S+$/i.test(id);

function toShared(node: FileNode, id: string, links: DocumentLink[]): SharedNode {
  const names = distinctNames(node.names);
  const text = withLinks(textOf(node), id, links);
  return { id, names: names.length > 0 ? names : [readableName(node.id)], text, kind: 'entity' };
}

function distinctNames(names: readonly string[]): string[] {
  const byFold = new Map<string, string>();
  for (const name of names) {
    const clean = name.replace(/\s+/g, ' ').trim();
    if (clean !== '' && !byFold.has(foldName(clean))) byFold.set(foldName(clean), clean);
  }
  return [...byFold.values()];
}

/** `http://example.org/Alan_Turing` is "Alan Turing". */
function readableName(id: string): string {
  const name = isAddress(id) ? localName(id) : id;
  return name.replaceAll('_', ' ').replace(/\s+/g, ' ').trim() || id;
}

function textOf({ text, attributes }: FileNode): string {
  const lines = [...attributes].map(([name, value]) => `${heading(name)}: ${value}${/[.!?]$/.test(value) ? '' : '.'}`);
  return [...(text.trim() === '' ? [] : [text.trim()]), ...lines].join('\n');
}

/** `birthPlace` and `birth_place` are "Birth place". */
function heading(name: string): string {
  const words = name
    .replace(/(\p{Ll})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/[_\s]+/g, ' ')
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A cell may name a note: `[[Alan Turing]]`. */
function withLinks(text: string, from: string, links: DocumentLink[]): string {
  if (!text.includes('[[')) return text;
  const found = noFindings();
  const plain = takeInline(text, found);
  for (const link of found.links) links.push({ from, ...link, sentence: plain.slice(0, 400).toWellFormed() });
  return plain;
}

function toEdge(
  { source, target, relation, weight, directed, line, record }: FileEdge,
  idOf: (node: string) => string,
): ParsedEdge {
  return { source: idOf(source), target: idOf(target), relation, bothWays: !directed, weight, line, text: record };
}

function describe({ nodes, edges }: FileGraph): string {
  const counts = new Map<string, number>();
  for (const { relation } of edges) if (relation !== '') counts.set(relation, (counts.get(relation) ?? 0) + 1);
  const named = [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_NAMED_RELATIONS)
    .map(([relation]) => canonicalRelation(relation).replaceAll('_', ' '));
  const count = (number: number, noun: string): string =>
    `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
  const relations = named.length === 0 ? '' : ` Relations: ${[...new Set(named)].join(', ')}.`;
  return `A graph of ${count(nodes.length, 'node')} and ${count(edges.length, 'edge')}.${relations}`;
}
