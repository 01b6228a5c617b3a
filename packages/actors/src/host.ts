/**
 * The other side of a placed actor: loads its module, runs its handler on one message at a time, and tells the owner how
 * far it is. Time here is the machine's own.
 */
import { systemClock, type Timer } from '@vortexflow/primitives';
import type { Exit, ExitReason } from './contract.ts';
import { actorError } from './errors.ts';
import { HostContext, type HostedAsk } from './host-context.ts';
import { isThenable } from './thenable.ts';
import type { PlacedActor } from './contract.ts';
import type { ProgressWriter } from './progress.ts';
import { Ring } from './ring.ts';
import { SnapshotKeeper } from './snapshots.ts';
import { DEFAULT_SHUTDOWN_MS } from './unit.ts';
import { type Batch, type Begin, describeThrown, type FromHost, type Setup, type ToHost } from './wire.ts';

type Actor = PlacedActor<unknown, unknown, unknown, unknown, unknown>;
type Post = (message: FromHost, transfer?: readonly ArrayBuffer[]) => void;

/** Handling goes on for so long before what is done is told and the event loop has its turn, ms. */
const SLICE_MS = 1;
/** Messages between two looks at the clock. */
const LOOK_EVERY = 16;

/** Loads the module and prepares. Rejects with what was thrown. */
async function loadActor(setup: Setup): Promise<{ actor: Actor; prepared: unknown }> {
  const module = (await import(setup.module)) as Readonly<Record<string, Partial<Actor> | undefined>>;
  const actor = module[setup.exportName];
  if (typeof actor?.init !== 'function' || typeof actor.handle !== 'function') {
    throw actorError('actor_module_invalid', { name: setup.exportName });
  }
  const prepared = await actor.prepare?.(setup.prepareData as never);
  return { actor: actor as Actor, prepared };
}

/** Hosts the actor of `setup` until it ends; then calls `close`. */
export class Host {
  readonly #post: Post;
  readonly #progress: ProgressWriter;
  readonly #close: () => void;
  readonly #waiting = new Ring<unknown>();
  /** Numbers of the questions among those that wait, in order. */
  readonly #waitingAsks = new Ring<number>();
  #actor!: Actor;
  #prepared: unknown;
  #state: unknown;
  #context: HostContext | undefined;
  #snapshots: SnapshotKeeper | undefined;
  #begin: Begin | undefined;
  /** Number of the last message that was begun. */
  #number = 0;
  #running = false;
  #busy = false;
  #leaving: Exit | undefined;
  #ended = false;
  #answers: unknown[] = [];
  #unanswered: number[] = [];
  #told = 0;
  #rested = 0;
  #soon = false;
  #heart: Timer | undefined;

  constructor(post: Post, progress: ProgressWriter, close: () => void) {
    this.#post = post;
    this.#progress = progress;
    this.#close = close;
  }

  async prepare(setup: Setup): Promise<void> {
    try {
      const { actor, prepared } = await loadActor(setup);
      this.#actor = actor;
      this.#prepared = prepared;
      this.#post({ type: 'prepared' });
    } catch (error) {
      this.#fail(error);
    }
  }

  receive(message: ToHost): void {
    if (this.#ended) return;
    if (message.type === 'batch') this.#take(message);
    else if (message.type === 'begin') void this.#start(message);
    else this.leave(message.reason);
  }

  async #start(begin: Begin): Promise<void> {
    this.#begin = begin;
    const context = new HostContext(this, begin.path);
    this.#context = context;
    try {
      const given = { prepared: this.#prepared, data: begin.data };
      const fresh: unknown = await this.#actor.init(context, given);
      this.#state = begin.snapshots && this.#actor.snapshot ? this.#recover(begin, fresh) : fresh;
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#running = true;
    this.#post({ type: 'started' });
    if (begin.hangMs !== undefined) this.#beatAlong(begin.hangMs / 4);
    if (this.#leaving) void this.#leave(this.#leaving);
    else this.#run();
  }

  #recover(begin: Begin, fresh: unknown): unknown {
    this.#snapshots = new SnapshotKeeper(this.#actor.snapshot as NonNullable<Actor['snapshot']>, (news) => {
      if (news.type === 'snapshot') this.#post(news);
      else if (news.type === 'snapshot_loaded') this.#post(news);
      else this.#post({ type: news.type, thrown: describeThrown(news.error) });
    });
    return this.#snapshots.load(begin.snapshot, fresh);
  }

