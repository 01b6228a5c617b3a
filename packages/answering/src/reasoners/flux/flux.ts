/** The flux reasoner: understands the question, then walks the graph to the answer. */
import type { KnowledgeBase } from '@vortexflow/knowledge';
import type { Mode } from '@vortexflow/protocol';
import type { Interpretation } from '../../understanding/intents.ts';
import { mayCompare } from '../../understanding/compare.ts';
import { readingsOf } from '../../understanding/read-once.ts';
import { trustIn } from '../../understanding/understand.ts';
import { solveComparison } from '../compare/compare.ts';
import { abstention, type Candidate, type Opinion, type Question, type Reasoner } from '../contract.ts';
import { evidenceOf } from '../evidence.ts';
import { weighSenses } from '../senses.ts';
import { respell } from '../spelling.ts';
import { solveDefinition } from './define.ts';
import { DocumentReader } from './documents.ts';
import type { Finding, Findings } from './finding.ts';
import { solveCommon, solveKind } from './kinship.ts';
import { isNeighbourIntent, solveNeighbours } from './neighbours.ts';
import { solveRelation } from './relate.ts';
import { verify } from './verify.ts';
import { Walk } from './walk.ts';
import { solveAntonym, solveSynonym } from './words.ts';

/** Most nodes a walk may visit. */
const BUDGETS: Readonly<Record<Mode, number>> = { Fast: 512, Balanced: 2048, Thorough: 16_384, Reasoning: 16_384 };

/** Makes the flux reasoner over the knowledge of its thread. */
export function createFlux(knowledge: KnowledgeBase): Reasoner {
  const documents = new DocumentReader(knowledge);
  return {
    id: 'flux',
    answer: (question) => {
      const own = documents.read(question);
      if (own?.sure) return compared(knowledge, question, own.opinion) ?? own.opinion;
      const opinion = answer(knowledge, question);
      return opinion.best === null && own ? own.opinion : opinion;
    },
    learn: () => void knowledge.passages,
    prepare: () => knowledge.passages.prepareGraph(),
  };
}

/** What facts decide needs no sentence to be found; the evidence stays that of the documents. */
function compared(knowledge: KnowledgeBase, question: Question, { evidence }: Opinion): Opinion | null {
  if (!mayCompare(question.text)) return null;
  const [reading] = readingsOf(knowledge, question.text);
  if (reading?.intent !== 'compare') return null;
  const walk = new Walk(knowledge, BUDGETS[question.mode]);
  const findings = solveComparison(walk, reading);
  return findings.length === 0 ? null : { ...opinionOf(walk, findings, reading, question), evidence, ranked: true };
}

function answer(knowledge: KnowledgeBase, question: Question): Opinion {
  for (const reading of readingsOf(knowledge, question.text)) {
    const { interpretation, remark } = respell(knowledge, reading);
    const walk = new Walk(knowledge, BUDGETS[question.mode]);
    const findings = solve(walk, interpretation);
    if (findings.length > 0) return opinionOf(walk, remarked(findings, remark), interpretation, question);
  }
  return abstention();
}

/** Whoever misspelt a word must see which one was taken. */
const remarked = (findings: Findings, remark: string): Findings =>
  remark === '' ? findings : findings.map((finding) => ({ ...finding, answer: `${finding.answer} (${remark})` }));

/** The findings for one reading of the question. */
function solve(walk: Walk, interpretation: Interpretation): Findings {
  const { intent } = interpretation;
  if (intent === 'compare') return solveComparison(walk, interpretation);
  if (interpretation.verify && intent !== 'is_a' && intent !== 'open') return verify(walk, interpretation);
  if (intent === 'is_a') return solveKind(walk, interpretation);
  if (intent === 'common') return solveCommon(walk, interpretation);
  if (intent === 'define') return solveDefinition(walk, interpretation);
  if (intent === 'antonym') return solveAntonym(walk, interpretation);
  if (intent === 'synonym') return solveSynonym(walk, interpretation);
  if (intent === 'relate') return solveRelation(walk, interpretation);
  if (isNeighbourIntent(intent)) return solveNeighbours(walk, interpretation);
  return [];
}

function opinionOf(walk: Walk, findings: Findings, interpretation: Interpretation, question: Question): Opinion {
  // Words of the question that the reading leaves unexplained may turn its meaning round.
  const trust = trustIn(interpretation);
  const candidates = findings.map(({ answer, key, confidence }): Candidate => ({
    answer,
    key,
    confidence: confidence * trust,
  }));
  const best = findings[0] as Finding;
  const { knowledge } = walk;
  const nodes = [...new Set([...(best.support ?? []), ...best.path, ...argumentNodes(knowledge, interpretation)])];
  return {
    best: candidates[0] as Candidate,
    alternatives: candidates.slice(1, 5),
    evidence: nodes.slice(0, question.topK).map((node, i) => evidenceOf(knowledge, node, 1 / (1 + 0.25 * i), 'flux')),
    path: best.path.map((node) => knowledge.idOf(node)),
    position: walk.position,
  };
}

function argumentNodes(knowledge: KnowledgeBase, { arguments: args }: Interpretation): number[] {
  return args.flatMap((argument) =>
    weighSenses(knowledge, argument)
      .slice(0, 1)
      .map(({ node }) => node),
  );
}
