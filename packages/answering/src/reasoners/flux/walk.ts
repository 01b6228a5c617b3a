/**
 * A walk over the graph whose budget doubles each cycle: 1, 2, 4, 8, 16, 32, ... nodes. Where the top answer last
 * changed is its position: the digital root of the budget of that cycle, which runs 1 2 4 8 7 5 1 2 4 ...
 */
import type { KnowledgeBase } from '@vortexflow/knowledge';

/** Digital root of a positive integer (OEIS A010888): 1 to 9. */
export const digitalRoot = (value: number): number => 1 + ((value - 1) % 9);

/** One walk: counts the nodes it visits and remembers when its top answer changed. */
export class Walk {
  readonly knowledge: KnowledgeBase;
  readonly #limit: number;
  #visited = 0;
  #top: string | null = null;
  #budgetOfTop = 0;

  /** @param limit most nodes to visit */
  constructor(knowledge: KnowledgeBase, limit: number) {
    this.knowledge = knowledge;
    this.#limit = limit;
  }

  get visited(): number {
    return this.#visited;
  }

  /** 0 before there is an answer, else 1, 2, 4, 8, 7 or 5. */
  get position(): number {
    return this.#budgetOfTop === 0 ? 0 : digitalRoot(this.#budgetOfTop);
  }

  /** Counts one visit. @returns false when the budget is used up */
  visit(): boolean {
    if (this.#visited >= this.#limit) return false;
    this.#visited++;
    return true;
  }

  /** Notes what the top answer is now. */
  settle(key: string): void {
    if (this.#top === key) return;
    this.#top = key;
    this.#budgetOfTop = 1;
    while (this.#budgetOfTop < this.#visited) this.#budgetOfTop *= 2;
  }

  /** Targets of the arcs of the given kinds, in the order of the graph. Counts the node as visited. */
  step(node: number, kinds: readonly number[]): number[] {
    const targets: number[] = [];
    if (!this.visit()) return targets;
    this.knowledge.forEachArc(node, (target, kind) => {
      if (kinds.includes(kind)) targets.push(target);
    });
    return targets;
  }

  /**
   * Everything that can be reached along the given kinds, nearest first, with the way there.
   * @param maxDepth most steps from the start
   */
  climb(start: number, kinds: readonly number[], maxDepth = 24): Reached[] {
    const reached: Reached[] = [{ node: start, depth: 0, from: null }];
    const seen = new Set([start]);
    for (let at = 0; at < reached.length; at++) {
      const here = reached[at] as Reached;
      if (here.depth >= maxDepth) continue;
      for (const node of this.step(here.node, kinds)) {
        if (seen.has(node)) continue;
        seen.add(node);
        reached.push({ node, depth: here.depth + 1, from: here });
      }
    }
    return reached;
  }
}

/** A node that a climb came to. */
export interface Reached {
  readonly node: number;
  readonly depth: number;
  readonly from: Reached | null;
}

/** Nodes from the start of the climb to here. */
export function trail(reached: Reached): number[] {
  const nodes: number[] = [];
  for (let at: Reached | null = reached; at; at = at.from) nodes.push(at.node);
  return nodes.reverse();
}
