/**
 * What a text is about, by its first sentence: `Edgar "Ned" Valmont (born ...) is a director`, `"Amber" is a song`, `The
 * mooring line is a rope`. Names a text that has no title, or one that says nothing. English.
 */

/** What the first sentence says. */
export interface Lead {
  /** The name as written, without article. */
  readonly name: string;
  /** The same in other ways: without titles of honour, by nickname, with what follows a comma. */
  readonly others: readonly string[];
  /** What it is said to be, some words: "American political consultant"; may be empty. */
  readonly kind: string;
}

/** How much of a text is looked at, characters. */
const HEAD = 400;
/** Longest name, in words. */
const LONGEST = 12;

const ARTICLE = /^(?:the|a|an)\s+/i;
const QUOTED = /^\s*(?:the\s+)?(?:["“”„«]|``|'')\s*([^"“”«»\n]{1,100}?)\s*(?:["“”»]|'')/iu;
const TERM = /^the (?:term|terms|word|name|phrase|expression)\s+/i;
const COPULA = 'is|was|are|were';
/** What ends the subject of a sentence. */
const END = new RegExp(
  `[(,;:\\n\\[]|(?<=\\p{Ll}{4})\\.(?=\\s|$)|\\s(?:${COPULA}|has|had|refers?|may|can|could|will|would|consists?|also|represent(?:s|ed)|took|takes|began|begins|became|occur(?:s|red)|participated|competed|played|plays|serve[sd]|featur(?:es|ed)|includ(?:es|ed)|describe[sd]|lies|stands|stood|runs|ran|bears|contains|covers|became|won|lost|made|makes|did|does|do|went|goes|comes|came|uses|used|provides|shows|gives|gave)(?=\\s)`,
  'u',
);
const DEFINED = new RegExp(
  `^(?:the|an?)\\s+((?:[\\p{L}\\p{N}'’-]+\\s+){0,5}?[\\p{L}\\p{N}'’-]+)\\s+(?:\\([^()]{0,200}\\)\\s+)?(?:(?:${COPULA})\\s+(?:an?|the|any|one|used|defined)|refers|describes|means)\\s`,
  'iu',
);
const KIND = new RegExp(`\\s(?:${COPULA})\\s+(?:an?|the|one of the)\\s+((?:[\\p{L}\\p{N}-]+\\s*){1,8})`, 'iu');
const KIND_END =
  /\s(?:of|in|on|at|by|from|for|to|with|who|which|that|and|or|directed|written|produced|released|located|known|based|born|who|created|published|set|starring)(?=\s|$)/i;
/** No name begins with these. */
const NO_NAME = new Set(
  (
    'in on at by as after before during since for from with under over between among although though while when where if because ' +
    'however therefore moreover similarly originally described according despite to upon this these that those it its he she his ' +
    'her they their there here we you i my our your today now then also most many some few several all both each every another ' +
    'other such one following more no not about because but and or so what who how why which see'
  ).split(' '),
);
const HONOUR =
  /^(?:(?:sir|dame|lord|lady|baron|baroness|count|countess|saint|st|dr|prof|professor|rev|reverend|major|general|lieutenant|colonel|captain|admiral|commander|brigadier|sergeant|sheikh|shaikh|sheik|king|queen|prince|princess|archduke|archduchess|infante|infanta|duke|duchess|the|hon|honourable|right|mr|mrs|ms)[.\s-]+\s*)+(?=(?-i:\p{Lu}))/iu;
const AFTER_NAME = /(?:\s+(?:jr|sr|mbe|obe|cbe|kbe|frs|frsl|mp|phd|md|esq|ii|iii)\b\.?)+$/i;
const NICKNAME = /\s+["“”'‘’]+([\p{L}][^"“”()]{0,30}?)["“”'‘’]+\s+/u;
/** "In Love and War (1987) is": a title may begin with any word, when others have capitals and something is said of it. */
const WORK = new RegExp(
  `^\\p{Lu}[\\p{L}'’]*(?:[\\s,–.-]+[\\p{L}\\p{N}'’]+){0,10}?[\\s,–.-]+(?:\\p{Lu}|\\d)[\\p{L}\\p{N}'’]*[?!]?\\s*(?:\\([^()]{0,80}\\)\\s*)?(?<![,;])\\s(?:${COPULA})\\s+(?:an?|the)\\s`,
  'u',
);
const OWNER = /^(\p{Lu}[\p{L}\p{M}\s]*?)['’]s\s+\p{Ll}/u;
/** What follows a name of which something is said, rather than the rest of a sentence about something else. */
const SAID = new RegExp(`^\\s*(?:[(,;:\\n\\[.]|(?:${COPULA}|has|had|refers?|may|can|could|consists?)\\s)`, 'u');
/** Words with capitals and numbers, and the small words between them. */
const CAPITALS =
  /^(?:\p{Lu}[\p{L}\p{M}\p{N}.'’&/-]*|\d+)(?:\s+(?:(?:of|the|de|la|le|di|da|du|del|van|von|der|and|&|y|al|bin|ibn|in|at)\s+){0,2}(?:\p{Lu}[\p{L}\p{M}\p{N}.'’&/-]*|\d+))*/u;
const BESIDE =
  /^,\s+((?:the\s+)?(?:\d+(?:st|nd|rd|th)\s+)?\p{Lu}[\p{L}\p{M}'’-]*(?:\s+(?:(?:of|the|and|de|von|zu|di)\s+){0,2}\p{Lu}[\p{L}\p{M}'’-]*){0,5})\s*(?:[,(]|(?:is|was)\s)/u;

const SIDE_BEFORE = /\p{L}\s(?:of|in|for|by|from|at|about|to|on)\s(?:the\s)?$/iu;
const SIDE_BEHIND = /^(?:['’]s?)?\s\p{Ll}/u;

/** @returns null when the text does not begin with a name. Linear in the part that is looked at */
export function leadOf(text: string): Lead | null {
  const head = text.slice(0, HEAD).trimStart();
  const quoted = QUOTED.exec(head);
  if (quoted) return leadFrom(quoted[1]!.replace(/[,.]$/, ''), head.slice(quoted[0].length), []);
  const start = head.replace(TERM, '');
  if (start !== head) return leadOf(`the ${start}`);
  const subject = subjectOf(head);
  if (subject === null) return definedBehindComma(head);
  const rest = head.slice(head.indexOf(subject) + subject.length);
  const beside = BESIDE.exec(rest);
  return leadFrom(subject, rest, beside ? [`${subject}, ${beside[1]}`] : []);
}

/**
 * The name that a text has by its own words, where its title does not say what it is about: half of the words of that
 * or more ("note 17", "IMG_0423") are not in the text, which begins by saying what something else is.
 *
 * @param words those of the title that carry a topic, see {@link isWord}, in any form
 * @param holds whether the text has a word in that form
 * @returns null when the title is good enough, or the text has no better one
 */
export function ownLead<Word>(
  lead: Lead | null,
  title: string,
  words: readonly Word[],
  holds: (word: Word) => boolean,
): Lead | null {
  if (lead === null || lead.kind === '' || isSideOf(title, lead.name)) return null;
  return words.filter(holds).length * 2 > words.length ? null : lead;
}

/**
 * Whether a title speaks of a side of what the text begins with, and not of the whole: "Geography of Orlan", "Orlan
 * discography", where the text begins "Orlan is a city".
 */
export function isSideOf(title: string, name: string): boolean {
  const at = title.toLowerCase().indexOf(name.toLowerCase());
  if (at < 0 || title.length === name.length) return false;
  return SIDE_BEFORE.test(title.slice(0, at)) || SIDE_BEHIND.test(title.slice(at + name.length));
}

/** Numbers and dates in a title say nothing of what a text is about. */
export const isWord = (word: string): boolean => !/^\d+$/.test(word);

function leadFrom(written: string, rest: string, more: readonly string[]): Lead | null {
  const nickname = NICKNAME.exec(written);
  const name = nickname ? written.replace(NICKNAME, ' ') : written;
  if (!isName(name)) return null;
  const plain = name.replace(HONOUR, '').replace(AFTER_NAME, '');
  const others = [...more];
  if (plain !== name && plain !== '') others.push(plain);
  if (nickname) others.push(`${nickname[1]} ${plain.slice(plain.lastIndexOf(' ') + 1)}`, written);
  return { name, others, kind: kindOf(rest) };
}

const isName = (name: string): boolean => {
  const words = name.trim().split(/\s+/);
  return /\p{L}/u.test(name) && words.length <= LONGEST && (words.length > 1 || !NO_NAME.has(name.toLowerCase()));
};

/** The subject of the first sentence when it is a name or is being defined. */
function subjectOf(head: string): string | null {
  const bare = head.replace(ARTICLE, '');
  if (NO_NAME.has(/^[\p{L}\p{N}]*/u.exec(bare)![0].toLowerCase()) && !WORK.test(head)) return null;
  const end = END.exec(bare);
  const subject = end && end.index > 0 ? bare.slice(0, end.index).trim() : '';
  const owner = OWNER.exec(subject);
  if (owner) return owner[1]!;
  const isShort = subject !== '' && subject.split(/\s+/).length <= LONGEST;
  if (isShort && SAID.test(head.slice(head.indexOf(subject) + subject.length)) && /\p{Lu}/u.test(subject))
    return subject;
  const capitals = CAPITALS.exec(bare)?.[0] ?? '';
  return DEFINED.exec(head)?.[1] ?? (/\p{L}/u.test(capitals) ? capitals : null);
}

/** "In show business, a guest appearance is ..." */
function definedBehindComma(head: string): Lead | null {
  const comma = /^(?:in|within)\s/i.test(head) ? head.indexOf(', ') : -1;
  if (comma < 0 || comma > 80) return null;
  const rest = head.slice(comma + 2);
  const defined = DEFINED.exec(rest);
  return defined ? leadFrom(defined[1]!, rest.slice(rest.indexOf(defined[1]!) + defined[1]!.length), []) : null;
}

function kindOf(rest: string): string {
  const kind = KIND.exec(rest.slice(0, 200))?.[1] ?? '';
  const end = KIND_END.exec(kind);
  return (end ? kind.slice(0, end.index) : kind).trim();
}
