/** Finding names of the knowledge in a stretch of text: longest match, inflected forms brought back to their base. */
import { normaliseName } from '@vortexflow/knowledge';

/** Says whether the knowledge knows a normal-form name. */
export type KnowsName = (normalName: string) => boolean;

const IRREGULAR: ReadonlyMap<string, string> = new Map(
  (
    'men man women woman children child mice mouse geese goose teeth tooth feet foot oxen ox lice louse dice die ' +
    'people person wolves wolf knives knife wives wife lives life leaves leaf loaves loaf thieves thief halves half ' +
    'calves calf selves self shelves shelf elves elf hooves hoof criteria criterion phenomena phenomenon data datum ' +
    'went go gone go ran run was be were be been be did do done do had have made make bought buy taught teach ' +
    'thought think brought bring caught catch sought seek ate eat eaten eat drank drink drunk drink swam swim ' +
    'began begin begun begin sang sing sung sing broke break broken break spoke speak spoken speak wrote write ' +
    'written write gave give given give took take taken take knew know known know grew grow grown grow'
  )
    .split(' ')
    .reduce<[string, string][]>((pairs, word, i, all) => {
      if (i % 2 === 0) pairs.push([word, all[i + 1] as string]);
      return pairs;
    }, []),
);

/** Detachment rules of morphy(7WN): ending, replacement. Nouns first, then verbs, then adjectives. */
const DETACHMENTS: readonly (readonly [string, string])[] = [
  ['ies', 'y'],
  ['ves', 'f'],
  ['ves', 'fe'],
  ['ses', 's'],
  ['xes', 'x'],
  ['zes', 'z'],
  ['ches', 'ch'],
  ['shes', 'sh'],
  ['men', 'man'],
  ['es', 'e'],
  ['es', ''],
  ['s', ''],
  ['ied', 'y'],
  ['ed', 'e'],
  ['ed', ''],
  ['ying', 'ie'],
  ['ing', 'e'],
  ['ing', ''],
  ['est', ''],
  ['est', 'e'],
  ['er', ''],
  ['er', 'e'],
];

/** Base forms that a word may have, likeliest first, the word itself not among them. Only known ones are kept. */
export function baseForms(word: string, knows: KnowsName): string[] {
  const found: string[] = [];
  const add = (form: string | undefined): void => {
    if (form && form.length > 1 && form !== word && !found.includes(form) && knows(form)) found.push(form);
  };
  add(IRREGULAR.get(word));
  for (const [ending, replacement] of DETACHMENTS) {
    if (!word.endsWith(ending) || word.length - ending.length < (ending === 'ying' ? 1 : 2)) continue;
    const cut = word.slice(0, -ending.length);
    add(cut + replacement);
    // "running": the doubled consonant goes as well.
    const last = cut.at(-1);
    if (replacement === '' && ending !== 's' && last !== undefined && cut.at(-2) === last) add(cut.slice(0, -1));
  }
  return found;
}

/** Marks that names are written with and without. */
const SPELLINGS = [
  ['-', ' '],
  [' ', '-'],
  ['’', "'"],
] as const;

/**
 * The known name that a stretch of text is: as it stands, with hyphens and blanks swapped, or with its last (then its
 * first) word brought to a base form.
 *
 * @returns null when the knowledge knows none of them
 */
export function knownName(text: string, knows: KnowsName): string | null {
  const found = remembered.get(knows);
  const known = found?.get(text);
  if (known !== undefined) return known;
  const name = findName(text, knows);
  found?.set(text, name);
  return name;
}

/** Names found for one question: the same stretches of it are looked up again and again. */
const remembered = new WeakMap<KnowsName, Map<string, string | null>>();

/** The same knowledge, to be asked about one question: it remembers what it was asked. */
export function once(knows: KnowsName): KnowsName {
  const known = new Map<string, boolean>();
  const asked: KnowsName = (name) => {
    let answer = known.get(name);
    if (answer === undefined) known.set(name, (answer = knows(name)));
    return answer;
  };
  remembered.set(asked, new Map());
  return asked;
}

function findName(text: string, knows: KnowsName): string | null {
  const plain = normaliseName(text);
  if (!plain) return null;
  if (knows(plain)) return plain;
  for (const [mark, other] of SPELLINGS) {
    const spelling = plain.includes(mark) ? plain.replaceAll(mark, other) : plain;
    if (spelling !== plain && knows(spelling)) return spelling;
  }
  const words = plain.split(' ');
  const head = words.slice(0, -1).join(' ');
  const last = words.at(-1) as string;
  const joined = (form: string): string => (head ? `${head} ${form}` : form);
  const ending = baseForms(last, (form) => knows(joined(form)))[0];
  if (ending !== undefined) return joined(ending);
  if (words.length < 2) return null;
  const rest = words.slice(1).join(' ');
  const start = baseForms(words[0] as string, (form) => knows(`${form} ${rest}`))[0];
  return start === undefined ? null : `${start} ${rest}`;
}
