/**
 * The one address of a server of several processes. It takes connections, gives each request to a process that can
 * answer it, and to another one when that is lost on the way, so that a caller notices nothing. What it answers itself is
 * what no single process knows: health and metrics of them all.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Clock, CodedError } from '@vortexflow/primitives';
import { wireError } from '@vortexflow/protocol';
import { CallBudget, DEFAULT_POLICY } from '@vortexflow/resilience';
import type { Principal } from '@vortexflow/identity';
import { type Access, requirePermission } from '../../access/access.ts';
import { hostCount } from '../../access/caller.ts';
import { corsHeaders, preflightHeaders } from '../../access/cors.ts';
import { refuseGarbage } from '../../http/garbage.ts';
import { securityHeaders } from '../../http/headers.ts';
import { CONNECTION_LIMITS } from '../../http/limits.ts';
import { hasMuchLeft, lingering } from '../../http/lingering.ts';
import { errorBody, errorHeaders, requestIdOf } from '../../http/problems.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Fleet } from '../fleet.ts';
import { exchange } from './exchange.ts';
import { routeOf } from './routes.ts';
import { passUpgrade } from './upgrade.ts';

/** What the front answers itself, by path. */
export type OwnPages = Readonly<Record<string, (id: string) => Promise<OwnPage>>>;

export interface OwnPage {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

export interface FrontOptions {
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly access: Access;
  /** Pages of other sites that may read answers. */
  readonly corsOrigins: readonly string[];
  /** Browsers reach us over TLS. */
  readonly isTls: boolean;
  readonly logger: Logger;
  /** Health and the like, for everybody. */
  readonly publicPages: OwnPages;
  /** For who may look. */
  readonly lookPages: OwnPages;
  /** Most connections at a time; further ones are closed at once. */
  readonly maxConnections: number;
  /** How far the loading is; null once requests have been answered. */
  readonly loading: () => string | null;
  readonly onRetry: () => void;
}

/** Longest wait for a process that can take a request, ms. */
const HOLD_MS = 10_000;
/** Viewers that do not go when the server stops are cut off after this, ms. */
const GOODBYE_MS = 500;

export class Front {
  readonly #options: FrontOptions;
  readonly #server: Server;
  readonly #retries: CallBudget;
  /** Connections that speak something else than HTTP by now; the server does not close them. */
  readonly #upgraded = new Set<Duplex>();
  #isClosing = false;

  constructor(options: FrontOptions) {
    this.#options = options;
    this.#retries = new CallBudget(DEFAULT_POLICY.retry.budget, options.clock);
    this.#server = createServer(CONNECTION_LIMITS, (request, response) => void this.#serve(request, response));
    this.#server.maxConnections = options.maxConnections;
    this.#server.on('clientError', (failure, socket) => refuseGarbage(failure, socket as never));
    this.#server.on('upgrade', (request, socket, head) => {
      this.#upgraded.add(socket);
      socket.once('close', () => this.#upgraded.delete(socket));
      void passUpgrade(request, socket, head, options);
    });
  }

  /** @returns the port it got  @throws Error with the code of the system, e.g. EADDRINUSE */
  async listen(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port }, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    return (this.#server.address() as AddressInfo).port;
  }

