import type { ChildSpec, SupervisorSpec } from './contract.ts';
import { actorError } from './errors.ts';

/** Whether a child is a supervisor. */
export function isSupervisorSpec(spec: ChildSpec): spec is SupervisorSpec {
  return 'children' in spec;
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
  return isSupervisorSpec(spec) ? supervisorProblem(spec) : mailboxProblem(spec.mailbox);
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
