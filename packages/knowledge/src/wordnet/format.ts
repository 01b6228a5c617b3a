/**
 * The WordNet 3.1 database files, as wndb(5WN) describes them: one synset a line, its byte offset as its name.
 * Lines that begin with two blanks are the licence.
 */
import type { RelationName } from '../relations.ts';

export const PARTS_OF_SPEECH = ['n', 'v', 'a', 'r'] as const;
/** Part of speech; an adjective satellite counts as an adjective. */
export type PartOfSpeech = (typeof PARTS_OF_SPEECH)[number];

export const FILE_NAMES: Readonly<Record<PartOfSpeech, string>> = { n: 'noun', v: 'verb', a: 'adj', r: 'adv' };

/** Lexicographer files, lexnames(5WN); the index is the file number. They group synsets by topic. */
export const LEXICOGRAPHER_FILES = (
  'adj.all adj.pert adv.all noun.Tops noun.act noun.animal noun.artifact noun.attribute noun.body noun.cognition ' +
  'noun.communication noun.event noun.feeling noun.food noun.group noun.location noun.motive noun.object noun.person ' +
  'noun.phenomenon noun.plant noun.possession noun.process noun.quantity noun.relation noun.shape noun.state ' +
  'noun.substance noun.time verb.body verb.change verb.cognition verb.communication verb.competition verb.consumption ' +
  'verb.contact verb.creation verb.emotion verb.motion verb.perception verb.possession verb.social verb.stative ' +
  'verb.weather adj.ppl'
).split(' ');

/** A pointer of a synset: to a synset, and for lexical relations from one word to one word (1-based; 0: all words). */
interface Pointer {
  readonly relation: RelationName;
  /** Part of speech and offset of the target. */
  readonly target: string;
  readonly sourceWord: number;
  readonly targetWord: number;
}

/** One line of a data file. */
export interface SynsetLine {
  /** Part of speech and offset: unique within a release. */
  readonly key: string;
  readonly lexicographerFile: number;
  /** As written, blanks for underscores, without the syntactic marker of adjectives. */
  readonly words: string[];
  /** Sense number within the lexicographer file, needed to build sense keys. */
  readonly satellite: boolean;
  readonly pointers: Pointer[];
  readonly gloss: string;
}

const RELATION_OF_SYMBOL: Readonly<Record<string, RelationName>> = {
  '@': 'hypernym',
  '~': 'hyponym',
  '@i': 'instance_of',
  '~i': 'instance',
  '#m': 'member_of',
  '%m': 'member',
  '#s': 'substance_of',
  '%s': 'substance',
  '#p': 'part_of',
  '%p': 'part',
  '!': 'antonym',
  '&': 'similar',
  '^': 'also_see',
  '=': 'attribute',
  '+': 'derivation',
  '\\': 'pertains_to',
  '<': 'participle_of',
  '*': 'entails',
  '>': 'causes',
  $: 'verb_group',
  ';c': 'in_domain',
  ';r': 'in_domain',
  ';u': 'in_domain',
  '-c': 'domain_of',
  '-r': 'domain_of',
  '-u': 'domain_of',
};

/**
 * Reads one line of a data file.
 * @throws Error naming the synset when a pointer symbol is unknown, the gloss is missing or fields are
 */
export function parseSynsetLine(line: string, partOfSpeech: PartOfSpeech): SynsetLine {
  const bar = line.indexOf(' | ');
  const fields = line.slice(0, bar).split(' ');
  const key = partOfSpeech + fields[0];
  if (bar < 0) throw new Error(`synset ${key} has no gloss`);
  const wordCount = parseInt(fields[3] ?? '', 16);
  const pointersAt = 5 + 2 * wordCount;
  const pointerCount = Number(fields[pointersAt - 1]);
  // Also false when a count is no number. Verbs have more fields, their frames, behind the pointers.
  if (!(wordCount > 0 && fields.length >= pointersAt + 4 * pointerCount)) throw new Error(`synset ${key} is cut short`);
  const words = Array.from({ length: wordCount }, (_, word) => wordOf(fields[4 + 2 * word] as string));
  const pointers = Array.from({ length: pointerCount }, (_, pointer) =>
    pointerAt(fields, pointersAt + 4 * pointer, key),
  );
  return {
    key,
    lexicographerFile: Number(fields[1]),
    words,
    satellite: fields[2] === 's',
    pointers,
    gloss: line.slice(bar + 3).trim(),
  };
}

function wordOf(field: string): string {
  const marker = field.endsWith(')') ? field.lastIndexOf('(') : -1;
  return (marker > 0 ? field.slice(0, marker) : field).replaceAll('_', ' ');
}

function pointerAt(fields: string[], at: number, key: string): Pointer {
  const symbol = fields[at] as string;
  const relation = RELATION_OF_SYMBOL[symbol];
  if (!relation) throw new Error(`synset ${key} has the unknown pointer ${symbol}`);
  const partOfSpeech = fields[at + 2] === 's' ? 'a' : (fields[at + 2] as string);
  const words = fields[at + 3] as string;
  if (!/^[0-9a-f]{4}$/.test(words)) throw new Error(`synset ${key} has the malformed pointer words ${words}`);
  return {
    relation,
    target: partOfSpeech + fields[at + 1],
    sourceWord: parseInt(words.slice(0, 2), 16),
    targetWord: parseInt(words.slice(2), 16),
  };
}

/** A line of index.sense: which sense of a word a synset is, and how often it was seen in tagged text. */
export interface SenseLine {
  /** Lower case, blanks for underscores. */
  readonly lemma: string;
  readonly synset: string;
  /** 1 is the most common sense of the lemma in this part of speech. */
  readonly senseNumber: number;
  readonly tagCount: number;
}

const PART_OF_TYPE: readonly (PartOfSpeech | undefined)[] = [undefined, 'n', 'v', 'a', 'r', 'a'];

/**
 * Reads one line of index.sense, senseidx(5WN).
 * @throws Error that quotes the line when it is malformed
 */
export function parseSenseLine(line: string): SenseLine {
  const [senseKey = '', offset = '', number = '', tags = ''] = line.split(' ');
  const percent = senseKey.indexOf('%');
  const partOfSpeech = PART_OF_TYPE[Number(senseKey[percent + 1])];
  if (percent < 1 || !partOfSpeech || !/^\d+ \d+$/.test(`${number} ${tags}`))
    throw new Error(`malformed sense line "${line}"`);
  return {
    lemma: senseKey.slice(0, percent).replaceAll('_', ' '),
    synset: partOfSpeech + offset,
    senseNumber: Number(number),
    tagCount: Number(tags),
  };
}
