/**
 * Rhetorical appeals of a text: ethos (who says it), logos (reasons), pathos (feelings), 0 to 9 each. Experimental: a
 * lexicon alone agrees with people only a little better than chance, so it never touches the confidence.
 *
 * The lexicon is WordNet's own: a word counts for an appeal by the lexicographer file of its commonest meaning.
 */
import { type KnowledgeBase, tokenise } from '@vortexflow/knowledge';

/** Strengths of the three appeals, 0 to 9. */
export interface Appeals {
  readonly ethos: number;
  readonly logos: number;
  readonly pathos: number;
}

const GROUPS: Readonly<Record<keyof Appeals, ReadonlySet<string>>> = {
  ethos: new Set(['noun.person', 'noun.group', 'noun.act', 'verb.social', 'noun.communication', 'noun.possession']),
  logos: new Set([
    'noun.cognition',
    'verb.cognition',
    'noun.relation',
    'noun.quantity',
    'noun.attribute',
    'noun.state',
    'verb.stative',
  ]),
  pathos: new Set(['noun.feeling', 'verb.emotion', 'noun.motive', 'verb.perception', 'noun.body', 'verb.body']),
};

const MAX_WORDS = 60;
const MIDDLE = 4.5;

/** Appeals of a text; all in the middle when no word of it is known. */
export function appealsOf(knowledge: KnowledgeBase, text: string): Appeals {
  const counts = { ethos: 0, logos: 0, pathos: 0 };
  let known = 0;
  for (const { word } of tokenise(text).slice(0, MAX_WORDS)) {
    const sense = knowledge.senses(word)[0];
    if (!sense) continue;
    known++;
    const group = knowledge.image.groupNames[knowledge.groupOf(sense.node)] ?? '';
    for (const appeal of ['ethos', 'logos', 'pathos'] as const) if (GROUPS[appeal].has(group)) counts[appeal]++;
  }
  return { ethos: scale(counts.ethos, known), logos: scale(counts.logos, known), pathos: scale(counts.pathos, known) };
}

/** No word of an appeal gives 3, all words give 9; shares between are bent so that a few words already show. */
function scale(count: number, known: number): number {
  if (known === 0) return MIDDLE;
  return Math.round((3 + 6 * Math.sqrt(count / known)) * 10) / 10;
}