  #fail(error: unknown): void {
    this.#ended = true;
    this.#post({ type: 'failed', thrown: describeThrown(error) });
  }

  // --- messages

  #take({ first, messages, asks }: Batch): void {
    for (const message of messages) this.#waiting.push(message);
    for (const ask of asks) this.#waitingAsks.push(ask);
    // Numbers go on where they were: what comes in is in order and complete.
    if (this.#number + this.#waiting.size !== first + messages.length - 1) throw new Error('a batch is missing');
    this.#run();
  }

  readonly #run = (): void => {
    const until = systemClock.elapsed() + SLICE_MS;
    let look = LOOK_EVERY;
    while (this.#waiting.size > 0 && this.#running && !this.#busy) {
      this.#handle(this.#waiting.shift());
      if (--look > 0) continue;
      look = LOOK_EVERY;
      if (systemClock.elapsed() < until) continue;
      // What the owner says has its turn, e.g. to stop.
      setImmediate(this.#run);
      break;
    }
    this.#rest();
    this.#tell();
  };

  /** Says where the owner reads it that nothing is in hand. */
  #rest(): void {
    if (this.#busy || !this.#running || this.#rested === this.#number) return;
    this.#rested = this.#number;
    this.#progress.done(this.#number);
  }

  #handle(message: unknown): void {
    const context = this.#context as HostContext;
    const number = ++this.#number;
    let ask: HostedAsk | undefined;
    if (this.#waitingAsks.size > 0 && this.#waitingAsks.first() === number) {
      this.#waitingAsks.shift();
      ask = context.current = { number, kept: false };
    }
    this.#progress.begin(number);
    this.#busy = true;
    try {
      const result = this.#actor.handle(this.#state, message, context);
      if (isThenable(result)) {
        Promise.resolve(result).then(
          (state) => this.#handledLater(ask, state),
          (error: unknown) => this.#crashed(error),
        );
        return;
      }
      this.#handled(ask, result);
    } catch (error) {
      this.#crashed(error);
    }
  }

  #handled(ask: HostedAsk | undefined, state: unknown): void {
    if (this.#ended) return;
    if (state !== undefined) this.#state = state;
    this.#busy = false;
    const context = this.#context as HostContext;
    if (ask !== undefined && context.current === ask) {
      context.current = undefined;
      this.#unanswered.push(ask.number);
    }
    this.#snapshots?.handled(this.#state);
    if (this.#leaving) void this.#leave(this.#leaving);
  }

  #handledLater(ask: HostedAsk | undefined, state: unknown): void {
    this.#handled(ask, state);
    this.#run();
  }

  #crashed(error: unknown): void {
    if (this.#ended) return;
    this.#tell(); // while this message is in hand, because it is not done
    this.#busy = false;
    this.#post({ type: 'crashed', thrown: describeThrown(error) });
    void this.#leave({ reason: 'crash', error });
  }

  answer(ask: HostedAsk, answer: unknown, transfer: readonly ArrayBuffer[]): void {
    if (transfer.length > 0) {
      // Alone, because what is handed over goes with its message.
      this.#tell();
      this.#postAnswers([ask.number, answer], transfer);
      return;
    }
    this.#answers.push(ask.number, answer);
    this.#tellSoon();
  }

  #tellSoon(): void {
    if (this.#soon) return;
    this.#soon = true;
    setImmediate(() => {
      this.#soon = false;
      this.#tell();
    });
  }

  /** Says what is done. The last time is before `onStop`: a crash is told by itself. */
  #tell(): void {
    if (!this.#running) return;
    const done = this.#busy ? this.#number - 1 : this.#number;
    const answers = this.#answers;
    if (done === this.#told && answers.length === 0 && this.#unanswered.length === 0) return;
    this.#told = done;
    const unanswered = this.#unanswered;
    this.#answers = [];
    this.#unanswered = [];
    try {
      this.#post({ type: 'handled', done, answers, unanswered });
    } catch {
      for (let i = 0; i < answers.length; i += 2) this.#postAnswers(answers.slice(i, i + 2), []);
      this.#post({ type: 'handled', done, answers: [], unanswered });
    }
  }

  /** One answer. */
  #postAnswers(answers: readonly unknown[], transfer: readonly ArrayBuffer[]): void {
    try {
      this.#post({ type: 'handled', done: this.#told, answers, unanswered: [] }, transfer);
    } catch {
      this.#post({ type: 'not_cloneable', ask: answers[0] as number });
    }
  }

  tellSelf(message: unknown): void {
    if (!this.#ended) this.#post({ type: 'tell', message });
  }

  emit(event: unknown): void {
    if (!this.#ended) this.#post({ type: 'event', event });
  }

  beat(): void {
    this.#progress.beat();
  }

  /** Between messages it is enough that the event loop turns. */
  #beatAlong(ms: number): void {
    this.#heart = systemClock.after(ms, () => {
      if (!this.#busy) this.beat();
      this.#beatAlong(ms);
    });
  }

  // --- the end

  /** Ends after the message in hand. */
  leave(reason: ExitReason): void {
    if (this.#leaving || this.#ended) return;
    this.#leaving = { reason };
    if (this.#running && !this.#busy) void this.#leave(this.#leaving);
  }

  /** Ends without having been asked by its owner: in order if it is at work, else at once. */
  quit(): void {
    const { shutdownMs = DEFAULT_SHUTDOWN_MS } = this.#begin ?? { shutdownMs: 'kill' };
    if (shutdownMs === 'kill') {
      this.#close();
      return;
    }
    systemClock.after(shutdownMs, this.#close);
    this.leave('shutdown');
  }

  async #leave({ reason, error }: Exit): Promise<void> {
    if (!this.#running) return;
    if (reason !== 'crash') {
      this.#rest();
      this.#snapshots?.save(this.#state);
      this.#tell();
    }
    this.#running = false;
    this.#context?.end();
    let last: Exit = { reason };
    try {
      await this.#actor.onStop?.(this.#state, reason, error);
    } catch (thrown) {
      last = { reason: 'crash', error: thrown };
    }
    this.#ended = true;
    this.#heart?.cancel();
    const thrown = 'error' in last ? describeThrown(last.error) : undefined;
    this.#post({ type: 'ended', reason: last.reason, thrown });
    this.#close();
  }
}
