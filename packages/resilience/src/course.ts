/**
 * The course of one call: a place in the bulkhead, then attempts one after the other (retries) or beside each other
 * (hedges), until one is answered, none may follow, or nobody waits any more. Driven by events, so that no promise has
 * to be raced; costs three timers of the clock at most at any time.
 */
import type { CodedError, Timer } from '@vortexflow/primitives';
import { fullJitter } from './backoff.ts';
import { NO_PERMIT } from './breaker.ts';
import type { Attempt, AttemptKind, CallOptions, Verdict } from './contract.ts';
import { Deadline } from './deadline.ts';
import { refusal, resilienceError } from './errors.ts';
import type { UpstreamSet } from './upstream-set.ts';
import type { Showing, Upstream } from './upstream.ts';

const TIMED_OUT: Verdict = { retryable: true, showing: 'failing' };

/** One attempt under way. */
class Trial implements Attempt {
  readonly number: number;
  readonly kind: AttemptKind;
  readonly upstream: Upstream;
  readonly permit: number;
  readonly start: number;
  readonly deadline: Deadline;
  timer: Timer | undefined;
  isOver = false;
  #controller: AbortController | undefined;
  #reason: unknown;

  constructor(
    number: number,
    kind: AttemptKind,
    upstream: Upstream,
    permit: number,
    start: number,
    deadline: Deadline,
  ) {
    this.number = number;
    this.kind = kind;
    this.upstream = upstream;
    this.permit = permit;
    this.start = start;
    this.deadline = deadline;
  }

  get endpoint(): Upstream['endpoint'] {
    return this.upstream.endpoint;
  }

