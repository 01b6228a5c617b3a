/**
 * A kernel on hardware that may go away, with a warm one beside it that cannot. The standby has the same graph in memory
 * all the time, and is given the positions that are read, so that it could step at once; when the hardware is lost it goes
 * on from there, within the same call. The hardware is tried again with growing pauses.
 */
import type { Clock, Timer } from '@vortexflow/primitives';
import {
  type Kernel,
  type KernelGraph,
  KernelLostError,
  type KernelReport,
  type KernelStep,
  type LosableKernel,
} from './kernel.ts';
import { scatter } from './layout-state.ts';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** What is left of a lost kernel is taken down so much later: first comes the frame that viewers wait for. */
const CLEARING_PAUSE_MS = 500;

/** Which kernel computes from now on, and why. */
export interface KernelChange {
  readonly backend: string;
  /** Why the faster one is not used; absent when it is. */
  readonly reason?: Error;
}

/** What a resilient kernel is made of. The kernels become its own. */
export interface ResilientKernelOptions {
  /** Opens the fast kernel. Called again after each loss. */
  readonly open: () => Promise<LosableKernel>;
  /** Goes on when the fast one is gone, and until it is there. */
  readonly standby: Kernel;
  readonly clock: Clock;
  /** False when opening has failed in a way that no waiting mends. Default: it is always tried again. */
  readonly worthRetrying?: (reason: Error) => boolean;
  readonly onChange?: (change: KernelChange) => void;
}

/** Starts on the standby and changes to the fast kernel as soon as that is open. */
export function createResilientKernel(options: ResilientKernelOptions): Kernel {
  return new ResilientKernel(options);
}

class ResilientKernel implements Kernel {
  readonly #options: ResilientKernelOptions;
  /** The fast kernel while it computes. */
  #fast: LosableKernel | undefined;
  /** A fast kernel that is open but has no graph yet. */
  #candidate: LosableKernel | undefined;
  #graph: KernelGraph | undefined;
  /** Positions as they were read last. */
  #mirror: Float32Array | undefined;
  /** The mirror that the standby has taken over. */
  #warm: Float32Array | undefined;
  #warming: Timer | undefined;
  #step: KernelStep | undefined;
  #timer: Timer | undefined;
  /** Kernels that are lost and not taken down yet. */
  readonly #lost = new Map<LosableKernel, Timer>();
  #pause = FIRST_PAUSE_MS;
  #disposed = false;

  constructor(options: ResilientKernelOptions) {
    this.#options = options;
    void this.#open();
  }

  get backend(): string {
    return (this.#fast ?? this.#options.standby).backend;
  }

  get bytes(): number {
    return this.#options.standby.bytes + (this.#fast?.bytes ?? 0);
  }

  async #open(): Promise<void> {
    try {
      const opened = await this.#options.open();
      if (this.#disposed) return await opened.dispose();
      this.#candidate = opened;
      void this.#watch(opened);
    } catch (reason) {
      this.#tryLater(reason as Error);
    }
  }

  /** Waits for the loss, which may come while nothing is asked of the kernel. */
  async #watch(kernel: LosableKernel): Promise<void> {
    const reason = await kernel.lost;
    if (kernel === this.#candidate) {
      this.#candidate = undefined;
      this.#tryLater(reason);
    } else if (kernel === this.#fast) await this.#fallBack(reason);
  }

  #tryLater(reason: Error): void {
    if (this.#disposed) return;
    this.#options.onChange?.({ backend: this.backend, reason });
    if (this.#options.worthRetrying?.(reason) === false) return;
    this.#timer = this.#options.clock.after(this.#pause, () => void this.#open());
    this.#pause = Math.min(LONGEST_PAUSE_MS, this.#pause * 2);
  }

  /** Gives the standby the last known positions. What was moved since then is moved again. */
  async #fallBack(reason: Error): Promise<void> {
    const lost = this.#fast;
    if (!lost) return;
    this.#fast = undefined;
    this.#warming?.cancel();
    await this.#giveMirror();
    this.#tryLater(reason);
    this.#lost.set(
      lost,
      this.#options.clock.after(CLEARING_PAUSE_MS, () => void this.#clear(lost)),
    );
  }

