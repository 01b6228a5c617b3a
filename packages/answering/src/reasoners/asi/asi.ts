/** The asi reasoner: answers from texts, by name, by description or by what a passage speaks of. */
import type { KnowledgeBase } from '@vortexflow/knowledge';
import type { Evidence, Mode } from '@vortexflow/protocol';
import type { Interpretation } from '../../understanding/intents.ts';
import { readingsOf } from '../../understanding/read-once.ts';
import { trustIn } from '../../understanding/understand.ts';
import { abstention, type Opinion, type Question, type Reasoner } from '../contract.ts';
import { evidenceOf } from '../evidence.ts';
import { respell } from '../spelling.ts';
import { contentTerms } from '../terms.ts';
import { solveDictionary, type TextFinding } from './dictionary.ts';
import { solveOpen } from './retrieve.ts';
import { retrieve, type Retrieved } from './search.ts';
import { solveReverse } from './reverse.ts';

/** How many hits a search brings, at least; more work finds what ranks lower. */
const DEPTHS: Readonly<Record<Mode, number>> = { Fast: 8, Balanced: 16, Thorough: 64, Reasoning: 64 };
/** How many entries are compared with a description, as a multiple of the depth. */
const DESCRIPTION_DEPTH = 4;

/** Makes the asi reasoner over the knowledge of its thread. */
export function createAsi(knowledge: KnowledgeBase): Reasoner {
  return { id: 'asi', answer: (question) => answer(knowledge, question), learn: () => void knowledge.search };
}

function answer(knowledge: KnowledgeBase, question: Question): Opinion {
  const readings = readingsOf(knowledge, question.text);
  const wanted = contentTerms(question.text);
  for (const read of readings) {
    if (read.intent === 'open') break;
    const { interpretation: reading, remark } = respell(knowledge, read);
    const findings =
      reading.intent === 'reverse'
        ? solveReverse(knowledge, reading, DESCRIPTION_DEPTH * DEPTHS[question.mode])
        : solveDictionary(knowledge, reading);
    if (findings.length === 0) continue;
    const told = remark === '' ? findings : findings.map((one) => ({ ...one, answer: `${one.answer} (${remark})` }));
    return opinionOf(knowledge, told, reading, question, wanted);
  }
  return answerFromTexts(knowledge, readings, question, wanted);
}

/** From here on a reading counts as what was meant. */
const UNDERSTOOD = 0.4;

function answerFromTexts(
  knowledge: KnowledgeBase,
  readings: readonly Interpretation[],
  question: Question,
  wanted: ReadonlySet<string>,
): Opinion {
  const found = retrieve(knowledge, question.text, Math.max(DEPTHS[question.mode], question.topK));
  const nearby = evidenceFrom(knowledge, found, question.topK, wanted);
  // A question that was understood but has no entry must not be answered by whatever shares its words.
  // Nor does a definition answer yes or no.
  const understood = readings.some(({ intent, certainty, verify }) =>
    intent === 'open' ? verify : certainty >= UNDERSTOOD,
  );
  const findings = solveOpen(knowledge, found, question.text, !understood);
  const [best] = findings;
  if (!best) return abstention(nearby);
  return { best, alternatives: findings.slice(1), evidence: nearby, path: [], position: 0 };
}

function evidenceFrom(
  knowledge: KnowledgeBase,
  { hits }: Retrieved,
  topK: number,
  wanted: ReadonlySet<string>,
): Evidence[] {
  const best = hits[0]?.score ?? 1;
  return hits.slice(0, topK).map(({ node, score }) => evidenceOf(knowledge, node, score / best, 'asi', wanted));
}

function opinionOf(
  knowledge: KnowledgeBase,
  findings: readonly TextFinding[],
  reading: Interpretation,
  question: Question,
  wanted: ReadonlySet<string>,
): Opinion {
  const trust = trustIn(reading);
  const candidates = findings.map(({ answer, key, confidence }) => ({ answer, key, confidence: confidence * trust }));
  const nodes = [...new Set(findings.flatMap(({ support }) => support))].slice(0, question.topK);
  return {
    best: candidates[0] ?? null,
    alternatives: candidates.slice(1, 5),
    evidence: nodes.map((node, i) => evidenceOf(knowledge, node, 1 / (1 + 0.25 * i), 'asi', wanted)),
    path: [],
    position: 0,
  };
}