  get connections(): Promise<number> {
    return new Promise((resolve) => this.#server.getConnections((_failure, count) => resolve(count)));
  }

  /** Takes no more connections and lets requests under way end, at most for the given time. */
  async close(deadlineMs: number): Promise<void> {
    this.#isClosing = true;
    for (const socket of this.#upgraded) socket.end();
    const goodbye = this.#options.clock.after(GOODBYE_MS, () => {
      for (const socket of this.#upgraded) socket.destroy();
    });
    const timer = this.#options.clock.after(deadlineMs, () => this.#server.closeAllConnections());
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
    });
    timer.cancel();
    goodbye.cancel();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = requestIdOf(request.headers['x-request-id']);
    if (this.#isClosing) response.setHeader('connection', 'close');
    try {
      // Two of them would come out as one on the other side.
      if (hostCount(request) !== 1) throw wireError('host_invalid');
      if (request.url?.startsWith('/') !== true)
        throw wireError('request_invalid', { problem: 'The target of a request is a path here.' });
      const path = request.url.split('?', 1)[0] as string;
      if (this.#answerPreflight(request, response, id)) return;
      const principal = this.#options.access.admit(request);
      const own = this.#ownPage(request, path, principal);
      if (own) return this.#send(response, path, id, await own(id));
      await this.#pass(request, response, path, id, principal);
    } catch (failure) {
      this.#refuse(request, response, id, failure);
    }
  }

  /** Headers for pages of other sites; true when that is all that was asked for. */
  #answerPreflight(request: IncomingMessage, response: ServerResponse, id: string): boolean {
    const { corsOrigins } = this.#options;
    const preflight = preflightHeaders(request, corsOrigins);
    setHeaders(response, preflight ?? corsHeaders(request, corsOrigins));
    if (!preflight) return false;
    setHeaders(response, { ...securityHeaders('', this.#options.isTls), ...preflight, 'x-request-id': id });
    response.writeHead(204).end();
    return true;
  }

  #ownPage(request: IncomingMessage, path: string, principal: Principal): OwnPages[string] | null {
    if (request.method !== 'GET') return null;
    const { publicPages, lookPages } = this.#options;
    if (Object.hasOwn(publicPages, path)) return publicPages[path] as OwnPages[string];
    if (!Object.hasOwn(lookPages, path)) return null;
    requirePermission(principal, 'look');
    return lookPages[path] as OwnPages[string];
  }

  async #pass(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    id: string,
    principal: Principal,
  ): Promise<void> {
    const { fleet, clock, loading, onRetry, access } = this.#options;
    const route = routeOf(request.method ?? 'GET', path);
    // Nobody fills the memory of this process before it is known who he is.
    if (hasBody(request)) requirePermission(principal, route.permission);
    const stage = loading();
    // At the start nobody is to wait; later somebody is on his way back.
    if (stage !== null && !fleet.pick(route.need)) throw wireError('not_ready', { progress: stage });
    const retries = this.#retries;
    const caller = { principal, address: access.addressOf(request) };
    await exchange(request, response, { fleet, clock, route, id, caller, holdMs: HOLD_MS, retries, onRetry });
  }

  #refuse(request: IncomingMessage, response: ServerResponse, id: string, failure: unknown): void {
    if (response.headersSent || response.destroyed) return void response.destroy();
    const error = failure instanceof CodedError ? failure : wireError('internal', undefined, failure);
    const { status } = error.definition;
    if (status >= 500)
      this.#options.logger.error({ request_id: id, code: error.code, err: error.cause }, error.message);
    setHeaders(response, errorHeaders(error));
    const page = { status, type: 'application/problem+json', text: JSON.stringify(errorBody(error, id)) };
    if (!hasMuchLeft(request)) return this.#send(response, '', id, page);
    response.setHeader('connection', 'close');
    this.#sendHead(response, '', id, page);
    lingering(page.text, request, this.#options.clock).pipe(response);
  }

  #send(response: ServerResponse, path: string, id: string, page: OwnPage): void {
    this.#sendHead(response, path, id, page);
    response.end(page.text);
  }

  #sendHead(response: ServerResponse, path: string, id: string, { status, type, text }: OwnPage): void {
    for (const [name, value] of Object.entries(securityHeaders(path, this.#options.isTls)))
      if (!response.hasHeader(name)) response.setHeader(name, value);
    setHeaders(response, { 'x-request-id': id, 'content-type': type });
    response.setHeader('content-length', Buffer.byteLength(text));
    response.writeHead(status);
  }
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;

function setHeaders(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}
