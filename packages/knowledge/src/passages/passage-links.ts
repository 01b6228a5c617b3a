/** Keeps the links between passages current: a new passage is read, and so are those that may name it. */
import type { Steps } from '@vortexflow/graph';
import { findMentions, sharesOf } from './mentions.ts';
import { assembleGraph, type Holders, type PassageGraph, type PassageLink } from './passage-graph.ts';
import type { AliasTrie } from './alias-trie.ts';
import { CAPITAL, type Passage, SENTENCE, type WordRow } from './passage.ts';
import type { PassagePostings } from './postings.ts';
import { findSpans, keyOfSpan } from './spans.ts';
import { Vocabulary } from './vocabulary.ts';

interface MutableHolders extends Holders {
  readonly all: Set<number>;
  readonly titled: Set<number>;
}

/** What the links are read from. */
interface Texts {
  readonly vocabulary: Vocabulary;
  readonly postings: PassagePostings;
  readonly trie: AliasTrie;
  /** One more than the greatest number of a passage. */
  readonly capacity: number;
  passage(number: number): Passage | undefined;
}

/** Words that are looked through between two steps. */
const WORDS_PER_STEP = 100_000;
/** What a passage counts for beside its text. */
const WORDS_OF_NAMES = 10;

/** Reads on demand: until the graph is asked for, changes are only noted. */
export class PassageLinks {
  readonly #index: Texts;
  readonly #rows: (PassageLink[] | undefined)[] = [];
  readonly #names = new Map<string, MutableHolders>();
  /** Names that a passage holds, for taking it out again. */
  readonly #held: (readonly string[] | undefined)[] = [];
  readonly #stale = new Set<number>();
  /** Names that came or went since the graph was asked for last. */
  readonly #changedNames: (readonly Int32Array[])[] = [];
  /** Of them, those without a topical word, by their forms: thousands of texts may be called alike. */
  readonly #unlisted = new Map<string, Int32Array>();

  constructor(index: Texts) {
    this.#index = index;
  }

  /** @param names of the passage, as forms */
  added(passage: number, names: readonly Int32Array[]): void {
    this.#rows[passage] = undefined;
    this.#stale.add(passage);
    this.#changedNames.push(names);
  }

  removed(passage: number, names: readonly Int32Array[]): void {
    this.#stale.delete(passage);
    this.#forget(passage);
    this.#rows[passage] = undefined;
    this.#changedNames.push(names);
  }

