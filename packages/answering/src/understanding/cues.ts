/**
 * Words that give an intent away. Each cue is a short sequence of words; the longest one that fits wins. The table is
 * data: a new phrasing is a new row, and rows combine freely with word order and arguments.
 */
import { stem } from '@vortexflow/knowledge';

/** What a cue says. Directional cues (`part`, `member`, `kind`, ...) become an intent only with word order. */
export type CueMeaning =
  | 'antonym'
  | 'synonym'
  | 'common'
  | 'includes'
  | 'define'
  | 'kind'
  | 'broader'
  | 'category'
  | 'narrower'
  | 'counts'
  | 'example'
  | 'part'
  | 'made_of'
  | 'makes'
  | 'within'
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

/** Every first word with every second one, e.g. `another word | another term | other word | ...`. */
const pairs = (first: string, second: string): string =>
  first
    .split(' ')
    .flatMap((one) => second.split(' ').map((two) => `${one} ${two}`))
    .join(' | ');

const PHRASES: Readonly<Record<CueMeaning, string>> = {
  antonym:
    'antonym | opposite | opposite of | opposite meaning | opposite in meaning | opposite word | opposite to | contrary | ' +
    'contrary of | converse | inverse | reverse of | reverse | opposed to | opposed in meaning | antonymous | antithesis | ' +
    'counterpart | other extreme | other end of the scale | polar opposite | flip side | contrast | contrast with | ' +
    'contradict | contradictory | negation | negative of | exact opposite',
  synonym:
    `${pairs('another other different alternative alternate equivalent substitute replacement similar', 'word term name expression phrase noun verb adjective way')} | ` +
    'synonym | synonymous | another way to say | another way of saying | other way to say | same meaning | same sense | ' +
    'same as | same thing | mean the same | mean the same as | mean the same thing | say the same thing | equivalent | ' +
    'equivalent of | interchangeable | similar meaning | similar in meaning | close in meaning | closest in meaning | ' +
    'near in meaning | nearest in meaning | identical in meaning | equal in meaning | substitute for | instead of | ' +
    'in place of | stand in for | nearly the same | alternative to | alternative for | alternative | replace | ' +
    'replacement for | replaced | thesaurus | how else | else called | else can | else could | else is | word similar to | ' +
    'term similar to | word close to | word like | also called | also known as | alias | rephrase | reword | paraphrase',
  common:
    'in common | have in common | share | common | both | common ancestor | unite | connects both | taken together | together | covers both | ' +
    'includes both | similarity between | similarity | alike | similar',
  includes: 'include | includes | encompass | cover | covers | subsume',
  define:
    'define | definition | definition of | meaning | meaning of | explain | explanation | describe | description of | ' +
    'signify | stand for | gloss | tell me about | what about | denote | refer to | sense of | mean by | meant by | ' +
    'is meant | understand by | understood by | know about | sense',
  kind: 'kind | kind of | type | type of | sort | sort of | variety of | species of | form of | breed of',
  broader:
    'broader | broad term | more general | general term | generic | generic term | superordinate | hypernym | ' +
    'parent concept | parent category | parent class | parent term | superclass | supertype | umbrella | umbrella term | supercategory | wider term | instance of what',
  category:
    'category | class | fall under | fall into | classify | classified | classification | categorise | categorize | ' +
    'general category | rubric | taxonomy',
  narrower:
    'narrower | more specific | specific | hyponym | subtype | subclass | subcategory | subordinate | kinds | types | ' +
    'sorts | varieties | forms of',
  counts: 'count as | classified as | considered | considered to be | regarded as | qualify as | classed as | pass for',
  example:
    'example | example of | instance | instance of | for instance | for example | such as | exemplify | exemplified',
  part:
    'part | part of | form part of | component | component of | constituent | constituent of | piece | piece of | portion of | ' +
    'element of | ingredient | ingredient of | meronym | section of | building block | subpart | component part',
  made_of:
    'consist of | made of | made up of | made from | made out of | composed of | comprise | comprised of | contain | ' +
    'built from | built of | constituted of | constructed from | formed of | break down into | divided into',
  makes: 'make up | constitute | go into | goes into',
  within:
    'contained in | included in | found in | find in | inside | belongs inside | found inside | found within | within',
  whole:
    'whole | larger | larger thing | larger whole | bigger | bigger thing | greater whole | entire | holonym | in it | inside it | within it',
  member: 'member | member of | membership | membership of',
  belong: 'belong to | belong | belonging to',
  group: 'group | collection | collective | genus | family',
  consequence:
    'cause | cause of | entail | imply | lead to | result | result in | result of | bring about | consequence | ' +
    'consequence of | effect | effect of | involve | necessitate | necessarily | follow from | follow | trigger | ' +
    'give rise to | presuppose | require | happen | happens when | happens if | must you | must also | must one | must first | also do | have to do | else do | else happens | outcome | outcome of | in order to',
  word: 'word | term | expression | noun | verb | adjective | adverb | name for | name given to | word for | term for | phrase',
  means: 'means | mean | that means | describes',
  call: 'call | called | do you call | is called | known as | named',
  relate:
    'related | relate | relation | relation between | relationship | relationship between | connected | connect | ' +
    'connection | linked | link | link between | path | path between | path from | associated | to do with',
  right:
    'true or false | is it true that | is it true | is it correct that | is it the case that | is it right that | ' +
    'is it a fact that | right | correct | whether | yes or no | true | isnt it | arent they | agree | agree that',
};

