/**
 * The actor that stands for a serving process: it starts it, notices its end, and brings it back by its supervisor. Its
 * state is the process as it is now.
 */
import type { ActorRef, ActorSpec } from '@vortexflow/actors';
import type { Logger } from '../telemetry/logger.ts';
import type { Fleet } from './fleet.ts';
import type { ServingProcess } from './serving-process.ts';

export type ServingMessage =
  /** A process has ended, whichever it was. */
  | { readonly type: 'ended'; readonly process: ServingProcess; readonly reason: string }
  /** Take a new process; if one is named, only if it is still this one. */
  | { readonly type: 'roll'; readonly process?: ServingProcess };

/** Whether a new process has taken over. */
export type Rolled = boolean;

export type ServingRef = ActorRef<ServingMessage, Rolled>;

export interface ServingActorOptions {
  readonly number: number;
  readonly fleet: Fleet;
  readonly logger: Logger;
  /** Starts a process and has the actor told of its end. */
  readonly launch: (number: number) => ServingProcess;
}

/** Longest that a process may take to finish what it has begun, ms. */
const DRAIN_MS = 10_000;
/** Before one that is out of date is replaced again, ms. */
const STALE_MS = 5_000;
/** Waits before restarts: none to speak of after a single failure, half a minute for one that never gets up. */
const BACKOFF = { minMs: 20, maxMs: 30_000, jitter: 'full' } as const;

export function servingActor({
  number,
  fleet,
  logger,
  launch,
}: ServingActorOptions): ActorSpec<ServingProcess, ServingMessage, Rolled> {
  const start = (): ServingProcess => {
    const serving = launch(number);
    // Nobody else has the data folder.
    serving.prepared.then(() => serving.free()).catch(() => undefined);
    fleet.add(serving);
    return serving;
  };
  const roll = async (old: ServingProcess): Promise<ServingProcess> => {
    const next = launch(number);
    try {
      await (next.kind === 'leader' ? next.prepared : next.ready);
    } catch (failure) {
      logger.error(
        { process: number, reason: (failure as Error).message },
        'a new process cannot start; the old one stays',
      );
      return old;
    }
    fleet.add(next);
    // A leader's successor needs the data folder; meanwhile the followers answer, and changes wait.
    const drained = old.stop(DRAIN_MS).then(() => fleet.remove(old));
    if (next.kind === 'leader') {
      await drained;
      next.free();
    }
    try {
      await Promise.all([drained, next.ready]);
    } catch (failure) {
      fleet.remove(next);
      next.kill();
      throw failure;
    }
    return next;
  };
  return {
    id: `serving:${number}`,
    shutdownMs: DRAIN_MS + 1_000,
    backoff: BACKOFF,
    init: start,
    async handle(current, message, ctx) {
      if (message.type === 'ended') {
        if (message.process === current) throw new Error(`serving process ${number} ${message.reason}`);
        return current;
      }
      const reply = ctx.deferReply();
      const isMeant = message.process === undefined || message.process === current;
      const next = isMeant ? await roll(current) : current;
      reply(next !== (message.process ?? current));
      // It still knows something else than its leader.
      if (next === current && message.process && current.isStale) ctx.after(STALE_MS, message);
      return next;
    },
    async onStop(current) {
      fleet.remove(current);
      await current.stop(DRAIN_MS);
    },
  };
}
