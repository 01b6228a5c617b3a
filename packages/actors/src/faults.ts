/** Faults on purpose, for tests: what is done to which actor's messages, repeatably. */
import { type Random, seededRandom, type Timer } from '@vortexflow/primitives';
import { Ask } from './ask.ts';
import type { Cell } from './cell.ts';
import type { ActorSpec, TellResult } from './contract.ts';
import { actorError } from './errors.ts';
import { Parcel, payload } from './parcel.ts';
import { PlacedCell } from './placed.ts';
import type { FaultHooks, Runtime } from './runtime.ts';
import { Ring } from './ring.ts';

/** One kind of fault. With `at` it strikes once, with `probability` by chance, with neither always. */
export interface FaultRule {
  /** Path of the actors; `*` stands for anything but `/`, `**` for anything. */
  readonly path: string;
  /**
   * `drop`: the message is lost, nobody is told; `duplicate`: it comes twice, a question the second time as a message;
   * `delay`: it and all behind it wait for `delayMs`, so order is kept; `crash`: inline the handler throws before it looks
   * at the message, elsewhere the thread or process is ended once it was sent.
   */
  readonly fault: 'drop' | 'duplicate' | 'delay' | 'crash';
  /** The n-th message to each such actor, from 1, counted over restarts. */
  readonly at?: number;
  /** 0 to 1. */
  readonly probability?: number;
  /** Only of `delay`, > 0. */
  readonly delayMs?: number;
}

/** Faults of a system. The first rule that strikes a message is the only one. */
export interface FaultPlan {
  readonly seed: number;
  readonly rules: readonly FaultRule[];
}

/** Thrown by a handler that crashes by plan. */
class InjectedFault extends Error {
  override readonly name = 'InjectedFault';
}

type Spec = ActorSpec<unknown, unknown, unknown>;

export class Faults implements FaultHooks {
  /** Faults that struck. */
  count = 0;
  readonly #random: Random;
  readonly #rules: readonly { readonly rule: FaultRule; readonly pattern: RegExp }[];

  /** Throws `fault_plan_invalid`. */
  constructor({ seed, rules }: FaultPlan) {
    this.#random = seededRandom(seed);
    this.#rules = rules.map((rule) => {
      const problem = problemOf(rule);
      if (problem !== undefined) throw actorError('fault_plan_invalid', { path: rule.path, problem });
      return { rule, pattern: patternOf(rule.path) };
    });
  }

  /** The fault that strikes the n-th message to an actor. */
  #striking(rules: readonly FaultRule[], n: number): FaultRule | undefined {
    const strikes = ({ at, probability = 1 }: FaultRule): boolean =>
      at === undefined ? this.#random() < probability : at === n;
    const rule = rules.find(strikes);
    if (rule) this.count++;
    return rule;
  }

  #rulesOf(path: string, isWanted: (rule: FaultRule) => boolean): FaultRule[] {
    return this.#rules.flatMap(({ rule, pattern }) => (pattern.test(path) && isWanted(rule) ? [rule] : []));
  }

  /** An inline actor that crashes by plan. */
  crashing(spec: Spec, path: string): Spec {
    const rules = this.#rulesOf(path, ({ fault }) => fault === 'crash');
    if (rules.length === 0) return spec;
    let n = 0;
    return {
      ...spec,
      handle: (state, message, ctx) => {
        if (this.#striking(rules, ++n)) throw new InjectedFault(`message ${n} to ${path}`);
        return spec.handle(state, message, ctx);
      },
    };
  }

  /** Puts the faults of messages before the mailbox of an actor. */
  attach(runtime: Runtime, cell: Cell): void {
    const isPlaced = cell instanceof PlacedCell;
    const rules = this.#rulesOf(cell.path, ({ fault }) => isPlaced || fault !== 'crash');
    if (rules.length === 0) return;
    const deliver = (item: unknown): TellResult => Object.getPrototypeOf(cell).put.call(cell, item) as TellResult;
    const line = new DelayLine(runtime, deliver);
    let n = 0;
    cell.put = (item) => {
      const rule = this.#striking(rules, ++n);
      if (rule?.fault === 'drop') {
        runtime.sent++;
        runtime.dropped++;
        runtime.deadLetter(cell.path, 'fault', payload(item));
        return 'queued';
      }
      const result = line.put(item, rule?.fault === 'delay' ? (rule.delayMs ?? 0) : 0);
      // What is handed over can be handed over once.
      if (rule?.fault === 'duplicate' && !(item instanceof Parcel))
        line.put(item instanceof Ask ? item.message : item, 0);
      if (rule?.fault === 'crash' && isPlaced) runtime.clock.after(0, () => cell.crash());
      return result;
    };
  }
}

/** Holds messages back and keeps their order. */
class DelayLine {
  readonly #runtime: Runtime;
  readonly #deliver: (item: unknown) => TellResult;
  readonly #held = new Ring<{ readonly item: unknown; readonly due: number }>();
  #timer: Timer | undefined;

  constructor(runtime: Runtime, deliver: (item: unknown) => TellResult) {
    this.#runtime = runtime;
    this.#deliver = deliver;
  }

  put(item: unknown, delayMs: number): TellResult {
    if (delayMs === 0 && this.#held.size === 0) return this.#deliver(item);
    this.#held.push({ item, due: this.#runtime.clock.elapsed() + delayMs });
    this.#arm();
    return 'queued';
  }

  #arm(): void {
    if (this.#timer || this.#held.size === 0) return;
    const wait = Math.max(0, this.#held.first().due - this.#runtime.clock.elapsed());
    this.#timer = this.#runtime.clock.after(wait, () => {
      this.#timer = undefined;
      const now = this.#runtime.clock.elapsed();
      while (this.#held.size > 0 && this.#held.first().due <= now) this.#release();
      this.#arm();
    });
  }

  /** A question finds out itself when its actor no longer takes it. */
  #release(): void {
    const { item } = this.#held.shift();
    const result = this.#deliver(item);
    if (result !== 'queued' && item instanceof Ask) item.fail(result === 'dead' ? 'ask_stopped' : 'ask_refused');
  }
}

function problemOf({ fault, at, probability, delayMs }: FaultRule): string | undefined {
  if (at !== undefined && !(Number.isInteger(at) && at >= 1)) return 'at must be an integer >= 1';
  if (probability !== undefined && !(probability >= 0 && probability <= 1)) return 'probability must be 0 to 1';
  if (at !== undefined && probability !== undefined) return 'it has at and probability';
  if (fault === 'delay' ? !(delayMs !== undefined && delayMs > 0) : delayMs !== undefined)
    return 'delayMs > 0 belongs to delay, and to nothing else';
  return undefined;
}

function patternOf(path: string): RegExp {
  const source = path.split(/(\*\*|\*)/).map((part) => {
    if (part === '**') return '.*';
    return part === '*' ? '[^/]*' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  return new RegExp(`^${source.join('')}$`, 'u');
}
