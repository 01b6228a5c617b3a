/** Distinct questions of many kinds about WordNet's own words, the same on every run. */
import { loadWordNet } from '@vortexflow/knowledge';

const FORMS: readonly ((a: string, b: string) => string)[] = [
  (a) => `What is ${a}?`,
  (a) => `Define ${a}.`,
  (a, b) => `Is ${a} a kind of ${b}?`,
  (a, b) => `What do ${a} and ${b} have in common?`,
  (a) => `What is the opposite of ${a}?`,
  (a) => `Give a synonym for "${a}".`,
  (a) => `What kind of thing is ${a}?`,
  (a) => `Name an example of ${a}.`,
  (a) => `What are the parts of ${a}?`,
  (a, b) => `How are ${a} and ${b} related?`,
];
/** Every so many, a question that gives the gloss and asks for the word, and one that nothing can answer. */
const REVERSE_EVERY = 12;
const OUTSIDE_EVERY = 25;

/** @returns `count` questions, all different */
export async function distinctQuestions(count: number): Promise<string[]> {
  const { nodes } = await loadWordNet();
  const nouns = nodes.filter(({ id, names }) => id.includes('.n.') && /^[a-z ]{3,24}$/.test(names[0] ?? ''));
  const questions = new Set<string>();
  for (let i = 0; questions.size < count; i++) {
    // Strides without a common factor walk through all of them without repeating a pair early.
    const a = nouns[(i * 7919) % nouns.length];
    const b = nouns[(i * 104_729 + 13) % nouns.length];
    const [nameA = '', nameB = ''] = [a?.names[0], b?.names[0]];
    if (i % REVERSE_EVERY === 5) questions.add(`What is the word for ${(a?.text ?? '').split(';')[0]}?`);
    else if (i % OUTSIDE_EVERY === 7) questions.add(`Who won the ${nameA} championship last year?`);
    else questions.add((FORMS[i % FORMS.length] as (typeof FORMS)[number])(nameA, nameB));
  }
  return [...questions];
}
