/** A question read against the passages: its terms with their weights, and whom it names. */
import { type Mention, type PassageIndex, readWords, sharesOf, stem, type WordRow } from '@vortexflow/knowledge';
import { MAX_WORDS } from '../understanding/words.ts';
import { repairWords } from './spelling.ts';
import { ANSWER_SORTS } from '../understanding/cues.ts';

/** A stem that the question asks about. */
interface QueryTerm {
  readonly stem: number;
  /** Its idf, lowered when it stands for a word that was misspelt; > 0. */
  readonly weight: number;
  /** True when it is part of a name that was found. */
  readonly named: boolean;
}

/** A passage whose name stands in the question. */
interface NamedPassage {
  readonly passage: number;
  /** How sure and how telling, 0 to 1. */
  readonly weight: number;
  /** Which name of the question it is, counted from 0. */
  readonly mention: number;
  /** True when "and" or "or" joins that name and another one: both are asked about. */
  readonly joined: boolean;
}

export interface Query {
  readonly terms: readonly QueryTerm[];
  readonly named: readonly NamedPassage[];
  /** Rows of the vectors of words that no passage has. */
  readonly unknown: readonly number[];
  /** Sum of the idf of all words, those that no passage knows included; > 0 unless there are none. */
  readonly total: number;
}

/** Reads a question. */
export function readQuery(index: PassageIndex, text: string): Query {
  const { vocabulary, postings } = index;
  const cased = /\p{Lu}/u.test(text.slice(1));
  const spelt: string[] = [];
  const plain = firstWords(
    readWords(text, (word) => {
      spelt.push(word);
      return vocabulary.find(word);
    }),
  );
  const { row, repaired } = repairWords(index, plain, spelt);
  const mentions = index.mentions(row, cased);
  const around = new Set(row.words);
  const covered = new Uint8Array(row.words.length);
  const named = new Map<number, NamedPassage>();
  const joined = joinedOf(mentions, spelt);
  for (const [number, mention] of mentions.entries()) {
    covered.fill(1, mention.at, mention.at + mention.length);
    const specific = specificity(index, row, mention.at, mention.length);
    for (const { bearer, share } of sharesOf(mention, around)) {
      const weight = share * mention.trust * specific;
      if (weight > (named.get(bearer.passage)?.weight ?? 0))
        named.set(bearer.passage, { passage: bearer.passage, weight, mention: number, joined: joined.has(number) });
    }
  }
  const terms = new Map<number, QueryTerm>();
  const unknown: number[] = [];
  let total = 0;
  for (let at = 0; at < row.words.length; at++) {
    const word = row.words[at]!;
    if (ANSWER_SORTS.has(spelt[at]!)) continue;
    if (word < 0) {
      total += postings.idf(-1);
      const vector = index.vectors?.words.find(stem(spelt[at]!)) ?? -1;
      if (vector >= 0) unknown.push(vector);
      continue;
    }
    const stemNumber = vocabulary.stemOf(word);
    if (stemNumber < 0) continue;
    const weight = postings.idf(stemNumber) * (repaired.has(at) ? 0.8 : 1);
    total += postings.idf(stemNumber);
    const known = terms.get(stemNumber);
    terms.set(stemNumber, {
      stem: stemNumber,
      weight: Math.max(weight, known?.weight ?? 0),
      named: covered[at] === 1 || known?.named === true,
    });
  }
  return {
    terms: [...terms.values()],
    named: [...named.values()].sort((a, b) => b.weight - a.weight || a.passage - b.passage),
    unknown,
    total,
  };
}

/** Most words between two names that "and" or "or" joins: "the director of film". */
const MOST_BETWEEN = 6;

/** The names of a question that are joined with another: "Are both X and Y", "X or Y". */
function joinedOf(mentions: readonly Mention[], spelt: readonly string[]): Set<number> {
  const joined = new Set<number>();
  for (let next = 1; next < mentions.length; next++) {
    const [left, right] = [mentions[next - 1]!, mentions[next]!];
    const between = spelt.slice(left.at + left.length, right.at);
    if (between.length > MOST_BETWEEN || !between.some((word) => word === 'and' || word === 'or')) continue;
    joined.add(next - 1).add(next);
  }
  return joined;
}

/** Only its first words count as a question, here as in reading it. */
function firstWords({ words, marks, starts }: WordRow): WordRow {
  return {
    words: words.subarray(0, MAX_WORDS),
    marks: marks.subarray(0, MAX_WORDS),
    starts: starts.subarray(0, MAX_WORDS),
  };
}

/** How much a name tells: the idf of its words together, against that of one word that is nowhere else; 0 to 1. */
function specificity(index: PassageIndex, { words }: WordRow, at: number, length: number): number {
  let sum = 0;
  for (let i = at; i < at + length; i++) {
    const number = index.vocabulary.stemOf(words[i]!);
    if (number >= 0) sum += index.postings.idf(number);
  }
  return Math.min(1, sum / (index.postings.idf(-1) || 1));
}
