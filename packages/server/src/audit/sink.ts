/** Where the server tells what happens: the port between those who know and the log that keeps it. */
import type { Detail, Outcome, Personal } from '@vortexflow/audit';

/** Who is calling, as access sees it. */
export interface Actor {
  /** Name of the subject, such as `owner`; `address:IP` of somebody who has shown nothing. */
  readonly subject: string;
  /** {@link STRANGER} of somebody who did not get as far as having one; null where it is not told. */
  readonly role: string | null;
  readonly address: string | null;
}

/** What happened. */
export interface AuditRecord {
  /** As `document.put`. */
  readonly action: string;
  readonly outcome: Outcome;
  /** `request_id` of the response; absent for what no request has caused. */
  readonly request?: string;
  readonly actor: Actor;
  /**
   * Whom it is about: what says so, and the target, is kept under his key, so that it is his to have told and forgotten.
   * null: nobody in particular; absent: the log finds out by the target.
   */
  readonly of?: string | null;
  /** What it was done to, such as the path with its ids; encrypted, and a pseudonym in the open. */
  readonly target?: string;
  /** In the open: names from tables, numbers. */
  readonly detail?: Detail;
  /** Encrypted. */
  readonly personal?: Personal;
}

export interface AuditSink {
  /** Resolves when it is on disk. @throws CodedError `audit_unavailable` */
  append(record: AuditRecord): Promise<void>;
  /** Writes it behind. When too much waits or comes, it is counted in place of being kept. */
  note(record: AuditRecord): void;
  /** Whom a path is about, as far as it is known now: who is taken out is not known any more. */
  subjectOf(path: string): string | null;
}

/** Role of who showed what does not count, or did not get as far as showing anything. */
export const STRANGER = 'stranger';

/** What no request has caused. */
export const SERVER_ITSELF: Actor = { subject: 'server', role: 'server', address: null };

/** Whoever has the data folder is its owner. */
export const COMMAND_LINE: Actor = { subject: 'owner', role: 'command_line', address: null };
