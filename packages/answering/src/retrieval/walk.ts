/**
 * Personalised PageRank over the passages by forward push (Andersen, Chung, Lang 2006): activation starts at the
 * passages that the question names or whose words it shares, and flows along names in the texts.
 */
import type { LinkRows, PassageGraph } from '@vortexflow/knowledge';

const DAMPING = 0.85;
/** A link by name one way, the way back, and a name in common. */
const WEIGHTS = { out: 1, into: 0.7, shared: 0.6 } as const;
/** How much of a link's weight does not depend on what the question has in common with its target. */
const OPEN = 0.25;
/** A passage that more others name is a hub: of those only the ones that the question's words bring are followed. */
export const HUB = 48;
/** What is left of this share of an even distribution over the budget is not worth a push. */
const LEAST = 0.2;

/** Calls back with every passage that one is linked to by other means than a name. */
export type Arcs = (passage: number, visit: (target: number) => void) => void;

export interface WalkOptions {
  /** Most passages to push from. */
  readonly budget: number;
  /** What the question's words say of each passage, and the highest of it. */
  readonly scores: Float32Array;
  readonly bestScore: number;
  /** The passages with the highest scores. */
  readonly likely: readonly number[];
  readonly arcs: Arcs;
}

/** One walk at a time over arrays that are kept. */
export class PassageWalk {
  #rank = new Float64Array(0);
  #rest = new Float64Array(0);
  #queued = new Uint8Array(0);
  #touched: number[] = [];
  #queue: number[] = [];
  #targets = new Uint32Array(1024);
  #pulls = new Float64Array(1024);
  #links = 0;

  /**
   * @param seeds passages with their share of the start; any positive weights
   * @returns passages that were reached, in no order, and the work done when the likeliest one last changed, looked at
   *   after 1, 2, 4, 8, ... passages; see {@link activation}
   */
  run(
    graph: PassageGraph,
    seeds: ReadonlyMap<number, number>,
    options: WalkOptions,
  ): { reached: readonly number[]; settledAt: number } {
    this.#reset(graph.out.offsets.length - 1);
    let total = 0;
    for (const weight of seeds.values()) total += weight;
    for (const [passage, weight] of seeds) this.#receive(passage, weight / total);
    const least = LEAST / options.budget;
    let pushes = 0;
    let cycle = 1;
    let [top, settledAt] = [-1, 0];
    for (let at = 0; at < this.#queue.length && pushes < options.budget; at++) {
      const passage = this.#queue[at]!;
      this.#queued[passage] = 0;
      const amount = this.#rest[passage]!;
      if (amount < least) continue;
      this.#rest[passage] = 0;
      this.#rank[passage]! += (1 - DAMPING) * amount;
      this.#push(graph, passage, DAMPING * amount, options);
      if (++pushes < cycle) continue;
      const now = this.#top();
      if (now !== top) settledAt = cycle;
      top = now;
      cycle *= 2;
    }
    return { reached: this.#touched, settledAt };
  }

  /** Of the last walk. 0 for passages that it did not reach; all together 1 at most. */
  activation(passage: number): number {
    return this.#rank[passage]! + (1 - DAMPING) * this.#rest[passage]!;
  }

  #top(): number {
    let best = -1;
    let most = -1;
    for (const passage of this.#touched) {
      const amount = this.activation(passage);
      if (amount > most) [best, most] = [passage, amount];
    }
    return best;
  }

  #push(graph: PassageGraph, from: number, amount: number, options: WalkOptions): void {
    this.#links = 0;
    const { out, into, spans, members } = graph;
    this.#follow(out, from, WEIGHTS.out, options);
    if (into.offsets[from + 1]! - into.offsets[from]! <= HUB) this.#follow(into, from, WEIGHTS.into, options);
    else this.#followBack(out, from, options);
    for (let i = spans.offsets[from]!; i < spans.offsets[from + 1]!; i++) {
      const span = spans.targets[i]!;
      const holders = members.offsets[span + 1]! - members.offsets[span]!;
      this.#follow(members, span, (WEIGHTS.shared * spans.weights[i]!) / holders, options, false);
    }
    options.arcs(from, (target) => this.#link(target, WEIGHTS.out, options));
    let total = 0;
    for (let i = 0; i < this.#links; i++) {
      if (this.#targets[i] === from) this.#pulls[i] = 0;
      total += this.#pulls[i]!;
    }
    if (total === 0) return;
    for (let i = 0; i < this.#links; i++)
      if (this.#pulls[i]! > 0) this.#receive(this.#targets[i]!, (amount * this.#pulls[i]!) / total);
  }

  #follow(
    { offsets, targets, weights }: LinkRows,
    row: number,
    weight: number,
    options: WalkOptions,
    own = true,
  ): void {
    for (let i = offsets[row]!; i < offsets[row + 1]!; i++)
      this.#link(targets[i]!, own ? weight * weights[i]! : weight, options);
  }

  /** Who of the likely ones names a hub. */
  #followBack({ offsets, targets, weights }: LinkRows, hub: number, options: WalkOptions): void {
    for (const passage of options.likely)
      for (let i = offsets[passage]!; i < offsets[passage + 1]!; i++)
        if (targets[i] === hub) this.#link(passage, WEIGHTS.into * weights[i]!, options);
  }

  #link(target: number, weight: number, { scores, bestScore }: WalkOptions): void {
    if (this.#links === this.#targets.length) this.#grow();
    this.#targets[this.#links] = target;
    this.#pulls[this.#links++] = weight * (OPEN + ((1 - OPEN) * scores[target]!) / bestScore);
  }

  #grow(): void {
    const [targets, pulls] = [new Uint32Array(this.#links * 2), new Float64Array(this.#links * 2)];
    targets.set(this.#targets);
    pulls.set(this.#pulls);
    this.#targets = targets;
    this.#pulls = pulls;
  }

  #receive(passage: number, amount: number): void {
    if (this.#rank[passage] === 0 && this.#rest[passage] === 0) this.#touched.push(passage);
    this.#rest[passage]! += amount;
    if (this.#queued[passage]) return;
    this.#queued[passage] = 1;
    this.#queue.push(passage);
  }

  #reset(passages: number): void {
    // Also when most passages have gone.
    if (this.#rank.length < passages || this.#rank.length > 4 * passages + 4096) {
      this.#rank = new Float64Array(passages);
      this.#rest = new Float64Array(passages);
      this.#queued = new Uint8Array(passages);
    } else {
      for (const passage of this.#touched) this.#rank[passage] = this.#rest[passage] = this.#queued[passage] = 0;
      for (const passage of this.#queue) this.#queued[passage] = 0;
    }
    this.#touched = [];
    this.#queue = [];
  }
}
