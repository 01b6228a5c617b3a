/** Upstreams for tests that live on a virtual clock. */
import { seededRandom, VirtualClock } from '@vortexflow/primitives';
import type { Attempt, CallOptions, UpstreamEvent, Upstreams, UpstreamsOptions } from './contract.ts';
import { Deadline } from './deadline.ts';
import { createUpstreams } from './upstreams.ts';

/** What an upstream does with a request. */
export type Behaviour =
  | { readonly kind: 'answer'; readonly ms: number }
  | { readonly kind: 'fail'; readonly ms: number }
  /** Neither answers nor hears that it is called off. */
  | { readonly kind: 'black hole' };

/** One call as it went. */
export interface Outcome {
  readonly startedAt: number;
  readonly ms: number;
  /** The endpoint that answered, or the code or message of the failure. */
  readonly result: string;
  readonly ok: boolean;
}

export interface World {
  readonly clock: VirtualClock;
  readonly upstreams: Upstreams<string, string>;
  readonly behaviours: Map<string, () => Behaviour>;
  /** Every attempt that was made. */
  readonly attempts: Attempt[];
  readonly events: UpstreamEvent[];
  /** Calls and keeps what comes of it. */
  call(options?: Partial<Omit<CallOptions, 'deadline'>> & { timeoutMs?: number }): Promise<Outcome>;
  /** Moves time on in small steps, so that everything happens at its own instant. */
  run(ms: number, stepMs?: number): Promise<void>;
}

/** Lets everything happen that waits for promises only. */
export const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** A failure of a simulated upstream. */
export class UpstreamFailure extends Error {}

export function createWorld(
  ids: readonly string[],
  options: Partial<UpstreamsOptions<string, string>> & { seed?: number } = {},
): World {
  const clock = new VirtualClock(1_000);
  const behaviours = new Map<string, () => Behaviour>(ids.map((id) => [id, () => ({ kind: 'answer', ms: 5 })]));
  const attempts: Attempt[] = [];
  const events: UpstreamEvent[] = [];
  const upstreams = createUpstreams<string, string>({
    endpoints: ids.map((id) => ({ id })),
    clock,
    random: seededRandom(options.seed ?? 1),
    onEvent: (event) => void events.push(event),
    call(_request, attempt) {
      attempts.push(attempt);
      const { id } = attempt.endpoint;
      const behaviour = behaviours.get(id)?.() ?? { kind: 'answer', ms: 5 };
      return new Promise((resolve, reject) => {
        if (behaviour.kind === 'black hole') return;
        const timer = clock.after(behaviour.ms, () =>
          behaviour.kind === 'answer' ? resolve(id) : reject(new UpstreamFailure(`${id} failed`)),
        );
        attempt.signal.addEventListener('abort', () => timer.cancel());
      });
    },
    ...options,
  });
  return {
    clock,
    upstreams,
    behaviours,
    attempts,
    events,
    async call({ timeoutMs = 1_000, ...rest } = {}) {
      const startedAt = clock.elapsed();
      const deadline = Deadline.in(clock, timeoutMs);
      const outcome = await upstreams.call('request', { idempotent: true, ...rest, deadline }).then(
        (result) => ({ result, ok: true }),
        (failure: Error & { code?: string }) => ({ result: failure.code ?? failure.message, ok: false }),
      );
      return { ...outcome, startedAt, ms: clock.elapsed() - startedAt };
    },
    async run(ms, stepMs = 1) {
      for (let left = ms; left > 0; left -= stepMs) {
        clock.advance(Math.min(stepMs, left));
        await settled();
      }
    },
  };
}
