import type { AnyActorSpec, ChildSpec, SupervisorSpec } from './contract.ts';
import { actorError } from './errors.ts';
import type { AnyPlacedActorSpec } from './contract.ts';

/** Whether a child is a supervisor. */
export function isSupervisorSpec(spec: ChildSpec): spec is SupervisorSpec {
  return 'children' in spec;
}

/** Whether an actor is placed on a thread or in a process. */
export function isPlacedSpec(spec: AnyActorSpec | AnyPlacedActorSpec): spec is AnyPlacedActorSpec {
  return spec.placement !== undefined && spec.placement !== 'inline';
}

const RESTARTS: readonly unknown[] = [undefined, 'permanent', 'transient', 'temporary'];
const STRATEGIES: readonly unknown[] = ['one_for_one', 'one_for_all', 'rest_for_one'];
const OVERFLOWS: readonly unknown[] = ['reject', 'dropOldest', 'dropNewest'];

/** Refuses with `actor_spec_invalid` what cannot work, the whole tree at once, before anything starts. */
export function checkSpec(spec: ChildSpec, hasRandom: boolean): void {
  const problem = problemOf(spec, hasRandom);
  if (problem !== undefined) throw actorError('actor_spec_invalid', { id: spec.id, problem });
  if (!isSupervisorSpec(spec)) return;
  const ids = new Set<string>();
  for (const child of spec.children) {
    checkSpec(child, hasRandom);
    if (ids.has(child.id))
      throw actorError('actor_spec_invalid', { id: spec.id, problem: `two children are called "${child.id}"` });
    ids.add(child.id);
  }
}

function problemOf(spec: ChildSpec, hasRandom: boolean): string | undefined {
  const { id, restart, shutdownMs, backoff } = spec;
  if (typeof id !== 'string' || id === '' || id.includes('/')) return 'the id must be a text without "/"';
  if (!RESTARTS.includes(restart)) return 'restart must be permanent, transient or temporary';
  if (shutdownMs !== undefined && shutdownMs !== 'kill' && !(shutdownMs >= 0))
    return 'shutdownMs must be >= 0 or "kill"';
  if (backoff) {
    if (!(backoff.minMs > 0 && backoff.maxMs >= backoff.minMs)) return 'backoff needs 0 < minMs <= maxMs';
    if (!hasRandom) return 'backoff needs a random number generator handed to createSystem';
  }
  if (isSupervisorSpec(spec)) return supervisorProblem(spec);
  if (spec.initMs !== undefined && !(spec.initMs > 0)) return 'initMs must be above zero';
  return mailboxProblem(spec.mailbox) ?? (isPlacedSpec(spec) ? placementProblem(spec) : snapshotProblem(spec.snapshot));
}

function placementProblem({ placement }: AnyPlacedActorSpec): string | undefined {
  const { standby = 0, hangMs = 1, window = 1 } = placement;
  if (!(('thread' in placement ? placement.thread : placement.process) instanceof URL))
    return 'the module of its placement must be a URL';
  if (!Number.isInteger(standby) || standby < 0) return 'standby must be an integer >= 0';
  if (!(hangMs > 0)) return 'hangMs must be above zero';
  return Number.isInteger(window) && window >= 1 ? undefined : 'window must be an integer >= 1';
}

function snapshotProblem(snapshot: { readonly every: number } | undefined): string | undefined {
  if (!snapshot || (Number.isInteger(snapshot.every) && snapshot.every >= 1)) return undefined;
  return 'snapshot.every must be an integer >= 1';
}

function supervisorProblem({ strategy, intensity = 0, periodMs = 1 }: SupervisorSpec): string | undefined {
  if (!STRATEGIES.includes(strategy)) return 'strategy must be one_for_one, one_for_all or rest_for_one';
  if (!Number.isInteger(intensity) || intensity < 0) return 'intensity must be an integer >= 0';
  return periodMs > 0 ? undefined : 'periodMs must be above zero';
}

function mailboxProblem(mailbox: { capacity: number; overflow: string } | undefined): string | undefined {
  if (!mailbox) return undefined;
  if (!Number.isInteger(mailbox.capacity) || mailbox.capacity < 1) return 'the capacity must be an integer >= 1';
  return OVERFLOWS.includes(mailbox.overflow) ? undefined : 'overflow must be reject, dropOldest or dropNewest';
}