  async #giveMirror(): Promise<void> {
    if (!this.#graph || !this.#mirror || this.#warm === this.#mirror) return;
    this.#warm = this.#mirror;
    await this.#options.standby.place(upTo(this.#graph.nodes), this.#mirror);
  }

  /** While the hardware is at work: sorted in advance, the standby's first step takes half the time. */
  readonly #warmUp = async (): Promise<void> => {
    this.#warming = undefined;
    if (!this.#fast || !this.#step) return;
    await this.#giveMirror();
    await this.#options.standby.prepare?.(this.#step);
  };

  async #clear(lost: LosableKernel): Promise<void> {
    this.#lost.get(lost)?.cancel();
    this.#lost.delete(lost);
    await lost.dispose().catch(() => undefined);
  }

  /** Lets an open fast kernel take over from where the standby is. */
  async #takeOver(): Promise<void> {
    const candidate = this.#candidate;
    if (!candidate || !this.#graph) return;
    this.#candidate = undefined;
    try {
      const positions = (await this.#options.standby.read()).slice();
      await candidate.load({ ...this.#graph, positions });
      this.#fast = candidate;
      this.#mirror = positions;
      this.#warm = positions;
      this.#pause = FIRST_PAUSE_MS;
      this.#options.onChange?.({ backend: candidate.backend });
    } catch (reason) {
      await candidate.dispose().catch(() => undefined);
      this.#tryLater(reason as Error);
    }
  }

  async load(graph: KernelGraph): Promise<void> {
    await this.#options.standby.load(graph);
    this.#graph = graph;
    this.#mirror = graph.positions.slice();
    this.#warm = this.#mirror;
    if (!this.#fast) return this.#takeOver();
    await this.#attempt(
      (kernel) => kernel.load(graph),
      async () => undefined,
    );
  }

  /** Does something with the fast kernel, or with the standby when there is none or it is lost on the way. */
  async #attempt<T>(run: (kernel: Kernel) => Promise<T>, otherwise = run): Promise<T> {
    const fast = this.#fast;
    if (!fast) return otherwise(this.#options.standby);
    try {
      return await run(fast);
    } catch (failure) {
      await this.#fallBack(failure instanceof Error ? failure : new KernelLostError(String(failure)));
      return otherwise(this.#options.standby);
    }
  }

  async run(steps: readonly KernelStep[]): Promise<KernelReport> {
    if (this.#candidate) await this.#takeOver();
    this.#step = steps.at(-1) ?? this.#step;
    return this.#attempt((kernel) => kernel.run(steps));
  }

  forces(step: KernelStep): Promise<Float32Array> {
    return this.#attempt((kernel) => kernel.forces(step));
  }

  async read(): Promise<Float32Array> {
    const positions = await this.#attempt((kernel) => kernel.read());
    if (this.#fast) {
      this.#mirror = positions.slice();
      this.#warming ??= this.#options.clock.after(0, () => void this.#warmUp());
    }
    return positions;
  }

  async place(nodes: Uint32Array, places: Float32Array): Promise<void> {
    if (this.#mirror) scatter(this.#mirror, nodes, places);
    this.#warm = undefined;
    await this.#attempt((kernel) => kernel.place(nodes, places));
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#timer?.cancel();
    this.#warming?.cancel();
    await Promise.all([...this.#lost.keys()].map((lost) => this.#clear(lost)));
    const kernels = [this.#fast, this.#candidate, this.#options.standby];
    this.#fast = undefined;
    this.#candidate = undefined;
    this.#graph = undefined;
    for (const kernel of kernels) await kernel?.dispose();
  }
}

/** All numbers below. A loop: this runs while viewers wait. */
function upTo(count: number): Uint32Array {
  const numbers = new Uint32Array(count);
  for (let k = 0; k < count; k++) numbers[k] = k;
  return numbers;
}
