import { Deferred, Effect, Fiber, Queue } from 'effect';
import type { Contender, Counter } from './contender.ts';

interface Told {
  readonly number: number;
  readonly answer?: Deferred.Deferred<number>;
}

/** One fiber that takes from one queue; a defect starts it afresh, and the queue stays. */
function counting(queue: Queue.Queue<Told>): Effect.Effect<never> {
  const run = Effect.suspend(() => {
    let sum = 0;
    const one = Effect.flatMap(Queue.take(queue), ({ number, answer }) =>
      Effect.sync(() => {
        if (number < 0) throw new Error('as told');
        sum += number;
        if (answer) Deferred.doneUnsafe(answer, Effect.succeed(sum));
      }),
    );
    return Effect.forever(one);
  });
  const supervised: Effect.Effect<never> = Effect.catchCause(run, () => Effect.suspend(() => supervised));
  return supervised;
}

export function effect(): Contender {
  const fibers: Fiber.Fiber<never>[] = [];
  const counter = (): Counter => {
    const queue = Effect.runSync(Queue.unbounded<Told>());
    fibers.push(Effect.runFork(counting(queue)));
    return {
      tell: (number) => void Queue.offerUnsafe(queue, { number }),
      async ask(number) {
        const answer = Deferred.makeUnsafe<number>();
        Queue.offerUnsafe(queue, { number, answer });
        return Effect.runPromise(Deferred.await(answer));
      },
    };
  };
  return {
    name: 'Effect 4.1.0',
    counter: async () => counter(),
    idle: counter,
    async stop() {
      for (const fiber of fibers.splice(0)) Effect.runFork(Fiber.interrupt(fiber));
    },
  };
}