  /** Made when it is asked for: many calls never look at it. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}

export class Course<Request, Response> {
  readonly #set: UpstreamSet<Request, Response>;
  readonly #request: Request;
  readonly #options: CallOptions;
  readonly #resolve: (response: Response) => void;
  readonly #reject: (failure: unknown) => void;
  readonly #tried: Upstream[] = [];
  #running: Trial[] = [];
  #isSettled = false;
  #hasPlace = false;
  #attempts = 0;
  #retries = 0;
  #hedges = 0;
  #overTimer: Timer | undefined;
  #hedgeTimer: Timer | undefined;
  #retryTimer: Timer | undefined;

  constructor(
    set: UpstreamSet<Request, Response>,
    request: Request,
    options: CallOptions,
    resolve: (response: Response) => void,
    reject: (failure: unknown) => void,
  ) {
    this.#set = set;
    this.#request = request;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  begin(): void {
    const { bulkhead, counters, retryBudget, hedgeBudget } = this.#set;
    const { signal, deadline } = this.#options;
    const now = this.#set.clock.elapsed();
    counters.calls++;
    if (signal?.aborted) return this.#giveUp();
    if (deadline.at <= now) return this.#runOut();
    retryBudget.deposit(now);
    hedgeBudget?.deposit(now);
    if (bulkhead.tryEnter()) {
      this.#hasPlace = true;
      this.#start(now);
    } else if (bulkhead.wait(this)) {
      counters.queued++;
      this.#watch(now);
    } else {
      counters.bulkheadFull++;
      this.#fail(refusal('bulkhead_full'));
    }
  }

  /** A place has become free. */
  enter(): void {
    this.#hasPlace = true;
    if (this.#set.isClosed) return this.close();
    // The place may have come from a call that ended for the same reason.
    if (this.#options.signal?.aborted) return this.#giveUp();
    if (this.#options.deadline.isOver) return this.#runOut();
    this.#start(this.#set.clock.elapsed());
  }

  /** The upstreams are being closed. */
  close(): void {
    this.#fail(resilienceError('upstreams_closed'));
  }

  #start(now: number): void {
    const problem = this.#launch('first', now);
    if (problem) this.#fail(problem);
    else if (!this.#isSettled && !this.#overTimer) this.#watch(now);
  }

  /** Until the call is settled: for its deadline and its caller. */
  #watch(now: number): void {
    this.#overTimer = this.#set.clock.after(this.#options.deadline.at - now, this.#onOver);
    this.#options.signal?.addEventListener('abort', this.#onAbort, { once: true });
    this.#set.open.add(this);
  }

  /** @returns why no attempt could be made */
  #launch(kind: AttemptKind, now: number): CodedError | null {
    const upstream = this.#set.choose(this.#tried, now);
    const permit = upstream?.breaker.acquire(now) ?? NO_PERMIT;
    if (!upstream || permit === NO_PERMIT) return this.#set.refusal();
    this.#begin(kind, upstream, permit, now);
    return null;
  }

  #begin(kind: AttemptKind, upstream: Upstream, permit: number, now: number): void {
    const { policy, clock, counters } = this.#set;
    const { deadline } = this.#options;
    const isBounded = now + policy.attemptMs < deadline.at;
    const own = isBounded ? new Deadline(clock, now + policy.attemptMs) : deadline;
    const trial = new Trial(this.#attempts++, kind, upstream, permit, now, own);
    counters.attempts++;
    upstream.load.begin(now);
    this.#running.push(trial);
    this.#tried.push(upstream);
    if (isBounded) trial.timer = clock.after(policy.attemptMs, () => this.#onAttemptTimeout(trial));
    if (this.#running.length === 1) this.#planHedge();
    this.#make(trial).then(
      (response) => this.#onAnswer(trial, response),
      (failure: unknown) => this.#onFailure(trial, failure, this.#set.judge(failure)),
    );
  }

  /** Turns what is thrown at once into a rejection. */
  #make(trial: Trial): Promise<Response> {
    try {
      return Promise.resolve(this.#set.make(this.#request, trial));
    } catch (failure) {
      return Promise.reject(failure);
    }
  }

  #onAnswer(trial: Trial, response: Response): void {
    if (trial.isOver) return;
    const { counters } = this.#set;
    this.#end(trial, 'answer');
    if (trial.kind === 'hedge') counters.hedgesWon++;
    for (const loser of this.#running) {
      const hadStart = loser.start < trial.start;
      this.#end(loser, hadStart ? 'beaten' : 'unknown', refusal('attempt_beaten'));
    }
    counters.succeeded++;
    this.#settle();
    this.#resolve(response);
  }

  #onFailure(trial: Trial, failure: unknown, verdict: Verdict): void {
    if (trial.isOver) return;
    this.#end(trial, verdict.showing);
    // Another one is under way: its outcome counts.
    if (this.#running.length > 0) return;
    const wait = this.#waitBeforeRetry(verdict);
    if (wait === null) return this.#fail(failure);
    this.#hedgeTimer?.cancel();
    this.#retryTimer = this.#set.clock.after(wait, () => this.#retry(failure));
  }

  #onAttemptTimeout(trial: Trial): void {
    const timeoutMs = this.#set.policy.attemptMs;
    const failure = refusal('attempt_timeout', { timeoutMs });
    this.#set.counters.attemptTimeouts++;
    trial.abort(failure);
    this.#onFailure(trial, failure, TIMED_OUT);
  }

