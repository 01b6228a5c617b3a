/** The faults that a proxy has now, and for which of its connections. */
import type { Random } from '@vortexflow/primitives';
import { checkFault, concerns, type Fault, type FaultOf } from './fault.ts';

/** A fault that is being injected. Two equal ones are two. */
export interface ActiveFault {
  readonly fault: Fault;
}

export class FaultSet {
  readonly #random: Random;
  readonly #active = new Set<ActiveFault>();
  readonly #waiting = new Set<() => void>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** All faults, oldest first. */
  list(): Fault[] {
    return [...this.#active].map(({ fault }) => fault);
  }

  /** @throws RangeError for a fault that makes no sense */
  add(fault: Fault): ActiveFault {
    checkFault(fault);
    const active = { fault };
    this.#active.add(active);
    this.#changed();
    return active;
  }

  remove(active: ActiveFault): void {
    if (this.#active.delete(active)) this.#changed();
  }

  clear(): void {
    this.#active.clear();
    this.#changed();
  }

  has(kind: Fault['kind']): boolean {
    return this.list().some((fault) => fault.kind === kind);
  }

  /** What one connection suffers: whether it has a fault is drawn when the fault and the connection first meet. */
  share(): FaultShare {
    return new FaultShare(this.#active, this.#random, this.#waiting);
  }

  #changed(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}

/** The faults of one connection. */
export class FaultShare {
  readonly #active: ReadonlySet<ActiveFault>;
  readonly #random: Random;
  readonly #waiting: Set<() => void>;
  readonly #drawn = new WeakMap<ActiveFault, boolean>();

  constructor(active: ReadonlySet<ActiveFault>, random: Random, waiting: Set<() => void>) {
    this.#active = active;
    this.#random = random;
    this.#waiting = waiting;
  }

  /** Faults of a kind, oldest first; with a way only those that touch it. */
  of<Kind extends Fault['kind']>(kind: Kind, way?: 'up' | 'down'): FaultOf<Kind>[] {
    const found: FaultOf<Kind>[] = [];
    for (const active of this.#active) {
      const { fault } = active;
      if (fault.kind !== kind || (way && !concerns(fault, way)) || !this.#hits(active)) continue;
      found.push(fault as FaultOf<Kind>);
    }
    return found;
  }

  /** Calls `wake` once, at the next change of the faults. */
  onChange(wake: () => void): void {
    this.#waiting.add(wake);
  }

  offChange(wake: () => void): void {
    this.#waiting.delete(wake);
  }

  #hits(active: ActiveFault): boolean {
    const known = this.#drawn.get(active);
    if (known !== undefined) return known;
    const toxicity = 'toxicity' in active.fault ? (active.fault.toxicity ?? 1) : 1;
    const hit = toxicity >= 1 || this.#random() < toxicity;
    this.#drawn.set(active, hit);
    return hit;
  }
}
