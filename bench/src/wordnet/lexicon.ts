/** WordNet as a question writer sees it: names with their meanings, and what the relations lead to. */
import { type KnowledgeBase, normaliseName, relation, type RelationName } from '@vortexflow/knowledge';
import type { Random } from '@vortexflow/primitives';

/** A name with its meanings of one part of speech. */
export interface Entry {
  readonly name: string;
  readonly nodes: readonly number[];
  /** True when tagged text shows it: a word that people use. */
  readonly used: boolean;
}

/** Part of speech in the id of a WordNet node. */
export type Speech = 'n' | 'v' | 'a';

const PLAIN = /^[a-z][a-z -]{1,26}[a-z]$/;
/** How often a word that tagged text shows is taken instead of any word. */
const SHARE_OF_USED = 0.8;

export class Lexicon {
  readonly knowledge: KnowledgeBase;
  readonly #entries = new Map<Speech, { all: Entry[]; used: Entry[] }>();
  readonly #instances: number[] = [];

  constructor(knowledge: KnowledgeBase) {
    this.knowledge = knowledge;
    const names: Record<Speech, Set<string>> = { n: new Set(), v: new Set(), a: new Set() };
    for (let node = 0; node < knowledge.nodeCount; node++) {
      const speech = speechOf(knowledge, node);
      if (speech === null) continue;
      if (speech === 'n' && knowledge.related(node, relation('instance_of')).length > 0) this.#instances.push(node);
      for (const name of knowledge.namesOf(node)) if (PLAIN.test(name)) names[speech].add(name);
    }
    for (const speech of ['n', 'v', 'a'] as const) {
      const all = [...names[speech]].sort().map((name) => this.#entryOf(name, speech));
      this.#entries.set(speech, { all, used: all.filter(({ used }) => used) });
    }
  }

  #entryOf(name: string, speech: Speech): Entry {
    const senses = this.knowledge.senses(name).filter(({ node }) => speechOf(this.knowledge, node) === speech);
    return { name, nodes: senses.map(({ node }) => node), used: senses.some(({ frequency }) => frequency > 0) };
  }

  /** A random entry that passes. @throws Error when none is found in 100,000 tries */
  pick(random: Random, speech: Speech, admits: (entry: Entry) => boolean): Entry {
    const { all, used } = this.#entries.get(speech) as { all: Entry[]; used: Entry[] };
    for (let tries = 0; tries < 100_000; tries++) {
      const pool = random() < SHARE_OF_USED ? used : all;
      const entry = pool[Math.floor(random() * pool.length)] as Entry;
      if (admits(entry)) return entry;
    }
    throw new Error(`no ${speech} fits`);
  }

  /** A random named person, place or event. */
  pickInstance(random: Random): number {
    return this.#instances[Math.floor(random() * this.#instances.length)] as number;
  }

  /** Nouns of a name. */
  nouns(name: string): readonly number[] {
    return this.#entryOf(normaliseName(name), 'n').nodes;
  }

  related(nodes: Iterable<number>, ...names: RelationName[]): number[] {
    const found = new Set<number>();
    for (const node of nodes) {
      for (const name of names) for (const target of this.knowledge.related(node, relation(name))) found.add(target);
    }
    return [...found];
  }

  /** All that can be reached along the relations, with the least number of steps; the start has 0. */
  reach(start: number, names: readonly RelationName[], most = Infinity): Map<number, number> {
    const reached = new Map([[start, 0]]);
    for (const [node, depth] of reached) {
      if (depth >= most) continue;
      for (const next of this.related([node], ...names)) if (!reached.has(next)) reached.set(next, depth + 1);
    }
    return reached;
  }

  /** What the nodes are, within so many steps; the nodes themselves left out. */
  above(nodes: readonly number[], steps: number): number[] {
    const found = new Set<number>();
    for (const node of nodes) for (const [up, depth] of this.reach(node, UP, steps)) if (depth > 0) found.add(up);
    return [...found];
  }

  /** Least number of steps to the top of all things. */
  depth(node: number): number {
    let deepest = 0;
    for (const [up, steps] of this.reach(node, UP)) if (this.related([up], ...UP).length === 0) deepest = steps;
    return deepest;
  }

  /** Names of nodes, each once, without those given. */
  names(nodes: Iterable<number>, ...without: string[]): string[] {
    const found = new Set<string>();
    for (const node of nodes) for (const name of this.knowledge.namesOf(node)) found.add(name);
    return [...found].filter((name) => !without.includes(normaliseName(name)));
  }

  /** What the nodes are said to be, examples left out. */
  definitions(nodes: Iterable<number>): string[] {
    return [...nodes].map((node) => (this.knowledge.textOf(node).split(/;\s*"/)[0] as string).trim());
  }
}

/** Relations that lead to what a thing is. */
export const UP: readonly RelationName[] = ['hypernym', 'instance_of'];

/** Part of speech of a node, adverbs left out; adjectives and their satellites are one. */
function speechOf(knowledge: KnowledgeBase, node: number): Speech | null {
  const letter = /\.([nvasr])\.\d+$/.exec(knowledge.idOf(node))?.[1];
  if (letter === 'n' || letter === 'v') return letter;
  return letter === 'a' || letter === 's' ? 'a' : null;
}
