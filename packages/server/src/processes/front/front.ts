/**
 * The one address of a server of several processes. It takes connections, gives each request to a process that can
 * answer it, and to another one when that is lost on the way, so that a caller notices nothing. What it answers itself is
 * what no single process knows: health and metrics of them all.
 */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Clock, CodedError } from '@vortexflow/primitives';
import { wireError } from '@vortexflow/protocol';
import { CallBudget, DEFAULT_POLICY } from '@vortexflow/resilience';
import { type Access, allows, callerOf, type Permission, requirePermission } from '../../access/access.ts';
import { actorOf } from '../../audit/actor.ts';
import { auditedPath, type AuditedRoute, isRefusal, otherPath } from '../../audit/audited-routes.ts';
import { AUDIT_HEADER, type Carried, readCarried } from '../../audit/carried.ts';
import { Change, garbageOf, refusalOf, type SeenRequest } from '../../audit/change.ts';
import type { AuditSink } from '../../audit/sink.ts';
import { refuseGarbage } from '../../http/garbage.ts';
import { securityHeaders } from '../../http/headers.ts';
import { CONNECTION_LIMITS } from '../../http/limits.ts';
import { hasMuchLeft, lingering } from '../../http/lingering.ts';
import { errorBody, requestIdOf } from '../../http/problems.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { checkHead } from '../../validation/request-validation.ts';
import type { TierObserver } from '../../validation/tiers.ts';
import type { Fleet } from '../fleet.ts';
import { bodyOf } from './body.ts';
import { exchange, type ExchangeOptions } from './exchange.ts';
import { routeOf } from './routes.ts';
import { passUpgrade } from './upgrade.ts';

/** What the front answers itself, by path. The input is the query, or the body. */
export type OwnPages = Readonly<
  Record<string, (id: string, input: Readonly<Record<string, unknown>>) => Promise<OwnPage>>
>;

