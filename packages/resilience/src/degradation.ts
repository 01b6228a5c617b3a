/**
 * How much of a server is offered when parts of it are not well. Worse is entered soon; better only after it has been
 * well for a while, so that a part that comes and goes does not make the whole flicker.
 */
import type { Clock, Timer } from '@vortexflow/primitives';

/** From everything to the least; each offers what the next one does and more, but for writing. */
export const DEGRADATION_LEVELS = ['full', 'no-llm', 'one-reasoner', 'cache-only', 'read-only'] as const;

export type DegradationLevel = (typeof DEGRADATION_LEVELS)[number];

/** How questions are answered. Writing is a matter of its own: a full disk takes no reasoner away. */
export type AnswerLevel = Exclude<DegradationLevel, 'read-only'>;

/** What the parts look like now. */
export interface Vitals {
  /** Language models configured, and those whose circuit is not open. */
  readonly models: { readonly configured: number; readonly up: number };
  readonly reasoners: { readonly configured: number; readonly up: number };
  /** Whether the store takes writes. */
  readonly writable: boolean;
}

/** What is offered now, since when, and why. */
export interface Degradation {
  /** For people: the worst of both. */
  readonly level: DegradationLevel;
  readonly answers: AnswerLevel;
  readonly writes: boolean;
  /** Instant of the last change, on the clock's monotonic time, ms. */
  readonly since: number;
}

/** How long something must be so before it counts, ms. */
export interface Hysteresis {
  /** Before a worse level is entered. Default 0. */
  readonly enterMs: number;
  /** Before it is left again for a better one. Default 10,000. */
  readonly leaveMs: number;
}

const ANSWERS: readonly AnswerLevel[] = ['full', 'no-llm', 'one-reasoner', 'cache-only'];

/** What the vitals allow, without any memory. */
export function answersAllowed({ models, reasoners }: Vitals): AnswerLevel {
  if (reasoners.up === 0) return 'cache-only';
  if (reasoners.up === 1 && reasoners.configured > 1) return 'one-reasoner';
  return models.configured > 0 && models.up === 0 ? 'no-llm' : 'full';
}

/** A value on a ladder that goes down soon and up late. Pure: an instant and a wish in, the next value out. */
export interface Rung {
  /** 0 is best. */
  readonly value: number;
  /** Since when every wish has been worse, and the best of those wishes; null when the last one was not. */
  readonly worse: { readonly since: number; readonly value: number } | null;
  /** Since when every wish has been better, and the worst of those wishes. */
  readonly better: { readonly since: number; readonly value: number } | null;
}

/** The next value, given what is wished for now. */
export function step(rung: Rung, wished: number, now: number, { enterMs, leaveMs }: Hysteresis): Rung {
  if (wished === rung.value) return { value: wished, worse: null, better: null };
  if (wished > rung.value) {
    const since = rung.worse?.since ?? now;
    const value = Math.min(rung.worse?.value ?? wished, wished);
    if (now - since < enterMs) return { value: rung.value, worse: { since, value }, better: null };
    // What has been so all the time, at least; what is still worse begins to count now.
    return step({ value, worse: null, better: null }, wished, now, { enterMs, leaveMs });
  }
  const since = rung.better?.since ?? now;
  const value = Math.max(rung.better?.value ?? wished, wished);
  if (now - since < leaveMs) return { value: rung.value, worse: null, better: { since, value } };
  return step({ value, worse: null, better: null }, wished, now, { enterMs, leaveMs });
}

/** ms until a wait of the rung is over if nothing else is wished for; null when none is under way. */
function waitOf({ worse, better }: Rung, now: number, { enterMs, leaveMs }: Hysteresis): number | null {
  if (worse) return worse.since + enterMs - now;
  return better ? better.since + leaveMs - now : null;
}

const BEST: Rung = { value: 0, worse: null, better: null };

/** Keeps the level up to date with the vitals that it is told. */
export class DegradationGauge {
  readonly #clock: Clock;
  readonly #hysteresis: Hysteresis;
  readonly #onChange: (to: Degradation, from: Degradation) => void;
  #answers = BEST;
  #writes = BEST;
  #vitals: Vitals | null = null;
  #current: Degradation;
  #timer: Timer | undefined;

  constructor(
    clock: Clock,
    hysteresis: Partial<Hysteresis> = {},
    onChange: (to: Degradation, from: Degradation) => void = () => undefined,
  ) {
    this.#clock = clock;
    this.#hysteresis = { enterMs: 0, leaveMs: 10_000, ...hysteresis };
    this.#onChange = onChange;
    this.#current = { level: 'full', answers: 'full', writes: true, since: clock.elapsed() };
  }

  get current(): Degradation {
    return this.#current;
  }

  /** To be called whenever the vitals may have changed, and as often besides as one likes. */
  observe(vitals: Vitals): Degradation {
    this.#vitals = vitals;
    const now = this.#clock.elapsed();
    this.#answers = step(this.#answers, ANSWERS.indexOf(answersAllowed(vitals)), now, this.#hysteresis);
    this.#writes = step(this.#writes, vitals.writable ? 0 : 1, now, this.#hysteresis);
    this.#plan(now);
    this.#publish(now);
    return this.#current;
  }

  close(): void {
    this.#timer?.cancel();
    this.#vitals = null;
  }

  /** Looks again at the same vitals when a wait is over, so that nobody has to ask. */
  #plan(now: number): void {
    this.#timer?.cancel();
    const waits = [this.#answers, this.#writes].map((rung) => waitOf(rung, now, this.#hysteresis));
    const next = Math.min(...waits.filter((wait) => wait !== null));
    if (next === Infinity) return;
    this.#timer = this.#clock.after(next, () => {
      if (this.#vitals) this.observe(this.#vitals);
    });
  }

  #publish(now: number): void {
    const answers = ANSWERS[this.#answers.value] as AnswerLevel;
    const writes = this.#writes.value === 0;
    const from = this.#current;
    if (answers === from.answers && writes === from.writes) return;
    this.#current = { level: writes ? answers : 'read-only', answers, writes, since: now };
    this.#onChange(this.#current, from);
  }
}
