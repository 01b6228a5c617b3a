import type { Deadline } from './deadline.ts';
import { resilienceError } from './errors.ts';

/** One way to an answer. */
export interface Level<T> {
  readonly name: string;
  /** @throws when it gives none: then the next level is tried */
  readonly run: (deadline: Deadline) => T | Promise<T>;
  /** Most of the time that is left which it may take, 0 to 1, so that the levels below get some. Default 1. */
  readonly share?: number;
}

/** An answer with the level that gave it. */
export interface Fallen<T> {
  readonly value: T;
  readonly level: string;
  /** Levels above it with what they failed with. */
  readonly failures: readonly { readonly level: string; readonly failure: unknown }[];
}

/**
 * Tries levels in order until one gives an answer. A level that goes on past its share of the time is left behind.
 *
 * @param options.goesOn whether a failure may be answered by a lower level; default: every one
 * @throws CodedError `levels_exhausted` when none does, `deadline_exceeded`, or a failure that must not go on
 */
export async function fallThrough<T>(
  levels: readonly Level<T>[],
  deadline: Deadline,
  options: { readonly goesOn?: (failure: unknown) => boolean } = {},
): Promise<Fallen<T>> {
  const failures: { level: string; failure: unknown }[] = [];
  for (const { name, run, share = 1 } of levels) {
    if (deadline.isOver) throw resilienceError('deadline_exceeded', { attempts: failures.length });
    const own = deadline.within(deadline.remaining * share);
    try {
      return { value: await runWithin(run, own), level: name, failures };
    } catch (failure) {
      if (options.goesOn && !options.goesOn(failure)) throw failure;
      failures.push({ level: name, failure });
    }
  }
  const names = failures.map(({ level }) => level);
  throw resilienceError('levels_exhausted', { levels: names }, failures.at(-1)?.failure);
}

async function runWithin<T>(run: Level<T>['run'], deadline: Deadline): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = deadline.clock.after(deadline.remaining, () =>
    late.reject(resilienceError('deadline_exceeded', { attempts: 1 })),
  );
  try {
    return await Promise.race([(async () => run(deadline))(), late.promise]);
  } finally {
    timer.cancel();
  }
}
