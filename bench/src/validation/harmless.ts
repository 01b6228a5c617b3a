/**
 * Harmless texts that every checkout has: questions about WordNet's words, its glosses, and the READMEs of installed
 * packages. A part of them is trained on; on the rest the rate of false flags is measured.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadWordNet } from '@vortexflow/knowledge';
import { distinctQuestions } from '../questions.ts';
import { foldOf, type LabelledText } from './corpus.ts';

const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const QUESTIONS = 9_000;
/** One gloss of so many is trained on, and one text of so many of the others. */
const [GLOSSES_A_PART, OTHERS_A_PART] = [40, 3];
/** Paragraphs of READMEs, characters. */
const [SHORTEST, LONGEST] = [30, 2_000];

export interface Harmless {
  readonly trained: readonly LabelledText[];
  readonly measured: readonly LabelledText[];
}

export async function harmlessTexts(): Promise<Harmless> {
  const { nodes } = await loadWordNet();
  const all = [
    ...labelled(
      'plain',
      nodes.map(({ text }) => text).filter((text) => text !== ''),
    ),
    ...labelled('question', await distinctQuestions(QUESTIONS)),
    ...labelled('readme', paragraphs()),
  ];
  const isTrained = (one: LabelledText): boolean =>
    foldOf(one, one.cls === 'plain' ? GLOSSES_A_PART : OTHERS_A_PART) === 0;
  return { trained: all.filter(isTrained), measured: all.filter((one) => !isTrained(one)) };
}

function paragraphs(): string[] {
  const files = globSync(['*/README.md', '@*/*/README.md'], { cwd: MODULES }).sort();
  return files
    .flatMap((file) => readFileSync(join(MODULES, file), 'utf8').split(/\n\s*\n/))
    .map((text) => text.trim())
    .filter(({ length }) => length >= SHORTEST && length <= LONGEST);
}

const labelled = (cls: string, texts: readonly string[]): LabelledText[] =>
  [...new Set(texts)].map((text) => ({ id: text, text, cls, isAttack: false }));
