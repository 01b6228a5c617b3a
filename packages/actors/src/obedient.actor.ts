/** For tests: an actor that does what it is told, above all what it should not. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, PlacedActor } from './index.ts';

/** What it can be told. */
export type Order =
  | { readonly do: 'add'; readonly n: number }
  | { readonly do: 'throw' | 'throw null' | 'reject' | 'exit' | 'kill' | 'hang' | 'never' | 'eat memory' }
  | { readonly do: 'throw elsewhere' | 'reject elsewhere' | 'answer nothing' | 'answer a function' }
  | { readonly do: 'answer later' | 'stop' | 'monitor' | 'ask itself' | 'shut' }
  | { readonly do: 'tell itself'; readonly n: number }
  | { readonly do: 'tell itself later'; readonly n: number }
  | { readonly do: 'emit'; readonly event: unknown }
  | { readonly do: 'work'; readonly ms: number; readonly beats: boolean }
  | { readonly do: 'slow'; readonly ms: number }
  | { readonly do: 'give memory'; readonly buffer: ArrayBuffer };

/** Its answers. */
export interface Said {
  readonly sum: number;
  readonly given?: unknown;
  readonly buffer?: ArrayBuffer;
}

interface State {
  sum: number;
  readonly given: unknown;
}

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function eatMemory(): void {
  const eaten: number[][] = [];
  for (;;) eaten.push(Array.from({ length: 10_000 }, (_, i) => i + eaten.length));
}

const DEEDS: Readonly<Record<string, (ctx: Context<Order, Said>, state: State) => unknown>> = {
  throw: () => {
    throw Object.assign(new RangeError('as told'), { code: 'told' });
  },
  'throw null': () => {
    throw null;
  },
  reject: () => Promise.reject(new Error('rejected as told')),
  exit: () => process.exit(3),
  kill: () => process.kill(process.pid, 'SIGKILL'),
  hang: () => block(1e9),
  never: () => new Promise(() => undefined),
  'eat memory': eatMemory,
  'throw elsewhere': () => {
    setTimeout(() => {
      throw new Error('thrown elsewhere');
    }, 0);
    return sleep(1e6);
  },
  'reject elsewhere': () => {
    void Promise.reject(new Error('rejected elsewhere'));
    return sleep(1e6);
  },
  'answer nothing': () => undefined,
  'answer a function': (ctx) => ctx.reply((() => undefined) as unknown as Said),
  'answer later': (ctx, { sum }) => {
    const answer = ctx.deferReply();
    setTimeout(() => answer({ sum }), 20);
  },
  stop: (ctx) => ctx.stop(),
  shut: (ctx) => ctx.stop('shutdown'),
  monitor: (ctx) => void ctx.monitor(ctx.self, () => ({ do: 'stop' })),
  'ask itself': (ctx) => ctx.self.ask({ do: 'stop' }, { timeoutMs: 1_000 }),
};

const LONG = ['hang', 'never', 'work', 'slow'];

export const obedient: PlacedActor<State, Order, Said, unknown, unknown> = {
  prepare: (data: unknown) => ({ prepared: data }),
  async init(ctx, given) {
    const wishes = given.data as
      | { readonly fail?: boolean; readonly hang?: boolean; readonly emit?: boolean }
      | undefined;
    if (wishes?.fail) throw new Error('init fails as told');
    if (wishes?.hang) await new Promise(() => undefined);
    if (wishes?.emit) ctx.emit('started');
    return { sum: 0, given };
  },
  handle(state, order, ctx) {
    // So that its owner can tell a message in hand from one on the way.
    if (LONG.includes(order.do)) ctx.emit('begun');
    switch (order.do) {
      case 'add':
        state.sum += order.n;
        ctx.reply({ sum: state.sum, given: state.given });
        return undefined;
      case 'tell itself':
        ctx.self.tell({ do: 'add', n: order.n });
        return undefined;
      case 'tell itself later':
        ctx.after(5, { do: 'add', n: order.n });
        return undefined;
      case 'emit':
        ctx.emit(order.event);
        return undefined;
      case 'work':
        for (let ms = 0; ms < order.ms; ms += 5) {
          block(5);
          if (order.beats) ctx.beat();
        }
        ctx.reply({ sum: state.sum });
        return undefined;
      case 'slow':
        return sleep(order.ms).then(() => ctx.reply({ sum: state.sum }));
      case 'give memory':
        ctx.reply({ sum: new Uint8Array(order.buffer)[0] ?? 0, buffer: order.buffer }, [order.buffer]);
        return undefined;
      default:
        return DEEDS[order.do]?.(ctx, state) as Promise<undefined>;
    }
  },
  onStop(state, reason) {
    const told = state.given as { readonly data?: { readonly stop?: string } };
    if (told.data?.stop === 'hang') block(1e9);
    if (told.data?.stop === 'throw') throw new Error(`onStop after ${reason}`);
    if (told.data?.stop === 'exit') process.exit(0);
  },
};

/** Cannot be prepared. */
export const unprepared: PlacedActor<null, unknown> = {
  prepare() {
    throw new Error('prepare fails as told');
  },
  init: () => null,
  handle: () => undefined,
};

/** Keeps its sum over runs. The snapshot is the sum as text. */
export const remembering: PlacedActor<State, Order, Said, unknown, unknown> = {
  ...obedient,
  snapshot: {
    every: 2,
    save: ({ sum }) => new TextEncoder().encode(String(sum)),
    load(bytes, { given }) {
      const sum = Number(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
      if (!Number.isInteger(sum)) throw new Error('that is no sum');
      return { sum, given };
    },
  },
};

export const notAnActor = { handle: 1 };
