/** Texts taken apart once: the same ones come up for many questions. */
import { type Token, tokenise } from '@vortexflow/knowledge';
import { splitSentences } from '../reasoners/evidence.ts';
import { topicTerms } from '../reasoners/terms.ts';

export interface ParsedSentence {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Stems of the words that carry a topic. */
  readonly terms: ReadonlySet<string>;
}

export interface ParsedText {
  readonly sentences: readonly ParsedSentence[];
  /** Of all of them. */
  readonly terms: ReadonlySet<string>;
}

/** Sentences of one text that are looked at. */
const MOST_SENTENCES = 40;
/** Texts that are kept: some 10 kB each. */
const KEPT = 400;

/** Keeps the latest texts. One thread's. */
export class TextParser {
  readonly #kept = new Map<string, ParsedText>();

  parse(text: string): ParsedText {
    const known = this.#kept.get(text);
    if (known) return known;
    const parsed = parseText(text);
    if (this.#kept.size >= KEPT) this.#kept.delete(this.#kept.keys().next().value as string);
    this.#kept.set(text, parsed);
    return parsed;
  }
}

function parseText(text: string): ParsedText {
  const sentences = splitSentences(text).slice(0, MOST_SENTENCES).map(parseSentence);
  return { sentences, terms: new Set(sentences.flatMap(({ terms }) => [...terms])) };
}

function parseSentence(text: string): ParsedSentence {
  const tokens = tokenise(text);
  return { text, tokens, terms: topicTerms(tokens) };
}
