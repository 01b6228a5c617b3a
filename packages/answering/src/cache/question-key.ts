/**
 * Under which key an answer is kept. Two questions share a key only when their meaning cannot differ, so this folds
 * little: blanks, the punctuation at the end, Unicode composition, and the case of words that mean the same in any case.
 */
import type { ProcessRequest } from '@vortexflow/protocol';

/** Says whether a word means something else when it is capitalised, as "Polish" does. */
export type CaseMatters = (word: string) => boolean;

/** Words that open a question or hold it together, of which none is also a name. */
const GRAMMAR = new Set(
  (
    'what which whose whom when where why how is are was were am be been do does did has have had can could would ' +
    'should the an of in on at to from by with for and or not that this these those there its it define name give ' +
    'tell list describe explain find show kind type sort part parts'
  ).split(' '),
);

/** Words after which a question begins, so that a "please" before them says nothing. */
const OPENERS = 'what|which|whose|whom|who|when|where|why|how|define|name|give|tell|list|describe|explain|find|show';
const POLITE = new RegExp(
  String.raw`^(?:(?:hi|hello|hey|please|thanks|thank you)\s*[,!.:]\s*(?:please\s*,?\s*)?|please\s+(?=(?:${OPENERS})\b))`,
  'i',
);
const POLITE_END = /\s*,\s*please\s*(?=[?.!]*$)/i;

/**
 * A question with all taken out that cannot change its meaning. Linear in its length.
 *
 * @param caseMatters asked of capitalised words that are not words of grammar
 */
export function plainQuestion(text: string, caseMatters: CaseMatters): string {
  const plain = text.normalize('NFC').replace(/\s+/gu, ' ').trim();
  return foldCase(withoutEnd(plain), caseMatters);
}

/** The same without "please" and greetings, or null when there are none. */
export function withoutPoliteness(text: string): string | null {
  const plain = text.trim();
  const bare = plain.replace(POLITE, '').replace(POLITE_END, '');
  return bare === plain || bare.trim() === '' ? null : bare;
}

/** Question marks always go; a full stop or exclamation mark only after a word: "5!" is 120, and ".5." a number. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && ' ?'.includes(text[end - 1] as string)) end--;
  const last = /\p{L}\p{Ll}[.!]+$/u.exec(text.slice(Math.max(0, end - 16), end));
  if (last) end -= last[0].length - 2;
  return end === 0 ? text : text.slice(0, end);
}

function foldCase(text: string, caseMatters: CaseMatters): string {
  if (text === text.toLowerCase()) return text;
  return text.replace(/(?<![\p{L}\p{N}'’-])\p{Lu}[\p{L}'’-]*/gu, (word) => foldWord(word, caseMatters));
}

/** A word in capitals may be an acronym: "WHO", "IT". One letter stays too: "I", "C", vitamin "A". */
function foldWord(word: string, caseMatters: CaseMatters): string {
  const rest = word.slice(1);
  if (rest === '' || rest !== rest.toLowerCase()) return word;
  const lower = word.toLowerCase();
  return lower === 'who' || GRAMMAR.has(lower) || !caseMatters(lower) ? lower : word;
}

/**
 * All fields of a request that change a complete answer: the deadline decides only whether it is complete. Those that every
 * request has one by one, as this is done each time; none is left out that comes later.
 */
function fieldsOf(request: ProcessRequest): string {
  const { input: _question, timeout_ms: _deadline, cache: _wish, ...fields } = request;
  const { mode, sacred_only, min_confidence, strategy, weight_strategy, top_k, ...others } = fields;
  const known = `${mode} ${sacred_only} ${min_confidence} ${strategy} ${weight_strategy} ${top_k}`;
  const more = Object.entries(others);
  return more.length === 0 ? known : known + JSON.stringify(more.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Keys of one request. */
export interface AnswerKeys {
  /** Under which its answer is kept. */
  readonly own: string;
  /** Under which it may also be found: the question without politeness, if it has any. */
  readonly bare: string | null;
  /** The question by itself, see {@link plainQuestion}. */
  readonly plain: string;
}

/**
 * A polite question may take the answer to the bare one, but not the other way round: should the politeness have
 * confused a reasoner, the bare question must not suffer for it.
 *
 * @param request with all defaults filled in
 * @param version of all that answers depend on beside the request; see AnswerMemory
 */
export function answerKeys(request: ProcessRequest, version: string, caseMatters: CaseMatters): AnswerKeys {
  const prefix = `${version}\n${fieldsOf(request)}\n`;
  const bare = withoutPoliteness(request.input);
  const plain = plainQuestion(request.input, caseMatters);
  return {
    plain,
    own: prefix + plain,
    bare: bare === null ? null : prefix + plainQuestion(bare, caseMatters),
  };
}
