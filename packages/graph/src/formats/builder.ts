/** Collects the nodes and edges of one file and sees to it that they fit together. */
import {
  type FileEdge,
  fileError,
  type FileGraph,
  type FileNode,
  MAX_ELEMENTS,
  ProblemList,
  recordOf,
} from './file-graph.ts';

/** An edge as a reader finds it. */
export interface FoundEdge {
  readonly source: string;
  readonly target: string;
  readonly relation?: string;
  /** As written; an empty string counts as not given. */
  readonly weight?: string | number;
  readonly directed: boolean;
  readonly line: number | null;
  readonly record: string;
}

/** What a reader finds out about a node. */
export interface FoundNode {
  readonly id: string;
  readonly names: readonly string[];
  readonly text: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly line: number | null;
}

/** Options of {@link GraphBuilder}. */
export interface GraphBuilderOptions {
  /** Whether an edge may bring its ends with it; else an edge without them is a problem. */
  readonly implicitNodes: boolean;
}

export class GraphBuilder {
  readonly problems = new ProblemList();
  readonly #implicitNodes: boolean;
  readonly #nodes = new Map<string, FileNode>();
  readonly #lines = new Map<string, number | null>();
  readonly #edges: FileEdge[] = [];

  constructor({ implicitNodes }: GraphBuilderOptions) {
    this.#implicitNodes = implicitNodes;
  }

  /** Adds a node. Of two with one id the first counts, the second is a problem. */
  addNode({ id, names, text, attributes, line }: FoundNode): void {
    if (id === '') return this.problems.add(line, 'a node has no id');
    if (this.#nodes.has(id)) {
      const first = this.#lines.get(id) ?? null;
      return this.problems.add(
        line,
        `the id "${shorten(id)}" is there already${first === null ? '' : `, on line ${first}`}`,
      );
    }
    this.#requireRoom();
    this.#nodes.set(id, { id, names: distinct(names), text, attributes });
    this.#lines.set(id, line);
  }

  addEdge({ source, target, relation = '', weight = '', directed, line, record }: FoundEdge): void {
    if (source === '' || target === '') return this.problems.add(line, 'an edge lacks one of its ends');
    this.#requireRoom();
    this.#edges.push({
      source,
      target,
      relation: relation.trim(),
      weight: this.#weightOf(weight, line),
      directed,
      line,
      record: recordOf(record),
    });
  }

  /** Checks the edges: in some formats their nodes may come after them. */
  finish(): FileGraph {
    const edges = this.#implicitNodes ? this.#edges : this.#edges.filter((edge) => this.#hasEnds(edge));
    if (this.#implicitNodes) for (const { source, target } of edges) [source, target].forEach((id) => this.#bring(id));
    const { problems, count } = this.problems;
    return { nodes: [...this.#nodes.values()], edges, problems, problemCount: count };
  }

  #hasEnds({ source, target, line }: FileEdge): boolean {
    const missing = [source, target].find((id) => !this.#nodes.has(id));
    if (missing !== undefined)
      this.problems.add(line, `an edge names the node "${shorten(missing)}", which is not there`);
    return missing === undefined;
  }

  #bring(id: string): void {
    if (!this.#nodes.has(id)) this.#nodes.set(id, { id, names: [], text: '', attributes: NOTHING });
  }

  #weightOf(written: string | number, line: number | null): number {
    if (written === '') return 1;
    const weight = typeof written === 'number' ? written : Number(written.trim());
    if (Number.isFinite(weight) && String(written).trim() !== '') return weight;
    this.problems.add(line, `the weight "${shorten(String(written))}" is no number; 1 is taken`);
    return 1;
  }

  #requireRoom(): void {
    if (this.#nodes.size + this.#edges.length >= MAX_ELEMENTS)
      throw fileError('file_too_large', { limit: MAX_ELEMENTS });
  }
}

const NOTHING: ReadonlyMap<string, string> = new Map();

function distinct(names: readonly string[]): readonly string[] {
  return names.length < 2 ? names.filter((name) => name !== '') : [...new Set(names)].filter((name) => name !== '');
}

/** For messages: an id can be as long as the file. */
export const shorten = (text: string): string => (text.length <= 60 ? text : `${text.slice(0, 59).toWellFormed()}…`);

/** Which of a file's own names for a value mean what. In lower case, without anything but letters and digits. */
const MEANINGS = {
  name: ['label', 'name', 'title', 'preflabel', 'prefname', 'displayname', 'fullname', 'caption'],
  alias: ['alias', 'aliases', 'altlabel', 'synonym', 'synonyms', 'names', 'alsoknownas', 'aka'],
  text: [
    'text',
    'description',
    'definition',
    'summary',
    'abstract',
    'comment',
    'content',
    'gloss',
    'body',
    'notes',
    'note',
  ],
  relation: [
    'relation',
    'relationship',
    'predicate',
    'label',
    'type',
    'kind',
    'rel',
    'edgetype',
    'relationtype',
    'property',
  ],
  weight: ['weight', 'value', 'strength', 'score', 'count'],
  directed: ['directed'],
} as const;

/** What a value of a node or edge means. */
export type Meaning = keyof typeof MEANINGS;

/** Position of `name` among the names for a meaning, 0 the clearest; -1 when it is none of them. */
export function meaningRank(name: string, meaning: Meaning): number {
  const folded = name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  return (MEANINGS[meaning] as readonly string[]).indexOf(folded);
}

/** A node's values, sorted into names, text and the rest. Several values may have one name. */
export function sortValues(
  values: Iterable<readonly [string, string]>,
): Pick<FoundNode, 'names' | 'text' | 'attributes'> {
  const names: { readonly rank: number; readonly value: string }[] = [];
  let text = '';
  let textRank = Infinity;
  const attributes = new Map<string, string>();
  for (const [name, value] of values) {
    const rank = meaningRank(name, 'name');
    const alias = meaningRank(name, 'alias');
    const textual = meaningRank(name, 'text');
    if (rank >= 0) names.push({ rank, value });
    else if (alias >= 0) names.push({ rank: 100, value });
    else if (textual >= 0 && textual < textRank) [text, textRank] = [value, textual];
    else if (value !== '') attributes.set(name, attributes.has(name) ? `${attributes.get(name)}; ${value}` : value);
  }
  return { names: names.sort((a, b) => a.rank - b.rank).map(({ value }) => value), text, attributes };
}

/** The best value for a meaning among an edge's values. */
export function pickValue(values: Iterable<readonly [string, string]>, meaning: Meaning): string {
  let best = '';
  let bestRank = Infinity;
  for (const [name, value] of values) {
    const rank = meaningRank(name, meaning);
    if (rank >= 0 && rank < bestRank && value !== '') [best, bestRank] = [value, rank];
  }
  return best;
}
