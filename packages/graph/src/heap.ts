/** Binary min-heap of node numbers by cost; arrays only, so that searches allocate little. */
export class NodeHeap {
  readonly #nodes: number[] = [];
  readonly #costs: number[] = [];

  get size(): number {
    return this.#nodes.length;
  }

  /** Cost of the cheapest entry; Infinity when the heap is empty. */
  get cheapest(): number {
    return this.#costs[0] ?? Infinity;
  }

  push(node: number, cost: number): void {
    let child = this.#nodes.length;
    this.#nodes.push(node);
    this.#costs.push(cost);
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if ((this.#costs[parent] as number) <= cost) break;
      this.#nodes[child] = this.#nodes[parent] as number;
      this.#costs[child] = this.#costs[parent] as number;
      child = parent;
    }
    this.#nodes[child] = node;
    this.#costs[child] = cost;
  }

  /** Removes and returns the node of the cheapest entry; undefined when the heap is empty. */
  pop(): number | undefined {
    const top = this.#nodes[0];
    const node = this.#nodes.pop();
    const cost = this.#costs.pop();
    if (top === undefined || node === undefined || cost === undefined || this.#nodes.length === 0) return top;
    this.#sink(node, cost);
    return top;
  }

  #sink(node: number, cost: number): void {
    const size = this.#nodes.length;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && (this.#costs[child + 1] as number) < (this.#costs[child] as number)) child++;
      if ((this.#costs[child] as number) >= cost) break;
      this.#nodes[place] = this.#nodes[child] as number;
      this.#costs[place] = this.#costs[child] as number;
      place = child;
    }
    this.#nodes[place] = node;
    this.#costs[place] = cost;
  }
}
