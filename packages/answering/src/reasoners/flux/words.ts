/** Antonyms and synonyms: relations between words, not only between what they mean. */
import { normaliseName, relation } from '@vortexflow/knowledge';
import type { Argument, Interpretation } from '../../understanding/intents.ts';
import { wordKey } from '../contract.ts';
import { weighSenses } from '../senses.ts';
import type { Finding, Findings } from './finding.ts';
import type { Walk } from './walk.ts';

const ANTONYM = relation('antonym');
const SIMILAR = relation('similar');
const LIST = 3;

interface Opposite {
  readonly word: string;
  readonly path: readonly number[];
  readonly confidence: number;
}

/** Opposites: of the very word, else of another word of the same meaning, else of the adjective that it resembles. */
export function solveAntonym(walk: Walk, { arguments: args }: Interpretation): Findings {
  const [argument] = args;
  if (!argument) return [];
  const opposites = weighSenses(walk.knowledge, argument).flatMap(({ node, share }) => [
    ...oppositesAt(walk, node, argument, [node], 0.985 * (0.92 + 0.08 * share)),
    ...walk
      .step(node, [SIMILAR])
      .flatMap((head) => oppositesAt(walk, head, null, [node, head], 0.75 * (0.7 + 0.3 * share))),
  ]);
  return listed(walk, opposites);
}

function oppositesAt(
  walk: Walk,
  node: number,
  argument: Argument | null,
  way: readonly number[],
  confidence: number,
): Opposite[] {
  const names = walk.knowledge.namesOf(node);
  const found: Opposite[] = [];
  walk.visit();
  walk.knowledge.forEachArc(node, (target, kind, label) => {
    if (kind !== ANTONYM) return;
    // The two words of the arc; 0 stands for the whole synset.
    const own = names[(label >> 8) - 1];
    const direct = !argument || own === undefined || normaliseName(own) === argument.name;
    const word = walk.knowledge.namesOf(target)[Math.max(0, (label & 255) - 1)] as string;
    found.push({ word, path: [...way, target], confidence: direct ? confidence : confidence * 0.7 });
  });
  return found;
}

/** One finding that names the best words, then one for each further word. */
function listed(walk: Walk, opposites: readonly Opposite[]): Findings {
  const best = new Map<string, Opposite>();
  for (const opposite of opposites) {
    const known = best.get(opposite.word);
    if (!known || known.confidence < opposite.confidence) best.set(opposite.word, opposite);
  }
  const ranked = [...best.values()].sort((a, b) => b.confidence - a.confidence);
  const [top] = ranked;
  if (!top) return [];
  walk.settle(top.word);
  const close = ranked.filter(({ confidence }) => confidence > top.confidence * 0.8).slice(0, LIST);
  return [
    {
      ...wordFinding(top),
      answer: close.map(({ word }) => word).join(', '),
      support: close.map(({ path }) => path.at(-1) as number),
    },
    ...ranked.slice(1).map(wordFinding),
  ];
}

function wordFinding({ word, path, confidence }: Opposite): Finding {
  return { answer: word, key: wordKey(normaliseName(word)), confidence, path };
}

/** Words that share a meaning with the argument, the likeliest meaning first. */
export function solveSynonym(walk: Walk, { arguments: args }: Interpretation): Findings {
  const [argument] = args;
  if (!argument) return [];
  const words: Opposite[] = [];
  for (const { node, share } of weighSenses(walk.knowledge, argument)) {
    walk.visit();
    for (const word of walk.knowledge.namesOf(node)) {
      if (normaliseName(word) === argument.name) continue;
      words.push({ word, path: [node], confidence: 0.985 * (0.92 + 0.08 * share) });
    }
  }
  if (words.length > 0) return listed(walk, words);
  return listed(walk, similarWords(walk, argument));
}

function similarWords(walk: Walk, argument: Argument): Opposite[] {
  const kinds = [SIMILAR, relation('verb_group')];
  return weighSenses(walk.knowledge, argument).flatMap(({ node, share }) =>
    walk.step(node, kinds).map((target) => ({
      word: walk.knowledge.labelOf(target),
      path: [node, target],
      confidence: 0.6 * (0.6 + 0.4 * share),
    })),
  );
}
