/** XState delivers in the call and supervises nothing: both are noted where its figures are shown. */
import { type Actor, createActor, fromTransition } from 'xstate';
import type { Contender, Counter } from './contender.ts';

interface Told {
  readonly type: 'add';
  readonly number: number;
  readonly answer?: (sum: number) => void;
}

const logic = fromTransition((sum: number, { number, answer }: Told) => {
  if (number < 0) throw new Error('as told');
  answer?.(sum + number);
  return sum + number;
}, 0);

function started(): Actor<typeof logic> {
  const actor = createActor(logic);
  return actor.start();
}

/** Puts a new one in the place of one that failed. */
function supervised(): Counter {
  let actor: Actor<typeof logic>;
  const restart = (): void => {
    actor = started();
    actor.subscribe({ error: restart });
  };
  restart();
  return {
    tell: (number) => actor.send({ type: 'add', number }),
    ask: (number) => new Promise((answer) => actor.send({ type: 'add', number, answer })),
  };
}

export function xstate(): Contender {
  return {
    name: 'XState 5.33.3',
    counter: async () => supervised(),
    idle() {
      const actor = started();
      return {
        tell: (number) => actor.send({ type: 'add', number }),
        ask: (number) => new Promise((answer) => actor.send({ type: 'add', number, answer })),
      };
    },
    stop: async () => undefined,
  };
}
