/** The way from what a question names to the passage with its answer, along names in texts and links of authors. */
import { type ArcVisitor, type GraphView, shortestPath } from '@vortexflow/graph';
import { type KnowledgeBase, type PassageIndex, sentenceAt } from '@vortexflow/knowledge';
import type { PathStep } from '@vortexflow/protocol';
import { type Arcs, HUB } from './walk.ts';

/** Kinds of arcs between passages. */
const LINKED = 0;
const MENTIONS = 1;
const MENTIONED_BY = 2;
const COSTS = [0.8, 1, 1.2] as const;
/** A name that is less sure to mean a passage, 0 to 1, makes no step that could be shown. */
const SURE_NAME = 0.3;
const MAX_SETTLED = 512;
const MAX_STEPS = 4;

/** Passages as the nodes of a graph. */
class PassageView implements GraphView {
  readonly #index: PassageIndex;
  readonly #arcs: Arcs;

  constructor(index: PassageIndex, arcs: Arcs) {
    this.#index = index;
    this.#arcs = arcs;
  }

  get nodeCount(): number {
    return this.#index.graph.out.offsets.length - 1;
  }

  forEachArc(passage: number, visit: ArcVisitor): void {
    const { out, into } = this.#index.graph;
    this.#arcs(passage, (target) => visit(target, LINKED, 0));
    for (const [rows, kind] of [
      [out, MENTIONS],
      [into, MENTIONED_BY],
    ] as const) {
      const [first, end] = [rows.offsets[passage]!, rows.offsets[passage + 1]!];
      if (kind === MENTIONED_BY && end - first > HUB) continue;
      for (let at = first; at < end; at++) if (rows.weights[at]! >= SURE_NAME) visit(rows.targets[at]!, kind, 0);
    }
  }
}

/**
 * The shortest way to a passage from the first start that has one of four steps at most; the passage alone without any.
 *
 * @param starts in order of preference
 */
export function findWay(index: PassageIndex, arcs: Arcs, starts: readonly number[], target: number): number[] {
  const view = new PassageView(index, arcs);
  for (const start of starts) {
    if (start === target) continue;
    const options = { cost: (kind: number) => COSTS[kind] ?? Infinity, maxSettled: MAX_SETTLED };
    const way = shortestPath(view, start, target, options);
    if (way && way.nodes.length <= MAX_STEPS + 1) return [...way.nodes];
  }
  return [target];
}

/** Steps of a way that follow a name in a text, with the sentence in which it stands; links of authors are left out. */
export function mentionSteps(knowledge: KnowledgeBase, way: readonly number[]): PathStep[] {
  return way.slice(1).flatMap((to, i): PathStep[] => {
    const from = way[i] as number;
    const [forth, back] = [mentionIn(knowledge, from, to), mentionIn(knowledge, to, from)];
    const sentence = forth ?? back;
    if (sentence === null) return [];
    const relation = forth === null ? 'mentioned_by' : 'mentions';
    return [{ from: idOf(knowledge, from), relation, to: idOf(knowledge, to), sentence }];
  });
}

const idOf = (knowledge: KnowledgeBase, passage: number): string =>
  knowledge.idOf(knowledge.passages.passage(passage)!.node);

/** The sentence in which one passage names another, its title when the name is part of that; null when it does not. */
function mentionIn(knowledge: KnowledgeBase, from: number, to: number): string | null {
  const index = knowledge.passages;
  const { offsets, targets, weights, places } = index.graph.out;
  for (let at = offsets[from]!; at < offsets[from + 1]!; at++) {
    if (targets[at] !== to || weights[at]! < SURE_NAME) continue;
    const { node, text } = index.passage(from)!;
    const sentence = text.words.length === 0 ? '' : sentenceAt(knowledge.textOf(node), text, places[at]!);
    return sentence || knowledge.labelOf(node);
  }
  return null;
}
