/** The kinds of questions: each picks its words and knows what is right. */
import { normaliseName, relation } from '@vortexflow/knowledge';
import type { Random } from '@vortexflow/primitives';
import { type Entry, type Lexicon, UP } from './lexicon.ts';
import type { Fillers } from './template.ts';

/** How an answer is compared with what is right; see `./judge.ts`. */
export type Match = 'definition' | 'definition_or_phrase' | 'phrase' | 'word' | 'yesno';

/** Words for a question, and what is right; null gold: nobody can know. */
export interface Task {
  readonly fillers: Fillers;
  readonly gold: readonly string[] | null;
}

export interface Kind {
  readonly id: string;
  /** Sections of the bank that its phrasings come from. */
  readonly sections: readonly string[];
  readonly match: Match;
  /** How many of 540 questions are of this kind. */
  readonly weight: number;
  readonly make: (lexicon: Lexicon, random: Random) => Task;
}

/** Gold is not empty: the question has an answer. */
function about(
  lexicon: Lexicon,
  random: Random,
  speech: 'n' | 'v' | 'a',
  goldOf: (entry: Entry) => readonly string[],
): Task {
  let gold: readonly string[] = [];
  const entry = lexicon.pick(random, speech, (candidate) => (gold = goldOf(candidate)).length > 0);
  return { fillers: { x: entry.name }, gold };
}

