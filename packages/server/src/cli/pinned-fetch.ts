/** Calls to a server that is known by its certificate alone: on this machine it goes by an address that no certificate names. */
import type { TLSSocket } from 'node:tls';
import { Agent, buildConnector, fetch as fetchThrough } from 'undici';

/** @param fingerprint SHA-256 of the certificate, as Node writes it; a server with another one is not spoken to */
export function pinnedFetch(fingerprint: string): typeof fetch {
  // Who issued it, whom it names and until when does not matter: it is this one or none.
  // A session that is resumed shows no certificate, so none is kept.
  const connect = buildConnector({ rejectUnauthorized: false, maxCachedSessions: 0 });
  const dispatcher = new Agent({
    connect: (options, callback) =>
      connect(options, (failure, socket) => {
        if (failure) return callback(failure, null);
        const shown = (socket as TLSSocket).getPeerX509Certificate?.()?.fingerprint256;
        if (shown === fingerprint) return callback(null, socket);
        socket.destroy();
        callback(new Error('another certificate than that of the server'), null);
      }),
  });
  // The library's `fetch` and Node's are the same interface, but neither takes headers of the other's class.
  const call = (url: string, { headers, ...init }: RequestInit = {}) =>
    fetchThrough(url, { ...(init as object), headers: [...new Headers(headers)], dispatcher });
  return call as unknown as typeof fetch;
}
