/** The configuration as serving processes see it: each question goes to the root process, which has it. */
import { CodedError, type Clock, type ErrorDetails } from '@vortexflow/primitives';
import { wireError, type WireErrorCode } from '@vortexflow/protocol';
import type { ConfigurationDoor, ConfigurationOperation } from '../config/door.ts';
import type { ConfigurationAnswer, ConfigurationQuestion } from './messages.ts';

/** Longest wait, ms. While SIGHUP takes new processes, changes wait for that; whether they are made is not known then. */
const LONGEST_MS = 15_000;

export interface RemoteConfiguration {
  readonly door: ConfigurationDoor;
  /** The root process has answered. */
  readonly hear: (answer: ConfigurationAnswer) => void;
}

export function remoteConfiguration(
  clock: Clock,
  tell: (question: ConfigurationQuestion) => void,
): RemoteConfiguration {
  const asked = new Map<number, (answer: ConfigurationAnswer) => void>();
  let last = 0;
  const ask = async (operation: ConfigurationOperation, argument: unknown): Promise<unknown> => {
    const id = ++last;
    const { promise, resolve, reject } = Promise.withResolvers<ConfigurationAnswer>();
    const timer = clock.after(LONGEST_MS, () => reject(wireError('serving_lost')));
    asked.set(id, resolve);
    tell({ type: 'configure', id, operation, argument });
    try {
      return valueOf(await promise);
    } finally {
      timer.cancel();
      asked.delete(id);
    }
  };
  const pass = <Name extends ConfigurationOperation>(operation: Name): ConfigurationDoor[Name] =>
    ((argument: unknown) => ask(operation, argument)) as ConfigurationDoor[Name];
  return {
    door: {
      show: pass('show'),
      change: pass('change'),
      rollback: pass('rollback'),
      versions: pass('versions'),
      version: pass('version'),
      diff: pass('diff'),
      validate: pass('validate'),
    },
    hear: (answer) => asked.get(answer.id)?.(answer),
  };
}

function valueOf({ value, failure }: ConfigurationAnswer): unknown {
  if (!failure) return value;
  throw wireError(failure.code as WireErrorCode, failure.details);
}

/** What the root process answers. Only what may cross the wire crosses to the other process. */
export async function answerQuestion(
  door: ConfigurationDoor | null,
  { id, operation, argument }: ConfigurationQuestion,
  onFailure: (failure: unknown) => void,
): Promise<ConfigurationAnswer> {
  try {
    if (!door) throw wireError('not_ready', { progress: 'starting' });
    const value: unknown = await (door[operation] as (given: unknown) => Promise<unknown>)(argument);
    return { type: 'answered', id, value };
  } catch (failure) {
    if (failure instanceof CodedError) return { type: 'answered', id, failure: codeOf(failure) };
    onFailure(failure);
    return { type: 'answered', id, failure: { code: 'internal' } };
  }
}

function codeOf({ code, details }: CodedError): { code: string; details?: ErrorDetails } {
  return details === undefined ? { code } : { code, details };
}