const choose = <T>(random: Random, values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;

function instance(lexicon: Lexicon, random: Random): Task {
  const node = lexicon.pickInstance(random);
  const name = lexicon.knowledge.labelOf(node);
  const nodes = lexicon.nouns(name);
  return { fillers: { x: name }, gold: [...lexicon.definitions(nodes), ...lexicon.names(lexicon.above(nodes, 2))] };
}

const hypernym = (lexicon: Lexicon, random: Random): Task =>
  about(lexicon, random, 'n', ({ name, nodes }) =>
    lexicon.related(nodes, 'hypernym').length > 0 ? lexicon.names(lexicon.above(nodes, 3), name) : [],
  );

const hyponym = (lexicon: Lexicon, random: Random): Task =>
  about(lexicon, random, 'n', ({ name, nodes }) =>
    lexicon.names(
      nodes.flatMap((node) =>
        [...lexicon.reach(node, ['hyponym', 'instance'], 8)].flatMap(([low, d]) => (d ? [low] : [])),
      ),
      name,
    ),
  );

function isA(lexicon: Lexicon, random: Random): Task {
  const low = lexicon.pick(
    random,
    'n',
    ({ nodes }) => plainNames(lexicon, lexicon.above(nodes.slice(0, 2), 4)).length > 0,
  );
  const high = choose(random, plainNames(lexicon, lexicon.above(low.nodes.slice(0, 2), 4)));
  return high === low.name ? isA(lexicon, random) : { fillers: { x: low.name, y: high }, gold: ['yes'] };
}

const plainNames = (lexicon: Lexicon, nodes: readonly number[]): string[] =>
  lexicon.names(nodes).filter((name) => /^[a-z][a-z ]+$/.test(name));

function isNotA(lexicon: Lexicon, random: Random): Task {
  const low = lexicon.pick(random, 'n', ({ nodes }) => nodes.every((node) => lexicon.depth(node) > TOO_GENERAL));
  const all = new Set(lexicon.above(low.nodes, 30).concat(low.nodes));
  const high = lexicon.pick(random, 'n', ({ nodes }) => {
    const over = lexicon.above(nodes, 30).concat(nodes);
    return !nodes.some((node) => all.has(node)) && !low.nodes.some((node) => over.includes(node));
  });
  return { fillers: { x: low.name, y: high.name }, gold: ['no'] };
}

/** Depth below which everything is everything. */
const TOO_GENERAL = 2;

function common(lexicon: Lexicon, random: Random): Task {
  const left = lexicon.pick(random, 'n', ({ used }) => used);
  const kin = lexicon.above(left.nodes.slice(0, 1), 3).filter((node) => lexicon.depth(node) > TOO_GENERAL);
  if (kin.length === 0) return common(lexicon, random);
  const below = [...lexicon.reach(choose(random, kin), ['hyponym'], 3)].map(([node]) => node);
  const others = plainNames(lexicon, below).filter((name) => name !== left.name);
  if (others.length === 0) return common(lexicon, random);
  const right = choose(random, others);
  const gold = lexicon.names(meetings(lexicon, left.nodes, lexicon.nouns(right)), left.name, right);
  if (gold.length === 0) return common(lexicon, random);
  return { fillers: { x: left.name, y: right }, gold };
}

/** Nearest and deepest common ancestors of all pairs of meanings, and what those are. */
function meetings(lexicon: Lexicon, left: readonly number[], right: readonly number[]): Set<number> {
  const found = new Set<number>();
  for (const a of left) {
    const above = lexicon.reach(a, UP);
    for (const b of right) {
      const shared = [...lexicon.reach(b, UP)].flatMap(([node, steps]) => {
        const way = above.get(node);
        return way === undefined ? [] : [{ node, way: way + steps, depth: lexicon.depth(node) }];
      });
      const nearest = shared.toSorted((m, n) => m.way - n.way)[0];
      const deepest = shared.toSorted((m, n) => n.depth - m.depth)[0];
      for (const meeting of [nearest, deepest]) {
        if (!meeting || meeting.depth <= TOO_GENERAL - 1) continue;
        found.add(meeting.node);
        for (const up of lexicon.related([meeting.node], ...UP)) found.add(up);
      }
    }
  }
  return found;
}

const parts = (lexicon: Lexicon, random: Random): Task =>
  about(lexicon, random, 'n', ({ nodes }) => {
    const own = lexicon.related(nodes, 'part', 'substance');
    return own.length === 0 ? [] : lexicon.names([...own, ...inheritedParts(lexicon, nodes)]);
  });

const inheritedParts = (lexicon: Lexicon, nodes: readonly number[]): number[] =>
  lexicon.related(lexicon.related(nodes, ...UP), 'part', 'substance', 'member');

function noParts(lexicon: Lexicon, random: Random): Task {
  const { name } = lexicon.pick(random, 'n', ({ nodes, used }) => {
    const all = [...nodes, ...lexicon.above(nodes, 1)];
    return used && lexicon.related(all, 'part', 'substance', 'member').length === 0;
  });
  return { fillers: { x: name }, gold: null };
}

const wholes = (lexicon: Lexicon, random: Random): Task =>
  about(lexicon, random, 'n', ({ name, nodes }) => {
    const own = lexicon.related(nodes, 'part_of', 'substance_of');
    return own.length === 0 ? [] : lexicon.names([...own, ...lexicon.related(own, 'hypernym')], name);
  });

const groups = (lexicon: Lexicon, random: Random): Task =>
  about(lexicon, random, 'n', ({ name, nodes, used }) =>
    used ? lexicon.names(lexicon.related(nodes, 'member_of'), name) : [],
  );

function consequence(lexicon: Lexicon, random: Random): Task {
  return about(lexicon, random, 'v', ({ name, nodes }) =>
    lexicon.names(lexicon.related(nodes, 'causes', 'entails'), name),
  );
}

function synonym(lexicon: Lexicon, random: Random): Task {
  const speech = choose(random, ['n', 'n', 'v', 'a'] as const);
  return about(lexicon, random, speech, ({ name }) =>
    lexicon.names(
      lexicon.knowledge.senses(name).map(({ node }) => node),
      name,
    ),
  );
}

function antonym(lexicon: Lexicon, random: Random): Task {
  const speech = choose(random, ['n', 'v', 'a', 'a', 'a'] as const);
  return about(lexicon, random, speech, ({ name }) => opposites(lexicon, name));
}

/** Opposites of the very word, and of the adjectives that its meanings resemble. */
function opposites(lexicon: Lexicon, name: string): string[] {
  const { knowledge } = lexicon;
  const found: string[] = [];
  let isDirect = false;
  for (const { node } of knowledge.senses(name)) {
    for (const head of [node, ...lexicon.related([node], 'similar')]) {
      knowledge.forEachArc(head, (target, kind, label) => {
        if (kind !== relation('antonym')) return;
        const own = knowledge.namesOf(head)[(label >> 8) - 1];
        if (head === node && own !== undefined && normaliseName(own) === name) isDirect = true;
        found.push(knowledge.namesOf(target)[Math.max(0, (label & 255) - 1)] as string);
      });
    }
  }
  return isDirect ? found : [];
}

function noAntonym(lexicon: Lexicon, random: Random): Task {
  const { name } = lexicon.pick(random, 'n', (entry) => {
    const nodes = lexicon.knowledge.senses(entry.name).map(({ node }) => node);
    return entry.used && lexicon.related([...nodes, ...lexicon.related(nodes, 'similar')], 'antonym').length === 0;
  });
  return { fillers: { x: name }, gold: null };
}

/** A description and the words that it describes. `changed`: some of its words left out or replaced. */
function reverse(changed: boolean) {
  return (lexicon: Lexicon, random: Random): Task => {
    const entry = lexicon.pick(random, 'n', ({ nodes, used }) => used && nodes.length > 0);
    const [node] = entry.nodes as [number];
    const [definition = ''] = lexicon.definitions([node]);
    const plain =
      definition
        .replace(/\([^)]*\)/g, '')
        .split(';')[0]
        ?.trim()
        .replace(/\s+/g, ' ') ?? '';
    const words = plain.split(' ');
    const names = lexicon.names([node]);
    const tells = names.some((name) => ` ${plain} `.includes(` ${name} `));
    if (words.length < 6 || words.length > 22 || tells || /["“”]/.test(plain)) return reverse(changed)(lexicon, random);
    return { fillers: { d: changed ? changeWords(lexicon, random, words).join(' ') : plain }, gold: names };
  };
}

const LEFT_OUT = 0.2;
const REPLACED = 0.25;

function changeWords(lexicon: Lexicon, random: Random, words: readonly string[]): string[] {
  return words.flatMap((word) => {
    if (!/^[a-z]{4,}$/.test(word)) return [word];
    const chance = random();
    if (chance < LEFT_OUT) return [];
    if (chance > LEFT_OUT + REPLACED) return [word];
    const other = lexicon.knowledge
      .senses(word)
      .slice(0, 1)
      .flatMap(({ node }) => lexicon.names([node], word));
    return [choose(random, other) ?? word];
  });
}

const ONSETS = 'b c d f g h j k l m n p r s t v w z bl br cl cr dr fl fr gl gr pl pr sl sn sp st tr'.split(' ');
const CODAS = 'b d f g k l m n p r s t x ck lm nd nt rk sk st'.split(' ');

/** A word of one to three syllables that nobody knows. */
function nonword(lexicon: Lexicon, random: Random): Task {
  let word = '';
  const syllables = 2 + Math.floor(random() * 2);
  for (let i = 0; i < syllables; i++) word += choose(random, ONSETS) + choose(random, ['a', 'e', 'i', 'o', 'u']);
  word += choose(random, CODAS);
  return lexicon.knowledge.isName(word) ? nonword(lexicon, random) : { fillers: { x: word }, gold: null };
}

function outside(lexicon: Lexicon, random: Random): Task {
  const pick = (): string => lexicon.pick(random, 'n', ({ used }) => used).name;
  return { fillers: { x: pick(), y: pick() }, gold: null };
}

const define = (lexicon: Lexicon, random: Random): Task =>
  about(lexicon, random, 'n', ({ nodes }) => lexicon.definitions(nodes));

const kind = (id: string, sections: string, match: Match, weight: number, make: Kind['make']): Kind => {
  return { id, sections: sections.split(' '), match, weight, make };
};

export const KINDS: readonly Kind[] = [
  kind('define', 'define', 'definition', 60, define),
  kind('instance', 'instance', 'definition_or_phrase', 25, instance),
  kind('hypernym', 'hypernym', 'phrase', 40, hypernym),
  kind('hyponym', 'hyponym', 'phrase', 30, hyponym),
  kind('isa_yes', 'isa', 'yesno', 30, isA),
  kind('isa_no', 'isa', 'yesno', 30, isNotA),
  kind('common', 'common', 'phrase', 30, common),
  kind('parts', 'parts', 'phrase', 30, parts),
  kind('partof', 'partof', 'phrase', 30, wholes),
  kind('member', 'member', 'phrase', 15, groups),
  kind('synonym', 'synonym', 'phrase', 40, synonym),
  kind('antonym', 'antonym', 'phrase', 40, antonym),
  kind('consequence', 'consequence', 'phrase', 15, consequence),
  kind('reverse_light', 'reverse', 'word', 30, reverse(false)),
  kind('reverse_hard', 'reverse', 'word', 30, reverse(true)),
  kind('un_nonword', 'define synonym hypernym antonym hyponym parts', 'phrase', 16, nonword),
  kind('un_outside', 'outside', 'phrase', 20, outside),
  kind('un_no_antonym', 'antonym', 'phrase', 15, noAntonym),
  kind('un_no_parts', 'parts', 'phrase', 14, noParts),
];
