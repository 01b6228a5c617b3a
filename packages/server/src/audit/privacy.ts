/** What the log knows of a subject, and how it forgets: for the running server, and for the command line when none runs. */
import type { KeyObject } from 'node:crypto';
import {
  type AuditEntry,
  type AuditLog,
  type Personal,
  readEntries,
  signDocument,
  type SubjectVault,
} from '@vortexflow/audit';
import { sealedEvent } from './sealed-event.ts';
import type { AuditRecord } from './sink.ts';

/** An entry with what was sealed in it, as far as its keys are there. */
export interface OpenedEntry extends Omit<AuditEntry, 'sealed' | 'about' | 'prev'> {
  /** Pseudonym of whom it is about, when that is somebody else. */
  readonly about?: string;
  readonly personal: Personal | null;
}

/** @param whose only what was sealed for this pseudonym; null: all of it */
export function openedEntry(
  { sealed, about, prev: _prev, ...entry }: AuditEntry,
  vault: SubjectVault,
  whose: string | null = null,
): OpenedEntry {
  const open = (subject: string | undefined, text: string | undefined): Personal | null => {
    if (subject === undefined || text === undefined || (whose !== null && subject !== whose)) return null;
    return vault.unseal(subject, text);
  };
  const [own, other] = [open(entry.subject, sealed), open(about?.subject, about?.sealed)];
  const personal = own === null && other === null ? null : { ...own, ...other };
  return { ...entry, ...(about === undefined ? {} : { about: about.subject }), personal };
}

/** Whether an entry is by somebody, or about him. */
export const concerns = ({ subject, about }: AuditEntry, pseudonym: string): boolean =>
  subject === pseudonym || about?.subject === pseudonym;

export interface SubjectExport {
  readonly origin: string;
  readonly subject: string;
  /** null when nothing is known of the subject. */
  readonly pseudonym: string | null;
  readonly exported_at: string;
  readonly entries: readonly OpenedEntry[];
  /** Ed25519 over the JSON text of all that stands before, base64. */
  readonly signature: string;
}

interface ExportOptions {
  readonly folder: string;
  readonly origin: string;
  readonly vault: SubjectVault;
  readonly privateKey: KeyObject;
  /** ms since the Unix epoch. */
  readonly now: number;
}

/**
 * Everything that the log holds of a subject, readable, signed: what he did, and what others did that is about him. Of
 * those others it tells no more than their pseudonyms.
 */
export async function exportSubject(subject: string, options: ExportOptions): Promise<SubjectExport> {
  const { folder, origin, vault, privateKey, now } = options;
  const pseudonym = vault.pseudonym(subject);
  const entries: OpenedEntry[] = [];
  if (pseudonym !== null) {
    for await (const entry of readEntries(folder))
      if (concerns(entry, pseudonym)) entries.push(openedEntry(entry, vault, pseudonym));
  }
  return signDocument({ origin, subject, pseudonym, exported_at: new Date(now).toISOString(), entries }, privateKey);
}

/** Who asks, as the log holds it. */
export type Asker = Pick<AuditRecord, 'actor' | 'request'>;

/**
 * Notes by whom what is known of a subject is asked for, before it is told.
 * @throws CodedError `audit_unavailable`
 */
export async function noteExport(subject: string, by: Asker, log: AuditLog, vault: SubjectVault): Promise<void> {
  await note('privacy.exported', subject, by, log, vault);
}

/**
 * Destroys the key of a subject and notes by whom this was done.
 * @returns the pseudonym; null when nothing is known of the subject  @throws CodedError `audit_unavailable`
 */
export async function eraseSubject(
  subject: string,
  by: Asker,
  log: AuditLog,
  vault: SubjectVault,
): Promise<string | null> {
  const pseudonym = vault.pseudonym(subject);
  if (pseudonym === null) return null;
  // First, so that no key is gone without a word; a crash in between leaves a word without a deed, which can be done again.
  await note('privacy.erased', subject, by, log, vault);
  await vault.erase(subject);
  return pseudonym;
}

async function note(action: string, subject: string, by: Asker, log: AuditLog, vault: SubjectVault): Promise<void> {
  // Nobody gets a key, and so a place among those who are known, by being asked for.
  const of = vault.pseudonym(subject) === null ? null : subject;
  await log.append(await sealedEvent({ action, outcome: 'noted', ...by, of }, vault));
}
