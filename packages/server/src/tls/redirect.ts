/** Plain HTTP beside TLS: sends everybody to the one address of the configuration. No answer is given there. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { hostCount, hostName } from '../access/caller.ts';
import { SettingError } from '../config/settings.ts';
import { SETTINGS } from '../config/table.ts';
import { refuseGarbage } from '../http/garbage.ts';
import type { ConnectionLimits } from '../http/limits.ts';

const PORT = SETTINGS.tlsRedirectPort.variable;

export interface RedirectOptions {
  readonly host: string;
  readonly port: number;
  /** Our own addresses, the first one the preferred; see `Origins`. */
  readonly own: () => readonly string[];
  /** Most connections at a time. */
  readonly maxConnections: number;
  /** Times and sizes of them. */
  readonly limits: ConnectionLimits;
}

export class Redirect {
  readonly #server: Server;

  /** @throws SettingError for a port that cannot be had */
  static async listen({ host, port, own, maxConnections, limits }: RedirectOptions): Promise<Redirect> {
    const server = createServer(limits, (request, response) => redirect(request, response, own()));
    server.maxConnections = maxConnections;
    server.on('clientError', (failure, socket) => refuseGarbage(failure, socket as IncomingMessage['socket']));
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen({ host, port }, resolve);
      });
    } catch (failure) {
      const { code } = failure as NodeJS.ErrnoException;
      throw new SettingError(`${PORT} ${port} cannot be listened on (${code}).`, { cause: failure });
    }
    return new Redirect(server);
  }

  private constructor(server: Server) {
    this.#server = server;
  }

  limitConnections(most: number): void {
    this.#server.maxConnections = most;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}

function redirect(request: IncomingMessage, response: ServerResponse, own: readonly string[]): void {
  // Whatever is sent is read and thrown away: a connection that is closed on its sender may lose the answer.
  request.resume();
  const found = targetOf(request, own);
  const headers = { 'content-length': 0, 'x-content-type-options': 'nosniff' };
  if (typeof found === 'number') response.writeHead(found, headers);
  // 308 keeps the method (RFC 9110, section 15.4.9).
  else response.writeHead(308, { ...headers, location: found });
  response.end();
}

/** What may stand in an address (RFC 3986), from its path on. */
const PATH = /^\/[\x21-\x7e]*$/;

/**
 * One of our own addresses with the path that was asked for. `Host` chooses among them, and never makes one.
 * @returns the status when there is none: 421 for a host that is not ours (RFC 9110, section 15.5.20)
 */
function targetOf(request: IncomingMessage, own: readonly string[]): string | 400 | 421 {
  const { url = '', headers } = request;
  if (hostCount(request) !== 1 || !PATH.test(url)) return 400;
  const name = hostName(headers.host ?? '');
  const origin = own.find((one) => new URL(one).hostname === name);
  return origin === undefined ? 421 : origin + url;
}