  /** @returns ms, or null when there is to be no other attempt */
  #waitBeforeRetry({ retryable, unsent, retryAfterMs }: Verdict): number | null {
    const { policy, random, retryBudget, counters } = this.#set;
    if (!retryable || (!this.#options.idempotent && !unsent)) return null;
    if (this.#retries + 1 >= policy.retry.attempts) return null;
    const { minMs, maxMs } = policy.retry;
    // What one endpoint asks for is nothing to another.
    const isElsewhere = this.#set.all.some((upstream) => !this.#tried.includes(upstream));
    const asked = isElsewhere ? 0 : (retryAfterMs ?? 0);
    const wait = asked + fullJitter(this.#retries, minMs, maxMs, random);
    if (wait >= this.#options.deadline.remaining) return null;
    if (retryBudget.withdraw()) return wait;
    counters.budgetExhausted++;
    return null;
  }

  #retry(cause: unknown): void {
    this.#retries++;
    const problem = this.#launch('retry', this.#set.clock.elapsed());
    if (!problem) this.#set.counters.retries++;
    // With the failure that made the retry necessary.
    else this.#fail(Object.assign(problem, { cause }));
  }

  #planHedge(): void {
    const { policy, clock } = this.#set;
    if (!policy.hedge || !this.#options.idempotent || this.#hedges >= policy.hedge.max) return;
    this.#hedgeTimer?.cancel();
    this.#hedgeTimer = clock.after(this.#set.hedgeDelay(), () => this.#hedge());
  }

  #hedge(): void {
    const { counters, hedgeBudget, clock } = this.#set;
    if (!this.#hasOtherToTry()) return;
    if (hedgeBudget?.withdraw()) {
      if (this.#beside('hedge', clock.elapsed())) {
        this.#hedges++;
        counters.hedges++;
        this.#planHedge();
      }
      return;
    }
    counters.hedgesRefused++;
    // The attempt may have gone where nobody answers, and then would take all of the time: one more look halfway.
    this.#hedgeTimer = clock.after(this.#options.deadline.remaining / 2, () => this.#retryBeside());
  }

  /** A retry that does not wait for the failure, and takes nothing from the attempt under way. */
  #retryBeside(): void {
    const { counters, policy, retryBudget, clock } = this.#set;
    if (!this.#hasOtherToTry() || this.#retries + 1 >= policy.retry.attempts) return;
    if (!retryBudget.withdraw()) counters.budgetExhausted++;
    else if (this.#beside('retry', clock.elapsed())) {
      this.#retries++;
      counters.retries++;
    }
  }

  /** An attempt is under way, and some endpoint has not been tried: another call to the same one would wait likewise. */
  #hasOtherToTry(): boolean {
    return this.#running.length > 0 && this.#set.all.some((upstream) => !this.#tried.includes(upstream));
  }

  /** @returns whether another endpoint could be called */
  #beside(kind: 'hedge' | 'retry', now: number): boolean {
    const upstream = this.#set.choose(this.#tried, now);
    const permit = upstream && !this.#tried.includes(upstream) ? upstream.breaker.acquire(now) : NO_PERMIT;
    if (!upstream || permit === NO_PERMIT) return false;
    this.#begin(kind, upstream, permit, now);
    return true;
  }

  readonly #onOver = (): void => this.#runOut();

  #runOut(): void {
    if (this.#isSettled) return;
    this.#set.counters.deadlinesExceeded++;
    this.#fail(refusal('deadline_exceeded', { attempts: this.#attempts }), 'failing');
  }

  readonly #onAbort = (): void => this.#giveUp();

  #giveUp(): void {
    if (this.#isSettled) return;
    this.#set.counters.aborted++;
    this.#fail(refusal('call_aborted'));
  }

  /** @param showing what attempts under way show by not having been answered, if they had a fair time */
  #fail(failure: unknown, showing: 'failing' | 'unknown' = 'unknown'): void {
    if (this.#isSettled) return;
    const now = this.#set.clock.elapsed();
    const { fairMs } = this.#set.policy;
    for (const trial of this.#running) {
      this.#end(trial, now - trial.start >= fairMs ? showing : 'unknown', failure);
    }
    this.#set.counters.failed++;
    this.#settle();
    this.#reject(failure);
  }

  /** @param reason why it is aborted; absent when it ended by itself */
  #end(trial: Trial, showing: Showing, reason?: unknown): void {
    if (trial.isOver) return;
    trial.isOver = true;
    trial.timer?.cancel();
    this.#running = this.#running.filter((one) => one !== trial);
    const now = this.#set.clock.elapsed();
    this.#set.note(trial.upstream, showing, trial.permit, now - trial.start, now);
    if (reason !== undefined) trial.abort(reason);
  }

  #settle(): void {
    this.#isSettled = true;
    this.#overTimer?.cancel();
    this.#hedgeTimer?.cancel();
    this.#retryTimer?.cancel();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#set.open.delete(this);
    if (this.#hasPlace) this.#set.bulkhead.leave();
    else this.#set.bulkhead.giveUp(this);
  }
}
