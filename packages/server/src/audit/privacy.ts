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

/** An entry with what was sealed in it, as far as its key is there. */
export interface OpenedEntry extends Omit<AuditEntry, 'sealed' | 'prev'> {
  readonly personal: Personal | null;
}

export function openedEntry({ sealed, prev: _prev, ...entry }: AuditEntry, vault: SubjectVault): OpenedEntry {
  const { subject } = entry;
  const personal = sealed === undefined || subject === undefined ? null : vault.unseal(subject, sealed);
  return { ...entry, personal };
}

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

/** Everything that the log holds of a subject, readable, signed. */
export async function exportSubject(subject: string, options: ExportOptions): Promise<SubjectExport> {
  const { folder, origin, vault, privateKey, now } = options;
  const pseudonym = vault.pseudonym(subject);
  const entries: OpenedEntry[] = [];
  if (pseudonym !== null) {
    for await (const entry of readEntries(folder))
      if (entry.subject === pseudonym) entries.push(openedEntry(entry, vault));
  }
  return signDocument({ origin, subject, pseudonym, exported_at: new Date(now).toISOString(), entries }, privateKey);
}

/**
 * Destroys the key of a subject and notes under its pseudonym that this was done.
 * @returns the pseudonym; null when nothing is known of the subject  @throws CodedError `audit_unavailable`
 */
export async function eraseSubject(subject: string, log: AuditLog, vault: SubjectVault): Promise<string | null> {
  const pseudonym = vault.pseudonym(subject);
  if (pseudonym === null) return null;
  // First, so that no key is gone without a word; a crash in between leaves a word without a deed, which can be done again.
  await log.append({ action: 'privacy.erased', outcome: 'noted', subject: pseudonym });
  await vault.erase(subject);
  return pseudonym;
}
