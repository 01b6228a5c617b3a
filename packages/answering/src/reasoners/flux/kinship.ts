/** Whether one thing is a kind of another, and what two things have in common: both climb to what things are. */
import { normaliseName } from '@vortexflow/knowledge';
import type { Argument, Interpretation } from '../../understanding/intents.ts';
import { wordKey } from '../contract.ts';
import { DOWNWARD, hasArc, isThing, UPWARD, weighForms, type WeighedSense } from '../senses.ts';
import type { Finding, Findings } from './finding.ts';
import { type Reached, trail, type Walk } from './walk.ts';

const MAX_SENSES = 8;

const HIERARCHY = [...UPWARD, ...DOWNWARD];

/** Senses that have a place in the hierarchy. */
function placedSenses(walk: Walk, argument: Argument): WeighedSense[] {
  return weighForms(walk.knowledge, argument, (node) => hasArc(walk.knowledge, node, HIERARCHY)).slice(0, MAX_SENSES);
}

/**
 * Yes when some sense of the first argument climbs to some sense of the second. No when none does: WordNet is taken to
 * be complete about kinds (closed world), which is why a no is less sure than a yes.
 */
export function solveKind(walk: Walk, { arguments: args }: Interpretation): Findings {
  const [low, high] = args;
  if (!low || !high) return [];
  const goals = new Map(placedSenses(walk, high).map(({ node, share }) => [node, share]));
  const starts = nearTo(walk, [...goals.keys()][0], placedSenses(walk, low));
  // "Is water wet?" is no question about kinds.
  if (starts.length === 0 || goals.size === 0 || !isThing(walk.knowledge, high)) return [];
  walk.settle('no');
  let best: Finding | null = null;
  for (const { node, share } of starts) {
    for (const reached of walk.climb(node, UPWARD)) {
      const goalShare = goals.get(reached.node);
      if (goalShare === undefined) continue;
      const confidence = 0.985 * (0.88 + 0.12 * Math.sqrt(share * goalShare));
      if (!best || confidence > best.confidence) {
        best = { answer: kindSentence(walk, trail(reached)), key: 'yes', confidence, path: trail(reached) };
      }
    }
  }
  walk.settle(best ? 'yes' : 'no');
  return [best ?? refusal(walk, starts[0] as WeighedSense, low, high)];
}

const SAME_FIELD = 8;

/** Senses of the goal's own field (animals among animals) come first: they are likelier meant. */
function nearTo({ knowledge }: Walk, goal: number | undefined, senses: readonly WeighedSense[]): WeighedSense[] {
  if (goal === undefined) return [];
  const field = knowledge.groupOf(goal);
  const rank = ({ node, share }: WeighedSense): number => share * (knowledge.groupOf(node) === field ? SAME_FIELD : 1);
  return [...senses].sort((a, b) => rank(b) - rank(a));
}

function kindSentence(walk: Walk, nodes: readonly number[]): string {
  const names = nodes.map((node) => walk.knowledge.labelOf(node));
  if (names.length === 1) return `Yes: they are the same, ${walk.knowledge.namesOf(nodes[0] as number).join(', ')}.`;
  return `Yes: ${names.join(' → ')}.`;
}

function refusal(walk: Walk, start: WeighedSense, low: Argument, high: Argument): Finding {
  const climbed = walk.climb(start.node, UPWARD);
  const path = trail(climbed[climbed.length - 1] as Reached).slice(0, 4);
  const names = path.map((node) => walk.knowledge.labelOf(node));
  return {
    answer: `No: ${names.join(' → ')}; ${high.name ?? high.text} is not among what ${low.name ?? low.text} is.`,
    key: 'no',
    confidence: 0.965,
    path,
  };
}

/** What a step away from the meeting place costs, and what a step of its own height above nothing brings. */
const DISTANCE = 0.7;
const HEIGHT = 0.3;

/** What the two have in common: the nearest and most specific thing that both are, over the likeliest pair of senses. */
export function solveCommon(walk: Walk, { arguments: args }: Interpretation): Findings {
  const [left, right] = args;
  if (!left || !right) return [];
  const leftClimbs = placedSenses(walk, left).map((sense) => ({ ...sense, climb: walk.climb(sense.node, UPWARD) }));
  const isNews = (node: number): boolean =>
    !walk.knowledge.namesOf(node).some((name) => [left.name, right.name].includes(normaliseName(name)));
  const findings: { finding: Finding; score: number }[] = [];
  for (const sense of placedSenses(walk, right)) {
    const climb = new Map(walk.climb(sense.node, UPWARD).map((reached) => [reached.node, reached]));
    for (const other of leftClimbs) {
      const meeting = nearestMeeting(other.climb, climb, isNews);
      if (!meeting) continue;
      const likely = sense.share * other.share;
      const height = heightOf(walk, meeting.left.node);
      const score = Math.log(likely) - DISTANCE * (meeting.left.depth + meeting.right.depth) + HEIGHT * height;
      findings.push({ finding: commonFinding(walk, meeting, height, Math.sqrt(likely)), score });
      findings.sort((a, b) => b.score - a.score);
      walk.settle(findings[0]?.finding.key as string);
    }
  }
  return findings.map(({ finding }) => finding);
}

/** Steps from a node to the top. */
const heightOf = (walk: Walk, node: number): number => walk.climb(node, UPWARD).at(-1)?.depth ?? 0;

interface Meeting {
  readonly left: Reached;
  readonly right: Reached;
}

/** What two things have in common is neither of them: "a rattlesnake" says nothing new of a rattlesnake. */
function nearestMeeting(
  left: readonly Reached[],
  right: ReadonlyMap<number, Reached>,
  isNews: (node: number) => boolean,
): Meeting | null {
  let best: Meeting | null = null;
  for (const reached of left) {
    const other = right.get(reached.node);
    if (!other) continue;
    const isNearer = !best || reached.depth + other.depth < best.left.depth + best.right.depth;
    if (isNearer && isNews(reached.node)) best = { left: reached, right: other };
  }
  return best;
}

function commonFinding(walk: Walk, { left, right }: Meeting, height: number, share: number): Finding {
  const { knowledge } = walk;
  // "Both are entities" is true of everything and tells nothing.
  const specific = Math.min(1, 0.7 + 0.09 * height);
  return {
    answer: `Both are kinds of ${withParents(walk, left.node)}.`,
    key: wordKey(normaliseName(knowledge.labelOf(left.node))),
    confidence: 0.985 * specific * (0.9 + 0.1 * share),
    path: [...trail(left), ...trail(right).reverse().slice(1)],
    support: [left.node],
  };
}

/** Of what is of two kinds itself both are named: "person (organism, causal agent)". */
function withParents(walk: Walk, node: number): string {
  const parents = walk.step(node, UPWARD).map((parent) => walk.knowledge.labelOf(parent));
  const label = walk.knowledge.labelOf(node);
  return parents.length > 1 ? `${label} (${parents.join(', ')})` : label;
}
