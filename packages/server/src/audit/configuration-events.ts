/** Versions of the configuration, as the log holds them: which settings they change, and never to what. */
import type { VersionChange, VersionListener } from '../config/version-keeper.ts';
import { type Actor, type AuditSink, SERVER_ITSELF } from './sink.ts';

/** One entry a version, whatever has brought it: the file, a start, a signal, a request, the way back. */
export function configurationEvents(sink: Pick<AuditSink, 'append'>): VersionListener {
  return (change, outcome) => {
    const { version, hash, source, restored } = change.version;
    const settings = change.settings.join(',');
    return sink.append({
      action: 'config.version',
      outcome,
      ...(change.by.request === undefined ? {} : { request: change.by.request }),
      actor: actorOf(change),
      detail: { version, hash, source, ...(restored === null ? {} : { restored }), settings },
    });
  };
}

/** From where a request came is in the entry of the request, which has the same id. */
function actorOf({ version: { source, author }, by }: VersionChange): Actor {
  if (source !== 'api' && source !== 'rollback') return SERVER_ITSELF;
  return { subject: author, role: by.role ?? null, address: null };
}
