/** What the intent model is trained on: phrasings with words in their slots, and how they are to be taken apart. */
import { type IntentModel, type Label, observe, read, readByRules, type Scored } from '@vortexflow/answering/internal';
import { stem, tokenise } from '@vortexflow/knowledge';
import { type Random, seededRandom } from '@vortexflow/primitives';
import { KINDS, type Task } from '../kinds.ts';
import type { Lexicon } from '../lexicon.ts';
import { type Bank, fill, fillers as wordsOf } from '../template.ts';

type Familiar = IntentModel['familiar'];

export interface Example {
  readonly section: string;
  readonly template: string;
  readonly question: string;
  /** What the model sees when it knows those frames. */
  readonly observe: (familiar: Familiar) => Scored[];
  readonly accepts: (candidate: Scored['candidate'], label: Label) => boolean;
  /** The rules alone read it rightly. */
  readonly ruledRight: boolean;
}

/** How often each phrasing is filled. */
const FILLINGS = 6;

const SECTION_LABELS: Readonly<Record<string, readonly Label[]>> = {
  define: ['define'],
  instance: ['define'],
  hypernym: ['hypernym'],
  hyponym: ['hyponym'],
  isa: ['is_a'],
  common: ['common'],
  parts: ['parts'],
  partof: ['whole'],
  member: ['group'],
  members: ['members'],
  synonym: ['synonym'],
  antonym: ['antonym'],
  consequence: ['consequence'],
  cause: ['cause'],
  relate: ['relate'],
  reverse: ['reverse'],
  outside: ['open'],
  is_whole: ['is_whole'],
  has_part: ['has_part'],
  is_member: ['is_member'],
  is_synonym: ['is_synonym'],
  is_antonym: ['is_antonym'],
  is_consequence: ['is_consequence'],
};

export function examplesOf(lexicon: Lexicon, bank: Bank, seed: number): Example[] {
  const random = seededRandom(seed);
  return [...bank].flatMap(([section, templates]) =>
    templates.flatMap((template) =>
      Array.from({ length: FILLINGS }, (_, turn) => exampleOf(lexicon, random, section, template, turn)),
    ),
  );
}

const KIND: readonly Label[] = ['hypernym'];

/** "What kind of thing is Paris" and "What is Paris" want the same, "Who was Einstein" does not ask for a kind. */
const asksKind = (section: string, template: string): boolean =>
  section === 'instance' && /\b(?:kind|type|sort|class|category|instance|example)\b/.test(template);

/** Kinds that pick fitting words for sections that are no kind themselves. */
const BORROWED: Readonly<Record<string, string>> = {
  members: 'partof',
  cause: 'consequence',
  relate: 'common',
  is_whole: 'isa_no',
  has_part: 'isa_no',
  is_member: 'isa_no',
  is_synonym: 'isa_no',
  is_antonym: 'isa_no',
  is_consequence: 'isa_no',
  isa: 'isa_yes',
  outside: 'un_outside',
};
/** One filling in so many is a word that nobody knows. */
const NONWORD_EVERY = 6;

function taskOf(lexicon: Lexicon, random: Random, section: string, turn: number): Task {
  const isNonword =
    turn === NONWORD_EVERY - 1 && ['define', 'synonym', 'hypernym', 'antonym', 'hyponym', 'parts'].includes(section);
  const borrowed = BORROWED[section];
  const kinds = KINDS.filter(({ id, sections }) =>
    isNonword ? id === 'un_nonword' : borrowed ? id === borrowed : sections[0] === section && id !== 'un_nonword',
  );
  const kind = kinds[turn % kinds.length];
  if (!kind) throw new Error(`no words for [${section}]`);
  return kind.make(lexicon, random);
}

function exampleOf(lexicon: Lexicon, random: Random, section: string, template: string, turn: number): Example {
  const { fillers } = taskOf(lexicon, random, section, turn);
  const question = fill(template, fillers);
  const knows = (name: string): boolean => lexicon.knowledge.isName(name);
  const reading = read(question, knows);
  const [ruled] = readByRules(reading, knows);
  const labels = SECTION_LABELS[section];
  if (!labels) throw new Error(`no label for [${section}]`);
  const isBack = section === 'isa' && template.search(/\{a?y/) < template.search(/\{A?a?x/);
  const wanted: readonly Label[] = isBack ? ['is_a_back'] : [...labels, ...(asksKind(section, template) ? KIND : [])];
  const names = wordsOf(template, fillers).map(plain);
  const accepts: Example['accepts'] = ({ spans }, label) =>
    wanted.includes(label) && (label === 'open' || spans.every(({ text }, i) => plain(text) === names[i]));
  const inOrder = isBack ? names.toReversed() : names;
  const ruledRight =
    section === 'outside'
      ? ruled === undefined || ruled.coverage < 0.75
      : ruled !== undefined &&
        wanted.some((label) => ruled.intent === intentName(label)) &&
        ruled.arguments.every(({ text }, i) => plain(text) === inOrder[i]);
  return {
    section,
    template,
    question,
    observe: (familiar) => observe(reading, reading.plain, knows, ruled ?? null, familiar),
    accepts,
    ruledRight,
  };
}

const INTENT_OF: Partial<Record<Label, string>> = {
  is_whole: 'whole',
  has_part: 'parts',
  is_member: 'group',
  is_synonym: 'synonym',
  is_antonym: 'antonym',
  is_consequence: 'consequence',
};
const intentName = (label: Label): string => INTENT_OF[label] ?? label.replace('_back', '');

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/^(?:an?|the) /, '')
    .replace(/[^a-z0-9]+$/, '');

/** In how many phrasings each stem stands outside the slots, by phrasing. */
export function framesOf(templates: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const template of templates) for (const word of frameOf(template)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Stems of a phrasing outside its slots. */
export function frameOf(template: string): Set<string> {
  return new Set(tokenise(template.replace(/\{\w+\}/g, ' , ')).map(({ word }) => stem(word)));
}
