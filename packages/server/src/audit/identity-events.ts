/** What happens to users, keys and sessions, as the log holds it. */
import type { Detail } from '@vortexflow/audit';
import type { IdentityEvent, TellIdentity } from '@vortexflow/identity';
import { type Actor, type AuditRecord, type AuditSink, SERVER_ITSELF } from './sink.ts';

export function identityEvents(sink: Pick<AuditSink, 'append' | 'note'>): TellIdentity {
  return (event) => {
    // Of the request that was refused the log hears anyway, and nobody knows whose sign-in it was to be.
    if (event.type === 'sign_in_refused') return;
    const record = recordOf(event);
    // Anybody can have a code refused; all else takes somebody who is known.
    if (event.type === 'second_factor_refused') sink.note(record);
    // What cannot be written is counted there; the change itself is in the log before it is acknowledged.
    else sink.append(record).catch(() => undefined);
  };
}

function recordOf(event: IdentityEvent): AuditRecord {
  const { type } = event;
  const subject = 'subject' in event ? event.subject : null;
  const by = 'by' in event ? event.by : subject;
  const target = 'credential' in event ? event.credential : subject;
  return {
    action: `identity.${type}`,
    outcome: type === 'second_factor_refused' ? 'refused' : 'noted',
    actor: actorBy(by),
    ...(target === null ? {} : { target }),
    detail: detailOf(event),
    of: subject,
  };
}

/** What he did is known, his role and address are not told here: the entry of the request holds them. */
const actorBy = (subject: string | null): Actor =>
  subject === null || subject === SERVER_ITSELF.subject ? SERVER_ITSELF : { subject, role: null, address: null };

function detailOf(event: IdentityEvent): Detail {
  if (event.type === 'key_created') return { scopes: event.scopes.join(',') };
  if (event.type === 'signed_in') return { how: event.how };
  return event.type === 'second_factor_refused' ? { failures: event.failures } : {};
}
