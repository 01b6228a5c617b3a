/** Inputs for timing: plain questions, and the largest bodies that cost the tiers most. */

/** Longest question, characters, and largest body of one, bytes. */
const [MAX_INPUT, MAX_BODY] = [8_192, 131_072];

const NOUNS = [
  'dog',
  'semantic network',
  'rock and roll',
  'union',
  "O'Brien",
  'table of contents',
  'café',
  'select committee',
  'a/b testing',
  'river',
];
const FORMS: readonly ((noun: string, other: string) => string)[] = [
  (noun) => `What is ${noun}?`,
  (noun, other) => `How is ${noun} related to ${other}?`,
  (noun) => `What does "${noun}" mean?`,
  (noun, other) => `Which of ${noun} and ${other} is the older one, and who said so first in the sources that we have?`,
];

/** 400 questions. */
export const plainTexts = (): string[] =>
  NOUNS.flatMap((noun) => NOUNS.flatMap((other) => FORMS.map((form) => form(noun, other))));

const filled = (piece: string): string => piece.repeat(Math.ceil(MAX_INPUT / piece.length)).slice(0, MAX_INPUT);
const question = (input: string): string => JSON.stringify({ input });
/** Every character as an escape of six bytes. */
const escaped = (input: string): string =>
  `{"input":"${Array.from({ length: input.length }, (_, i) => `\\u${input.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"}`;
/** So many different characters, none of them plain. */
const manyCharacters = Array.from({ length: MAX_INPUT }, (_, i) => String.fromCharCode(0x3400 + i)).join('');
const padded = (json: string): string => json.padEnd(MAX_BODY, ' ');

const LARGEST: Readonly<Record<string, string>> = {
  'plain words': question(filled('the quick brown fox jumps over the lazy dog. ')),
  'escapes of escapes': question(filled('%25252525')),
  entities: question(filled('&#x26;#')),
  markup: question(filled('<!--')),
  templates: question(filled('${{')),
  quotes: question(filled("' or '")),
  dots: question(filled('../')),
  'combining marks': question(filled('a\u0301\u0327\u0323')),
  'wide letters': question(filled('＜ｓｃｒｉｐｔ＞')),
  'ligatures of 18 characters': question(filled('\ufdfa')),
  'many different characters': question(manyCharacters),
  'pairs of surrogates': question(filled('😀')),
  'characters as escapes, padded': padded(escaped(filled("<a b='c'>"))),
  blanks: padded('{"input":"x"}'),
  brackets: '['.repeat(MAX_BODY),
  keys: `{${Array.from({ length: MAX_BODY / 16 }, (_, i) => `"k${i}":1`).join(',')}}`,
  digits: `{"input":"x","top_k":${'9'.repeat(MAX_BODY - 30)}}`,
  'a text beyond the limit': question('a'.repeat(MAX_BODY - 20)),
};

export const largestBodies = (): { name: string; body: Buffer }[] =>
  Object.entries(LARGEST).map(([name, text]) => ({ name, body: Buffer.from(text) }));
