/** An identity over a file of its own, on a virtual clock, for tests. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodedError, type Random, seededRandom, VirtualClock } from '@vortexflow/primitives';
import { Identity, type IdentityEvent, type ServiceKey } from './index.ts';

export const OWNER_KEY = 'vf_a key of the owner, for tests';
export const ORIGIN = 'https://graph.example';
export const CLIENT = { address: '203.0.113.5', agent: 'test' };
/** 2026-01-01, ms. */
const START = 1_767_225_600_000;

export interface World {
  readonly identity: Identity;
  readonly clock: VirtualClock;
  readonly events: IdentityEvent[];
  readonly file: string;
  /** Opens the file again, as the next start would. */
  reopen(): Promise<Identity>;
  close(): Promise<void>;
}

export async function createWorld(services: readonly ServiceKey[] = []): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'vortexflow-identity-'));
  const file = join(folder, 'identity.json');
  const clock = new VirtualClock(START);
  const events: IdentityEvent[] = [];
  const random = seededBytes(seededRandom(7));
  const open = (): Promise<Identity> =>
    Identity.open({
      file,
      ownerKey: OWNER_KEY,
      services,
      audience: () => [ORIGIN],
      clock,
      tell: (event) => events.push(event),
      onFailure: () => undefined,
      random,
    });
  const identity = await open();
  const close = async (): Promise<void> => {
    await identity.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { identity, clock, events, file, reopen: open, close };
}

function seededBytes(random: Random): (count: number) => Buffer {
  return (count) => Buffer.from(Array.from({ length: count }, () => Math.floor(random() * 256)));
}

/** For `assert.rejects` and `assert.throws`. */
export const isError =
  (code: string) =>
  (failure: unknown): boolean =>
    failure instanceof CodedError && failure.code === code;
