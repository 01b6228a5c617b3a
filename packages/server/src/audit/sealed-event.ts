/** What is told, as the log keeps it: names and addresses under the keys of those whom they belong to. */
import type { AuditEvent, Personal, SubjectVault } from '@vortexflow/audit';
import type { AuditRecord } from './sink.ts';

/**
 * Who did it is under his own key. What says whom it is about is under the key of that one, and nowhere else: otherwise it
 * would stay readable when he is forgotten.
 * @throws Error of the file system
 */
export async function sealedEvent(record: AuditRecord, vault: SubjectVault): Promise<AuditEvent> {
  const { action, outcome, request, actor, target, detail, personal } = record;
  const { subject, role, address } = actor;
  const of = record.of ?? null;
  const isOther = of !== null && of !== subject;
  const targeted = target === undefined ? {} : { target };
  const own = await sealFor(vault, subject, { name: subject, address, ...(isOther ? {} : targeted), ...personal });
  const about = isOther ? await sealFor(vault, of, { of, ...targeted }) : null;
  // A path with somebody's id must not be found again by who guesses it, once that one is forgotten.
  const whose = about?.subject ?? (of === null ? null : own.subject);
  return {
    action,
    outcome,
    ...(role === null ? {} : { role }),
    ...own,
    ...(request === undefined ? {} : { request }),
    ...(target === undefined ? {} : { target: vault.pseudonymOfThing(target, whose) }),
    ...(detail === undefined ? {} : { detail }),
    ...(about === null ? {} : { about }),
  };
}

async function sealFor(
  vault: SubjectVault,
  name: string,
  personal: Personal,
): Promise<{ readonly subject: string; readonly sealed?: string }> {
  const { subject, sealed } = await vault.seal(name, personal, name.startsWith('address:'));
  return sealed === null ? { subject } : { subject, sealed };
}
