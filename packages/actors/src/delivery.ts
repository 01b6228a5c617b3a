/** Messages on their way to one run of a placed actor: sent in batches, acknowledged, accounted for when the run ends. */
import { Ask } from './ask.ts';
import type { ActorErrorCode } from './errors.ts';
import { payload, transferOf } from './parcel.ts';
import type { Remote } from './remote.ts';
import { Ring } from './ring.ts';
import type { Runtime } from './runtime.ts';
import type { Handled } from './wire.ts';

/** Messages of one batch. */
const BATCH = 512;
/** So many are worth a batch of their own while others are under way; fewer wait for company. */
const WORTH_SENDING = 64;

const MODULUS = 2 ** 32;

export class Delivery {
  readonly #runtime: Runtime;
  readonly #path: string;
  readonly #remote: Remote;
  readonly #mailbox: Ring<unknown>;
  readonly #window: number;
  /** Sent, and not known to be handled; in the order of their numbers. */
  readonly #underWay = new Ring<unknown>();
  /** Sent and not answered, by number. */
  readonly #asks = new Map<number, Ask>();
  #sent = 0;
  #done = 0;
  /** Last numbers of the last two batches: two are under way at a time, so that the other side need not wait. */
  #last = 0;
  #lastButOne = 0;
  #closed = false;
  #onIdle: (() => void) | undefined;

  constructor(runtime: Runtime, path: string, remote: Remote, mailbox: Ring<unknown>, window: number) {
    this.#runtime = runtime;
    this.#path = path;
    this.#remote = remote;
    this.#mailbox = mailbox;
    this.#window = window;
  }

  get size(): number {
    return this.#underWay.size;
  }

  /** Sends what may go now. */
  send(): void {
    for (let size = this.#sendable(); size > 0; size = this.#sendable()) this.#sendBatch(size);
  }

  #sendable(): number {
    const waiting = this.#mailbox.size;
    const size = Math.min(waiting, this.#window - this.#underWay.size, BATCH);
    if (size <= 0 || this.#closed) return 0;
    return size >= WORTH_SENDING || this.#done >= this.#lastButOne ? size : 0;
  }

  #sendBatch(size: number): void {
    const items: unknown[] = [];
    for (let i = 0; i < size; i++) items.push(this.#mailbox.shift());
    if (!this.#post(items)) for (const item of items) if (!this.#post([item])) this.#refuse(item);
    this.#lastButOne = this.#last;
    this.#last = this.#sent;
  }

  /** False: something in there cannot be cloned. */
  #post(items: readonly unknown[]): boolean {
    const first = this.#sent + 1;
    const asks: number[] = [];
    const transfers: NonNullable<ReturnType<typeof transferOf>>[number][] = [];
    for (let i = 0; i < items.length; i++) {
      const item = items[i];
      if (item instanceof Ask) asks.push(first + i);
      const transfer = transferOf(item);
      if (transfer !== undefined) transfers.push(...transfer);
    }
    try {
      this.#remote.post({ type: 'batch', first, messages: items.map(payload), asks }, transfers);
    } catch {
      return false;
    }
    for (const number of asks) this.#asks.set(number, items[number - first] as Ask);
    for (const item of items) this.#underWay.push(item);
    this.#sent += items.length;
    return true;
  }

  #refuse(item: unknown): void {
    this.#runtime.dead++;
    if (item instanceof Ask) item.fail('ask_not_cloneable');
    this.#runtime.deadLetter(this.#path, 'not_cloneable', payload(item));
  }

  handled({ done, answers, unanswered }: Handled): void {
    for (let i = 0; i < answers.length; i += 2) this.#take(answers[i] as number)?.reply(answers[i + 1]);
    for (const number of unanswered) this.#take(number)?.fail('ask_unanswered');
    if (!this.#closed) this.#acknowledge(done);
  }

  notCloneable(number: number): void {
    this.#take(number)?.fail('ask_not_cloneable');
  }

  #take(number: number): Ask | undefined {
    const ask = this.#asks.get(number);
    this.#asks.delete(number);
    return ask;
  }

  #acknowledge(done: number): void {
    for (; this.#done < done && this.#underWay.size > 0; this.#done++) {
      this.#underWay.shift();
      this.#runtime.handled++;
    }
    if (this.#underWay.size === 0) this.#onIdle?.();
  }

  /** Settles when nothing is under way. */
  idle(): Promise<void> {
    if (this.#underWay.size === 0) return Promise.resolve();
    return new Promise((resolve) => (this.#onIdle = resolve));
  }

  /**
   * The run handles nothing more. What was done is done, what was in hand is lost, what was not begun goes back to the
   * head of the mailbox.
   */
  close(code: ActorErrorCode, cause: unknown): void {
    if (this.#closed) return;
    const { begun, done } = this.#remote.progress();
    this.#acknowledge(this.#whole(done));
    this.#closed = true;
    if (begun !== done && this.#underWay.size > 0) {
      this.#underWay.shift();
      this.#runtime.crashed++;
      this.#done++;
    }
    const left: unknown[] = [];
    while (this.#underWay.size > 0) left.push(this.#underWay.shift());
    for (let i = left.length - 1; i >= 0; i--) this.#giveBack(left[i], this.#done + 1 + i);
    this.fail(code, cause);
  }

  /** The other side counts modulo 2^32, and is never far behind. */
  #whole(done: number): number {
    return this.#done + ((((done - this.#done) % MODULUS) + MODULUS) % MODULUS);
  }

  #giveBack(item: unknown, number: number): void {
    this.#asks.delete(number);
    const transfer = transferOf(item);
    if (transfer === undefined || transfer.length === 0 || this.#remote.kind === 'process') {
      this.#mailbox.unshift(item);
      return;
    }
    this.#runtime.dead++;
    if (item instanceof Ask) item.fail('ask_crashed');
    this.#runtime.deadLetter(this.#path, 'transferred', payload(item));
  }

  /** Questions that were begun will not be answered. */
  fail(code: ActorErrorCode, cause: unknown): void {
    for (const ask of this.#asks.values()) ask.fail(code, cause);
    this.#asks.clear();
  }
}
