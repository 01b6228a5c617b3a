/** What every library is asked to do in `beside.ts`: supervised counters. */

/** An actor that adds what it is told, answers its sum, and crashes at a number below zero. */
export interface Counter {
  tell(number: number): void;
  /** Adds, and answers the sum. */
  ask(number: number): Promise<number>;
}

export interface Contender {
  readonly name: string;
  /** A counter that starts afresh when it has crashed. */
  counter(): Promise<Counter>;
  /** An actor with nothing to do, unsupervised where there is a choice. */
  idle(): Counter;
  /** Ends everything it has made. */
  stop(): Promise<void>;
}