export interface OwnPage {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

export interface FrontOptions {
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly access: Access;
  readonly logger: Logger;
  /** Health and the like, for everybody. */
  readonly publicPages: OwnPages;
  /** For who may look. */
  readonly lookPages: OwnPages;
  /** For the owner, asked for with GET and with POST. */
  readonly ownerPages: { readonly get: OwnPages; readonly post: OwnPages };
  readonly audit: AuditSink;
  /** Most connections at a time; further ones are closed at once. */
  readonly maxConnections: number;
  /** How far the loading is; null once requests have been answered. */
  readonly loading: () => string | null;
  readonly onRetry: () => void;
  /** Told of what the first tier of validation lets pass and refuses here. */
  readonly observe: TierObserver;
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
    this.#server.on('clientError', (failure: NodeJS.ErrnoException, socket) => {
      const record = garbageOf((socket as Socket).remoteAddress, failure.code);
      if (record) options.audit.note(record);
      options.observe('transport', 'refused', 0);
      refuseGarbage(failure, socket as Socket);
    });
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

  /** Further ones are closed at once; those that are open stay. */
  limitConnections(most: number): void {
    this.#server.maxConnections = most;
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
      // Here, for what comes twice would come out once on the other side.
      checkHead(request, this.#options.observe);
      const path = request.url?.split('?', 1)[0] as string;
      const own = this.#ownPage(request, path);
      if (own) return send(response, path, id, await own(id, await inputOf(request)));
      await this.#pass(request, response, path, id);
    } catch (failure) {
      this.#refuse(request, response, id, failure);
    }
  }

  #ownPage(request: IncomingMessage, path: string): OwnPages[string] | null {
    const { publicPages, lookPages, ownerPages, access } = this.#options;
    const pages = (all: OwnPages, permission: Permission): OwnPages[string] | null => {
      if (!Object.hasOwn(all, path)) return null;
      if (permission !== 'public') requirePermission(access.roleOf(callerOf(request, false)), permission);
      return all[path] as OwnPages[string];
    };
    if (request.method === 'POST') return pages(ownerPages.post, 'change');
    if (request.method !== 'GET') return null;
    return pages(publicPages, 'public') ?? pages(lookPages, 'look') ?? pages(ownerPages.get, 'change');
  }

  async #pass(request: IncomingMessage, response: ServerResponse, path: string, id: string): Promise<void> {
    const { fleet, clock, loading, onRetry, access } = this.#options;
    const { method = 'GET' } = request;
    const route = routeOf(method, path);
    const known = auditedPath(method, path);
    // Nobody fills the memory of this process, or the log, before it is known who he is.
    if (known?.hasBeginning === true) requirePermission(access.roleOf(callerOf(request, false)), 'change');
    else if (hasBody(request)) requirePermission(access.roleOf(callerOf(request, false)), route.permission);
    const audited = known ?? this.#otherChange(request, path);
    const stage = loading();
    // At the start nobody is to wait; later somebody is on his way back.
    if (stage !== null && !fleet.pick(route.need)) throw wireError('not_ready', { progress: stage });
    const retries = this.#retries;
    const options = { fleet, clock, route, id, holdMs: HOLD_MS, retries, onRetry };
    if (audited) return this.#passChange(request, response, options, audited, path);
    await exchange(request, response, {
      ...options,
      onAnswer: (status, headers) => this.#noteRefusal(request, path, id, status, readCarried(headers[AUDIT_HEADER])),
    });
  }

  /** What is no change that is known, of a caller who may change something. */
  #otherChange(request: IncomingMessage, path: string): AuditedRoute | null {
    const other = otherPath(request.method ?? 'GET', path);
    const { access } = this.#options;
    return other && allows(access.roleOf(callerOf(request, false)), 'change') ? other : null;
  }

  async #passChange(
    request: IncomingMessage,
    response: ServerResponse,
    options: ExchangeOptions,
    audited: AuditedRoute,
    path: string,
  ): Promise<void> {
    const { audit } = this.#options;
    const change = new Change(audit, audited, this.#seen(request, path, options.id));
    const end = async (status: number, headers: IncomingHttpHeaders): Promise<void> => {
      const carried = readCarried(headers[AUDIT_HEADER]);
      await change.end(status, carried);
      if (!change.hasEnded) this.#noteRefusal(request, path, options.id, status, carried);
    };
    try {
      await exchange(request, response, { ...options, change: { begin: () => change.begin(), end } });
      change.abandon('caller_left');
    } catch (failure) {
      change.abandon(failure instanceof CodedError ? failure.code : 'internal');
      throw failure;
    }
  }

  #seen(request: IncomingMessage, path: string, id: string): SeenRequest {
    const { method = 'GET' } = request;
    return { request: id, actor: actorOf(request, this.#options.access, false), method, path };
  }

  #noteRefusal(request: IncomingMessage, path: string, id: string, status: number, carried: Carried): void {
    if (!isRefusal(status)) return;
    const { method = 'GET' } = request;
    this.#options.audit.note(refusalOf(this.#seen(request, path, id), auditedPath(method, path), status, carried));
  }

  #refuse(request: IncomingMessage, response: ServerResponse, id: string, failure: unknown): void {
    if (response.headersSent || response.destroyed) return void response.destroy();
    const error = failure instanceof CodedError ? failure : wireError('internal', undefined, failure);
    const { status } = error.definition;
    const path = request.url?.split('?', 1)[0] ?? '';
    this.#noteRefusal(request, path, id, status, { detail: { code: error.code } });
    if (status >= 500)
      this.#options.logger.error({ request_id: id, code: error.code, err: error.cause }, error.message);
    if (status === 401) response.setHeader('www-authenticate', 'Bearer');
    if (status === 503) response.setHeader('retry-after', '1');
    const page = { status, type: 'application/problem+json', text: JSON.stringify(errorBody(error, id)) };
    if (!hasMuchLeft(request)) return send(response, '', id, page);
    response.setHeader('connection', 'close');
    sendHead(response, '', id, page);
    lingering(page.text, request, this.#options.clock).pipe(response);
  }
}

/** Largest body of a page of our own, bytes. */
const OWN_BODY = { isRepeatable: true, bodyLimit: 16_384, need: 'any', permission: 'change' } as const;

/** The query of a GET; the body of a POST. @throws CodedError when it is no JSON object */
async function inputOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  if (request.method === 'GET') {
    const at = request.url?.indexOf('?') ?? -1;
    return at < 0 ? {} : Object.fromEntries(new URLSearchParams(request.url?.slice(at)));
  }
  const body = await bodyOf(request, OWN_BODY);
  if (!Buffer.isBuffer(body) || body.length === 0) throw wireError('body_empty');
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) throw wireError('media_type_unsupported');
  try {
    const value: unknown = JSON.parse(body.toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // No JSON at all.
  }
  throw wireError('body_not_json');
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;

function send(response: ServerResponse, path: string, id: string, page: OwnPage): void {
  sendHead(response, path, id, page);
  response.end(page.text);
}

function sendHead(response: ServerResponse, path: string, id: string, { status, type, text }: OwnPage): void {
  for (const [name, value] of Object.entries(securityHeaders(path))) response.setHeader(name, value);
  response.setHeader('x-request-id', id);
  response.setHeader('content-type', type);
  response.setHeader('content-length', Buffer.byteLength(text));
  response.writeHead(status);
}
