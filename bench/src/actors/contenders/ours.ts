import { type ActorRef, type ActorSpec, createSystem } from '@vortexflow/actors';
import { systemClock } from '@vortexflow/primitives';
import type { Contender, Counter } from './contender.ts';

const spec: ActorSpec<number, number, number> = {
  id: 'counter',
  mailbox: { capacity: 100_000, overflow: 'reject' },
  init: () => 0,
  handle(sum, number, ctx) {
    if (number < 0) throw new Error('as told');
    ctx.reply(sum + number);
    return sum + number;
  },
};

export function ours(): Contender {
  const system = createSystem({ clock: systemClock });
  const options = { timeoutMs: 60_000 };
  const of = (ref: ActorRef<number, number>): Counter => ({
    tell: (number) => void ref.tell(number),
    ask: (number) => ref.ask(number, options),
  });
  return {
    name: 'vortexflow',
    async counter() {
      const top = { id: 'top', strategy: 'one_for_one', intensity: 10, periodMs: 0.001, children: [spec] } as const;
      return of((await system.supervise(top)).ref(spec));
    },
    idle: () => of(system.spawn(spec)),
    stop: async () => void (await system.stop({ deadlineMs: 60_000 })),
  };
}
