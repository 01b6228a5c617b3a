/** The server that takes connections, over TLS where there is a certificate. HTTP/1.1 alone, as everywhere here. */
import { createServer as createPlainServer, type RequestListener, type Server } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { Certificate } from './certificate.ts';
import type { KeyPair } from './key-pair.ts';

/** @param certificate null: plain HTTP  @param limits times and sizes, of the handshake, too */
export function webServer(certificate: Certificate | null, limits: ServerOptions, serve: RequestListener): Server {
  if (!certificate) return createPlainServer(limits, serve);
  const server = createServer({ ...limits, ...protocolOf(certificate.pair) }, serve);
  // `clientError` hears of it first, and may try to answer; before a handshake nothing can be said.
  server.on('tlsClientError', (_failure, socket) => socket.destroy());
  // For handshakes from now on; connections stay as they are.
  server.once(
    'close',
    certificate.onChange((pair) => server.setSecureContext(protocolOf(pair))),
  );
  return server;
}

/**
 * Forward secrecy and authenticated encryption: what Mozilla's "intermediate" configuration has, but for DHE, which asks for
 * parameters of its own. Node's defaults would also take CBC and, with an RSA key, exchanges without forward secrecy.
 */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** Versions are named, too, so that no flag of Node's command line makes them weaker. */
const protocolOf = ({ cert, key }: KeyPair) =>
  ({
    cert,
    key,
    ciphers: CIPHERS,
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ALPNProtocols: ['http/1.1'],
  }) as const;