/** A row of the cue table, ready for matching. */
export interface Cue {
  readonly meaning: CueMeaning;
  readonly words: readonly string[];
}

/** All cues by the stem of their first word, longest first. */
export const CUES_BY_STEM: ReadonlyMap<string, readonly Cue[]> = indexCues();

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Words of politeness and of asking: they are never what a question is about. */
export const ASKING: ReadonlySet<string> = setOf(
  'please thanks thank kindly tell give show find list mention provide let get say know want wonder wondering would ' +
    'like need looking help me us you i im id we my ok okay hi hello hey quick quickly dear cheers well so exactly ' +
    'actually really just also ever typically usually generally simply basically technically strictly speaking ' +
    'curious asking ask answer question identify recall',
);

/**
 * Words that fill a question without telling what it is about. Unlike {@link ASKING} each is a topic in its own right
 * when nothing else can be: "What is an object?"
 */
export const LIGHT: ReadonlySet<string> = setOf(
  'name state thing things something anything someone somebody anyone person people object objects item items ' +
    'entity concept concepts notion idea action act activity process one ones every any each all few several some ' +
    'many various different certain particular possible single simple short brief general main typical known ' +
    'existing count counts regarded as called there simply words terms cover covers apply applies fall falls fit fits ' +
    'use used using say saying put english dictionary language exist exists consider considered think thought ' +
    'believe found finds doing done happen must necessarily result make makes place idea way ways own says plain ' +
    'information info details reading read heard hear keep forgot forget remember suggest recommend propose express expresses ' +
    'two three four five expressed structure structures closest nearest next immediate direct overall system something fact sentence',
);

/** Words that say what sort of answer is wanted, not what a text with it speaks of. */
export const ANSWER_SORTS: ReadonlySet<string> = setOf(
  'many much long far old kind type sort name tell give show find list explain describe please',
);

/** Words that open a question for an unknown. */
export const QUESTION_WORDS: ReadonlySet<string> = setOf('what which who whom whose where when why how whats');

/** Verbs that open a yes-or-no question. */
export const AUXILIARIES: ReadonlySet<string> = setOf(
  'is are was were am be does do did can could would will should has have had isnt arent may might must doesnt dont ' +
    'cant couldnt wouldnt wasnt werent',
);

/** Whether only yes or no, perhaps with more behind it, can answer a question: it opens with one of these. */
export const asksYesOrNo = (question: string): boolean => YES_OR_NO.test(question);
const YES_OR_NO = new RegExp(`^\\W*(?:${[...AUXILIARIES].join('|')})\\b`, 'i');

/** Verbs that turn "would you ..." into a question for yes or no. */
export const OPINION_VERBS: ReadonlySet<string> = setOf(
  'say agree think call consider believe classify regard count describe',
);

function indexCues(): Map<string, Cue[]> {
  const index = new Map<string, Cue[]>();
  for (const [meaning, phrases] of Object.entries(PHRASES) as [CueMeaning, string][]) {
    for (const phrase of phrases.split(' | ')) {
      const words = phrase.trim().split(' ');
      const first = stem(words[0] as string);
      const rows = index.get(first) ?? [];
      rows.push({ meaning, words });
      index.set(first, rows);
    }
  }
  for (const rows of index.values()) rows.sort((a, b) => b.words.length - a.words.length);
  return index;
}
