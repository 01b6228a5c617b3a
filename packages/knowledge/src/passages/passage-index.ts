/**
 * The installation's own texts, ready for questions that need several of them: full text, names, and who mentions whom.
 * Built from the texts alone; no model, no outside word list.
 */
import { runSteps, type Steps } from '@vortexflow/graph';
import { AliasTrie } from './alias-trie.ts';
import { aliasesOf } from './aliases.ts';
import { findMentions, type Mention } from './mentions.ts';
import { carryGraph, widenGraph } from './carry-graph.ts';
import { isWord, type Lead, leadOf, ownLead } from './lead.ts';
import { learnCapitals, type Passage, readWords, type WordRow } from './passage.ts';
import { type PassageGraph } from './passage-graph.ts';
import { PassageLinks } from './passage-links.ts';
import { terms } from '../text/analysis.ts';
import { NAME_WEIGHT } from '../text/postings.ts';
import { PassagePostings } from './postings.ts';
import type { WordVectors } from '../vectors/word-vectors.ts';
import { TextVectors } from './text-vectors.ts';
import { Vocabulary } from './vocabulary.ts';

const NO_VECTORS = new Int8Array(0);
/** Gaps in the numbers of passages are closed when there are more of them than passages, and at least so many. */
const FEWEST_GAPS = 1024;

/** One thread's index. Not for concurrent use. */
export class PassageIndex {
  readonly vocabulary = new Vocabulary();
  readonly postings = new PassagePostings();
  readonly trie = new AliasTrie();
  /** null when the index was made without word vectors. */
  readonly vectors: TextVectors | null;
  readonly #passages: (Passage | undefined)[] = [];
  readonly #byNode = new Map<number, number>();
  readonly #links = new PassageLinks(this);
  readonly #fewestGaps: number;
  #graph: PassageGraph | null = null;
  /** As it was when it was held, for as many changes as there were then. */
  #held: PassageGraph | null = null;
  #heldAt = -1;
  /** Passages have gone since then. */
  #hasLost = false;
  #scores = new Float32Array(1024);
  /** Worked out so far, for as many changes as there were then; 0 else. */
  #norms = new Float64Array(0);
  #normsAt = -1;

  /** @param fewestGaps see {@link FEWEST_GAPS}; for tests */
  constructor(words: WordVectors | null = null, fewestGaps = FEWEST_GAPS) {
    this.#fewestGaps = fewestGaps;
    this.vectors = words && new TextVectors(words, this.vocabulary);
  }

  /** Passages that are there. */
  get size(): number {
    return this.postings.size;
  }

  /** One more than the greatest number of a passage: its number holds until passages come or go. */
  get capacity(): number {
    return this.#passages.length;
  }

  /** Number of a node's passage, or -1. */
  passageOf(node: number): number {
    return this.#byNode.get(node) ?? -1;
  }

  passage(number: number): Passage | undefined {
    return this.#passages[number];
  }

