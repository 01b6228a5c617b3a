/**
 * Words that give an intent away. Each cue is a short sequence of word stems; the longest one that fits wins. The table
 * is data: a new phrasing is a new row, and rows combine freely with word order and arguments.
 */
import { stem } from '@vortexflow/knowledge';

/** What a cue says. Directional cues (`part`, `member`, `kind`, ...) become an intent only with word order. */
export type CueMeaning =
  | 'antonym'
  | 'synonym'
  | 'common'
  | 'define'
  | 'kind'
  | 'broader'
  | 'narrower'
  | 'example'
  | 'part'
  | 'made_of'
  | 'whole'
  | 'member'
  | 'belong'
  | 'group'
  | 'consequence'
  | 'word'
  | 'means'
  | 'call'
  | 'relate'
  | 'right';

const PHRASES: Readonly<Record<CueMeaning, string>> = {
  antonym:
    'antonym | opposite | opposite of | opposite meaning | contrary | contrary of | converse | inverse | reverse of | ' +
    'opposed to | antonymous | counterpart | other extreme | polar opposite | flip side | contrasts with | negation',
  synonym:
    'synonym | synonymous | another word | another word for | another name | other word | other words for | other name | different word | ' +
    'another term | different name | another way to say | another way of saying | alternative word | alternative name | ' +
    ' same meaning | same as | same thing | mean the same | means the same | means the same as | ' +
    'equivalent | interchangeable | similar meaning | similar word | similar in meaning | substitute for | ' +
    'instead of | stands in for | nearly the same',
  common:
    'in common | have in common | share | shared | common | both | common ancestor | unites | connects both | ' +
    'covers both | includes both | that includes | includes | encompasses | umbrella | similarity between | alike',
  define:
    'define | definition | definition of | meaning | meaning of | explain | describe | description of | signify | ' +
    'stand for | gloss | tell me about | what about | denote | refer to | refers to | sense of',
  kind: 'kind | kind of | type | type of | sort | sort of | variety of | species of | form of | classified | classify',
  broader:
    'category | class | broader | more general | generic | superordinate | hypernym | parent concept | superclass | ' +
    'supertype | genus | falls under | fall under | umbrella term | broad term | general term | instance of what | supercategory',
  narrower:
    'narrower | more specific | specific | hyponym | subtype | subclass | subcategory | kinds | types | sorts | varieties',
  example: 'example | example of | instance | instance of | for instance | such as | exemplify | exemplified',
  part:
    'part | part of | component | component of | constituent | piece of | portion of | element of | ingredient | ' +
    'meronym | holonym | section of | belongs inside',
  made_of:
    'consist of | consists of | made of | made up of | made from | composed of | comprise | contain | contains | ' +
    'include | built from | built of | make up | break down into | made out of',
  whole: 'whole | larger | larger thing | larger whole | bigger | bigger thing | greater whole',
  member: 'member | member of | membership',
  belong: 'belong to | belongs to | belong | belonging to',
  group: 'group | collection | collective',
  consequence:
    'cause | causes | cause of | entail | entails | imply | implies | lead to | leads to | result in | results in | ' +
    'bring about | brings about | consequence | consequence of | effect of | involve | necessitate | follow from | ' +
    'follows from | trigger | give rise to | presuppose | require',
  word: 'word | term | expression | noun | verb | adjective | adverb | name for | name of | word for | term for | phrase',
  means: 'means | mean | that means | describes | meant by',
  call: 'call | called | do you call | is called | known as | named',
  relate:
    'related | relation | relation between | relationship | relationship between | connected | connection | linked | link between | path',
  right: 'true or false | is it true that | is it true | is it correct that | right | correct | whether',
};

/** A row of the cue table, ready for matching. */
export interface Cue {
  readonly stems: readonly string[];
  readonly meaning: CueMeaning;
  /** Plural form in the table, as in `kinds`: told apart from `kind` by the word itself. */
  readonly exact: readonly string[];
}

/** All cues by their first stem, longest first. */
export const CUES_BY_STEM: ReadonlyMap<string, readonly Cue[]> = indexCues();

/** Words of politeness and grammar that ask without naming what is asked. */
export const FILLERS: ReadonlySet<string> = new Set(
  (
    'please tell give show find name list state say know want wonder like let get provide help me us you i we my ' +
    'thing things something anything someone exactly actually really just also ever typically usually generally ' +
    'really ok okay hi hello hey count considered regarded as called answer question there one ones example every any ' +
    'simple terms words cover covers apply applies fall falls fit fits use used english dictionary language short brief'
  ).split(' '),
);

/** Words that open a question for an unknown. */
export const QUESTION_WORDS: ReadonlySet<string> = new Set('what which who whom whose where when why how'.split(' '));

/** Verbs that open a yes-or-no question. */
export const AUXILIARIES: ReadonlySet<string> = new Set(
  'is are was were am be does do did can could would will should has have had isnt arent may might must'.split(' '),
);

function indexCues(): Map<string, Cue[]> {
  const index = new Map<string, Cue[]>();
  for (const [meaning, phrases] of Object.entries(PHRASES) as [CueMeaning, string][]) {
    for (const phrase of phrases.split(' | ')) {
      const exact = phrase.trim().split(' ');
      const stems = exact.map(stem);
      const first = stems[0] as string;
      const rows = index.get(first) ?? [];
      rows.push({ stems, meaning, exact });
      index.set(first, rows);
    }
  }
  // Longest first; of equal length, the one spelled as in the question is tried first by the matcher.
  for (const rows of index.values()) rows.sort((a, b) => b.stems.length - a.stems.length);
  return index;
}
