import { dispatch, query, spawn, start, stop } from 'nact';
import type { Contender, Counter } from './contender.ts';

interface Told {
  readonly number: number;
  readonly sender?: object;
}

export function nact(): Contender {
  const system = start();
  let made = 0;
  const counter = (): Counter => {
    const ref = spawn(
      system,
      (sum: number, { number, sender }: Told) => {
        if (number < 0) throw new Error('as told');
        if (sender) dispatch(sender, sum + number);
        return sum + number;
      },
      `counter${made++}`,
      { initialStateFunc: () => 0, onCrash: (_message, _error, ctx) => ctx.reset },
    );
    return {
      tell: (number) => dispatch(ref, { number }),
      ask: async (number) => Number(await query(ref, (sender: object): Told => ({ number, sender }), 60_000)),
    };
  };
  return { name: 'nact 7.6.2', counter: async () => counter(), idle: counter, stop: async () => stop(system) };
}
