/**
 * Checkpoints of the log as events at Nostr relays that others run: whoever fetches one there can tell that a later log denies
 * it. Each is an event of its own (kind 30078 of NIP-78, told apart by its tag `d`), with the signed note as its content.
 */
import type { Anchor } from '@vortexflow/audit';
import { type NostrSigner, nostrSigner } from '@vortexflow/identity';
import type { Clock } from '@vortexflow/primitives';
import { readSecretFile } from '../config/secret-file.ts';
import { SettingError } from '../config/setting-error.ts';
import type { Settings } from '../config/settings.ts';
import { RelayFailure, sendToRelay } from './nostr-relay.ts';

const KIND = 30_078;
/** Relays belong to others: no more than one event in so long, ms. What is left out is covered by the next one. */
const EVERY_MS = 60_000;

export interface NostrAnchorOptions {
  readonly relays: readonly string[];
  readonly signer: NostrSigner;
  readonly clock: Clock;
  /** Told when a relay begins to take nothing, and when it takes events again. */
  readonly onRelay: (relay: string, failure: string | null) => void;
}

/** A checkpoint is out when one relay has it. */
export function nostrAnchor({ relays, signer, clock, onRelay }: NostrAnchorOptions): Anchor {
  const failing = new Map<string, string | null>();
  const tell = (relay: string, failure: string | null): void => {
    if ((failing.get(relay) ?? null) !== failure) onRelay(relay, failure);
    failing.set(relay, failure);
  };
  return {
    name: 'nostr',
    everyMs: EVERY_MS,
    async publish(note) {
      const event = signer.sign(eventOf(note, clock.now()));
      const sent = await Promise.allSettled(relays.map((relay) => sendToRelay(relay, event, clock)));
      sent.forEach((one, i) => tell(relays[i] as string, one.status === 'rejected' ? codeOf(one.reason) : null));
      const [first] = sent.map((one) => (one.status === 'rejected' ? codeOf(one.reason) : null));
      if (sent.every(({ status }) => status === 'rejected')) throw new RelayFailure(first ?? 'RELAY_CLOSED');
    },
  };
}

/** null when no relay is named. @throws SettingError for a key that is missing, cannot be read or is none */
export async function configuredNostrAnchor(
  { values }: Settings,
  more: Pick<NostrAnchorOptions, 'clock' | 'onRelay'>,
): Promise<Anchor | null> {
  const { auditNostrRelays: relays, auditNostrKeyEnv: variable, auditNostrKeyFile: file } = values;
  if (relays.length === 0) return null;
  const secret =
    variable !== null ? process.env[variable] : file === null ? '' : await readSecretFile(file, 'AUDIT_NOSTR_KEY_FILE');
  try {
    return nostrAnchor({ relays, signer: await nostrSigner(secret?.trim() ?? ''), ...more });
  } catch (failure) {
    throw new SettingError(
      `AUDIT_NOSTR_RELAYS needs AUDIT_NOSTR_KEY_ENV or AUDIT_NOSTR_KEY_FILE to name ${(failure as Error).message}.`,
    );
  }
}

/** The tag names log, size and root: a log that denies its past does not take the place of what it denies. */
function eventOf(note: string, now: number) {
  const [origin = '', size = '', root = ''] = note.split('\n');
  const tags = [
    ['d', `${origin}/${size}/${root}`],
    ['alt', `Checkpoint of the audit log ${origin}: ${size} entries`],
  ];
  return { kind: KIND, created_at: Math.floor(now / 1000), tags, content: note };
}

const codeOf = (failure: unknown): string => (failure instanceof RelayFailure ? failure.code : 'RELAY_CLOSED');