  /**
   * Links to passages that are gone are left out: those who hold them are read again before anybody asks.
   * @param numbers the new number of each passage, rising; -1 of one that is gone
   * @param size one more than the greatest of them
   */
  renumber(numbers: Int32Array, size: number): void {
    const numberOf = (passage: number): number => numbers[passage]!;
    const renumbered = (row: readonly PassageLink[]): PassageLink[] =>
      row.map((link) => ({ ...link, target: numberOf(link.target) })).filter(({ target }) => target >= 0);
    this.#rows.forEach((row, passage) => (this.#rows[passage] = row && renumbered(row)));
    closeGaps(this.#rows, numbers, size);
    closeGaps(this.#held, numbers, size);
    for (const { all, titled } of this.#names.values()) for (const set of [all, titled]) replaceAll(set, numberOf);
    replaceAll(this.#stale, numberOf);
  }

  /**
   * Reads what has changed, in steps of a few milliseconds, whatever comes and goes between them.
   * O(words of the passages that are new or may name a new one, and all links).
   */
  *graph(): Steps<PassageGraph> {
    for (;;) {
      yield* this.#readAll();
      const { postings } = this.#index;
      const { changes } = postings;
      this.#rows.length = this.#index.capacity;
      const steps = assembleGraph(this.#rows, this.#names.values(), postings.size);
      // What changes meanwhile must not be put together with what was there before.
      while (postings.changes === changes) {
        const step = steps.next();
        if (step.done === true) return step.value;
        yield;
      }
    }
  }

  *#readAll(): Steps<void> {
    while (this.#changedNames.length > 0 || this.#unlisted.size > 0 || this.#stale.size > 0) {
      yield* this.#touchAll();
      for (const passage of [...this.#stale].sort((a, b) => a - b)) {
        if (!this.#stale.delete(passage)) continue;
        this.#read(passage);
        yield;
      }
    }
  }

  /** Nothing is lost where it is given up between two steps. */
  *#touchAll(): Steps<void> {
    for (let names = this.#changedNames.pop(); names; names = this.#changedNames.pop()) {
      for (const name of names) this.#touch(name);
      yield;
    }
    if (this.#unlisted.size > 0) yield* this.#touchHolders([...this.#unlisted]);
  }

  /** Passages that hold the rarest word of a name may name its bearer. */
  #touch(name: Int32Array): void {
    const { postings } = this.#index;
    let rarest = -1;
    for (const form of name) {
      const stem = Vocabulary.stemOfForm(form);
      if (stem >= 0 && (rarest < 0 || postings.holding(stem) < postings.holding(rarest))) rarest = stem;
    }
    if (rarest < 0) return void this.#unlisted.set(name.join(' '), name);
    for (const passage of postings.passagesWith(rarest)) if (postings.isAlive(passage)) this.#stale.add(passage);
  }

  /**
   * Of names without a topical word, "The Who": no list leads to those that hold them. O(all words) for all together.
   * @param names by their forms
   */
  *#touchHolders(names: readonly (readonly [key: string, name: Int32Array])[]): Steps<void> {
    const tree = nameTree(names.map(([, name]) => name));
    const { vocabulary, postings } = this.#index;
    const { changes } = postings;
    let words = 0;
    for (let number = 0; number < this.#index.capacity; number++) {
      const passage = this.#index.passage(number);
      if (!passage || this.#stale.has(number)) continue;
      const rows = [passage.title, passage.ownTitle, passage.text];
      if (rows.some((row) => mayName(row, tree, vocabulary))) this.#stale.add(number);
      words += WORDS_OF_NAMES + passage.text.words.length;
      if (words < WORDS_PER_STEP) continue;
      words = 0;
      yield;
      // Passages may have other numbers now: the names are still there to be looked for again.
      if (postings.changes !== changes) return;
    }
    for (const [key] of names) this.#unlisted.delete(key);
  }

  #read(number: number): void {
    const { vocabulary, trie } = this.#index;
    const passage = this.#index.passage(number);
    if (!passage) return;
    this.#forget(number);
    const links = new Map<number, PassageLink>();
    const held: string[] = [];
    const around = new Set([...passage.title.words, ...passage.text.words]);
    for (const row of [passage.title, passage.ownTitle, passage.text]) {
      const isTitle = row !== passage.text;
      const covered = new Uint8Array(row.words.length);
      for (const mention of findMentions(row, trie, vocabulary, { cased: true, self: number })) {
        covered.fill(1, mention.at, mention.at + mention.length);
        for (const { bearer, share } of sharesOf(mention, around)) {
          const weight = share * mention.trust;
          if (bearer.passage === number || (links.get(bearer.passage)?.weight ?? 0) >= weight) continue;
          links.set(bearer.passage, { target: bearer.passage, weight, place: isTitle ? 0 : mention.at });
        }
      }
      for (const span of findSpans(row, vocabulary)) {
        if (covered[span.at]) continue;
        const key = keyOfSpan(row, span);
        held.push(key);
        this.#note(key, number, isTitle);
      }
    }
    this.#rows[number] = [...links.values()];
    this.#held[number] = held;
  }

  #note(key: string, passage: number, isTitle: boolean): void {
    let holders = this.#names.get(key);
    if (!holders) this.#names.set(key, (holders = { all: new Set(), titled: new Set() }));
    holders.all.add(passage);
    if (isTitle) holders.titled.add(passage);
  }

  #forget(passage: number): void {
    for (const key of this.#held[passage] ?? []) {
      const holders = this.#names.get(key);
      holders?.all.delete(passage);
      holders?.titled.delete(passage);
      if (holders?.all.size === 0) this.#names.delete(key);
    }
    this.#held[passage] = undefined;
  }
}

/** Moves what stands at old numbers to the new ones, which are no greater. */
function closeGaps(values: unknown[], numbers: Int32Array, size: number): void {
  for (let old = 0; old < numbers.length; old++) if (numbers[old]! >= 0) values[numbers[old]!] = values[old];
  values.length = size;
}

function replaceAll(set: Set<number>, numberOf: (old: number) => number): void {
  const all = [...set];
  set.clear();
  for (const old of all) set.add(numberOf(old));
}

/** Names by their words, one word behind the other. */
interface NameTree {
  readonly next: Map<number, NameTree>;
  /** A name ends here. */
  isName: boolean;
}

function nameTree(names: readonly Int32Array[]): NameTree {
  const root: NameTree = { next: new Map(), isName: false };
  for (const name of names) {
    let node = root;
    for (const form of name) {
      const known = node.next.get(form);
      if (known) node = known;
      else node.next.set(form, (node = { next: new Map(), isName: false }));
    }
    node.isName = true;
  }
  return root;
}

/** Bare words of grammar are a name only where one of them has a capital that begins no sentence; see `findMentions`. */
function mayName({ words, marks }: WordRow, names: NameTree, vocabulary: Vocabulary): boolean {
  for (let from = 0; from < words.length; from++) {
    let capitals = 0;
    let node = names.next.get(vocabulary.formOf(words[from]!));
    for (let at = from; node; node = node.next.get(vocabulary.formOf(words[at]!))) {
      if ((marks[at]! & (CAPITAL | SENTENCE)) === CAPITAL) capitals++;
      if (node.isName && capitals > 0) return true;
      if (++at === words.length) break;
    }
  }
  return false;
}