  /** Adds the text of a node, or replaces it. O(words). @param names title first */
  add(node: number, names: readonly string[], text: string): void {
    this.remove(node);
    const number = (word: string): number => this.vocabulary.use(word);
    const ofNames: number[] = [];
    const numberOfName = (word: string): number => last(ofNames, number(word));
    const title = readWords(names[0] ?? '', number);
    const row = readWords(text, number);
    learnCapitals(row, this.vocabulary);
    const lead = leadOf(text);
    const counts = new Map<number, number>();
    this.#count(counts, row, 1);
    const ownName = lead ? this.#ownName(lead, names[0] ?? '', counts) : '';
    const ownTitle = readWords(ownName, number);
    for (const name of names) this.#count(counts, readWords(name, numberOfName), NAME_WEIGHT);
    this.#count(counts, ownTitle, NAME_WEIGHT);
    const passage = this.postings.add(counts);
    const aliases = aliasesOf(names, text, lead).map(({ name, trust, qualifier }) => ({
      words: Int32Array.from(name.split(' '), (word) => this.vocabulary.formOf(numberOfName(word))),
      bearer: { passage, trust, qualifier: [...readWords(qualifier, numberOfName).words] },
    }));
    for (const { words, bearer } of aliases) this.trie.add(words, bearer);
    this.#passages[passage] = {
      node,
      title,
      ownName,
      ownTitle,
      text: row,
      stems: Int32Array.from(counts.keys()),
      names: aliases.map(({ words }) => words),
      wordsOfNames: Int32Array.from(ofNames),
      vectors: this.vectors?.of(title, row) ?? NO_VECTORS,
    };
    this.#byNode.set(node, passage);
    this.#links.added(
      passage,
      aliases.map(({ words }) => words),
    );
    this.#graph = null;
  }

  /** Takes the text of a node out. Harmless when there is none. */
  remove(node: number): void {
    const number = this.#byNode.get(node);
    if (number === undefined) return;
    const passage = this.#passages[number]!;
    this.#byNode.delete(node);
    this.#passages[number] = undefined;
    this.#hasLost = true;
    learnCapitals(passage.text, this.vocabulary, -1);
    this.postings.remove(number, passage.stems);
    for (const words of passage.names) this.trie.remove(words, number);
    this.#links.removed(number, passage.names);
    this.#release(passage);
    this.#graph = null;
    if (this.capacity - this.size >= Math.max(this.#fewestGaps, this.size)) this.#closeGaps();
  }

  /** Who mentions whom; worked out when it is first asked for after a change, unless it is {@link holdGraph held}. */
  get graph(): PassageGraph {
    if (this.#held) return this.#heldNow(this.#held);
    return this.#graph ?? runSteps(this.prepareGraph());
  }

  /**
   * While many passages come, whoever asks must not read them all again and again: until {@link prepareGraph} has been
   * gone through, {@link graph} is the one of now, without those that go and without links of those that come.
   */
  holdGraph(): void {
    this.#held ??= this.graph;
  }

  get holdsGraph(): boolean {
    return this.#held !== null;
  }

  /** Works {@link graph} out ahead, in steps between which passages may come and go, and the graph may be asked for. */
  *prepareGraph(): Steps<PassageGraph> {
    const graph = (this.#graph ??= yield* this.#links.graph());
    this.#held = null;
    return graph;
  }

  #heldNow(held: PassageGraph): PassageGraph {
    if (this.#heldAt === this.postings.changes) return held;
    this.#heldAt = this.postings.changes;
    const numberOf = (old: number): number => (this.#passages[old] ? old : -1);
    this.#held = this.#hasLost ? carryGraph(held, numberOf, this.capacity) : widenGraph(held, this.capacity);
    this.#hasLost = false;
    return this.#held;
  }

  /** Names in a text of somebody else, a question. @param cased see {@link findMentions} */
  mentions(row: WordRow, cased: boolean): Mention[] {
    return findMentions(row, this.trie, this.vocabulary, { cased });
  }

  /**
   * BM25 scores of all passages for weighted stems.
   *
   * @returns scores by passage, and the passages with a score; both hold until the next call
   */
  search(stems: Iterable<readonly [stem: number, weight: number]>): { scores: Float32Array; touched: number[] } {
    if (this.#scores.length < this.capacity) this.#scores = new Float32Array(Math.ceil(this.capacity * 1.5));
    else this.#scores.fill(0);
    const touched: number[] = [];
    for (const [stem, weight] of stems) this.postings.score(stem, weight, this.#scores, touched);
    return { scores: this.#scores, touched };
  }

  /** Length of a passage's vector of idf, > 0. Remembered until passages come or go. */
  normOf(passage: number): number {
    const { postings } = this;
    if (this.#normsAt !== postings.changes) {
      this.#normsAt = postings.changes;
      if (this.#norms.length < this.capacity) this.#norms = new Float64Array(Math.ceil(this.capacity * 1.5));
      else this.#norms.fill(0);
    }
    const known = this.#norms[passage]!;
    if (known > 0) return known;
    const { stems } = this.#passages[passage]!;
    let sum = 0;
    for (let i = 0; i < stems.length; i++) sum += postings.idf(stems[i]!) ** 2;
    return (this.#norms[passage] = Math.sqrt(sum) || 1);
  }

  /**
   * Gives the passages new numbers, in the order of their old ones, so that memory follows those that are there. O(index),
   * which as many removals have paid for.
   */
  #closeGaps(): void {
    const numbers = new Int32Array(this.capacity).fill(-1);
    const { size } = this;
    let next = 0;
    for (let old = 0; old < numbers.length; old++) {
      const passage = this.#passages[old];
      if (!passage) continue;
      numbers[old] = next;
      this.#byNode.set(passage.node, next);
      this.#passages[next++] = passage;
    }
    this.#passages.length = size;
    if (this.#held) this.#held = carryGraph(this.#held, (old) => numbers[old] ?? -1, size);
    this.postings.renumber(numbers);
    this.trie.renumber(numbers);
    this.#links.renumber(numbers, size);
    this.#scores = new Float32Array(1024);
    this.#norms = new Float64Array(0);
  }

  #release({ title, ownTitle, text, wordsOfNames }: Passage): void {
    for (const words of [title.words, ownTitle.words, text.words, wordsOfNames]) {
      const forgotten = this.vocabulary.release(words);
      this.vectors?.forget(forgotten);
    }
  }

  /** @param held stems of the text */
  #ownName(lead: Lead, title: string, held: ReadonlyMap<number, number>): string {
    if (title === lead.name) return '';
    const stems = terms(title).filter(isWord);
    return ownLead(lead, title, stems, (stem) => held.has(this.vocabulary.findStem(stem)))?.name ?? '';
  }

  /** Counts the stems of some words. @param weight of each */
  #count(counts: Map<number, number>, { words }: WordRow, weight: number): void {
    for (const word of words) {
      const stem = this.vocabulary.stemOf(word);
      if (stem >= 0) counts.set(stem, (counts.get(stem) ?? 0) + weight);
    }
  }
}

/** Puts a number behind others. @returns it */
function last(numbers: number[], number: number): number {
  numbers.push(number);
  return number;
}
