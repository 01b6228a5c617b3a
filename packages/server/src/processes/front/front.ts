/**
 * The one address of a server of several processes. It takes connections, gives each request to a process that can
 * answer it, and to another one when that is lost on the way, so that a caller notices nothing. What it answers itself is
 * what no single process knows: health and metrics of them all.
 */
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Clock, CodedError } from '@vortexflow/primitives';
import { wireError } from '@vortexflow/protocol';
import { CallBudget, DEFAULT_POLICY } from '@vortexflow/resilience';
import type { Permission, Principal } from '@vortexflow/identity';
import type { ResourceBudget, TransportLimits } from '@vortexflow/validation';
import { type Access, requirePermission } from '../../access/access.ts';
import { pathOf } from '../../access/caller.ts';
import { corsHeaders, preflightHeaders } from '../../access/cors.ts';
import { actorOf } from '../../audit/actor.ts';
import {
  auditedPath,
  type AuditedRoute,
  isRefusal,
  mayChangeSomething,
  otherPath,
} from '../../audit/audited-routes.ts';
import { AUDIT_HEADER, type Carried, readCarried } from '../../audit/carried.ts';
import { Change, garbageOf, refusalOf, type SeenRequest } from '../../audit/change.ts';
import type { Actor, AuditSink } from '../../audit/sink.ts';
import { refuseGarbage } from '../../http/garbage.ts';
import { securityHeaders } from '../../http/headers.ts';
import { type BodyLimits, type ConnectionLimits, type JsonLimitRows } from '../../http/limits.ts';
import { hasMuchLeft, lingering } from '../../http/lingering.ts';
import { errorBody, errorHeaders, requestIdOf } from '../../http/problems.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Certificate } from '../../tls/certificate.ts';
import { webServer } from '../../tls/web-server.ts';
import { checkHead, type JsonReading, readJsonObject } from '../../validation/request-validation.ts';
import type { TierObserver } from '../../validation/tiers.ts';
import type { Fleet } from '../fleet.ts';
import { bodyOf } from './body.ts';
import { exchange, type ExchangeOptions } from './exchange.ts';
import { routeOf } from './routes.ts';
import { passUpgrade } from './upgrade.ts';

/** What the front answers itself, by path. The input is the query, or the body. */
export type OwnPages = Readonly<
  Record<string, (id: string, input: Readonly<Record<string, unknown>>, actor: Actor) => Promise<OwnPage>>
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
  /** Pages of other sites that may read answers. */
  readonly corsOrigins: () => readonly string[];
  /** Browsers are to reach us over TLS alone. */
  readonly isTls: boolean;
  /** By which TLS is spoken; null: plain HTTP. */
  readonly certificate: Certificate | null;
  readonly logger: Logger;
  /** Health and the like, for everybody. */
  readonly publicPages: OwnPages;
  /** For who may look. */
  readonly lookPages: OwnPages;
  /** Of the log, for who may read it. */
  readonly auditPages: OwnPages;
  /** What the log knows of somebody, asked for with POST; for the owner. */
  readonly privacyPages: OwnPages;
  readonly audit: AuditSink;
  /** Largest bodies, by kind of route. */
  readonly bodyLimits: BodyLimits;
  /** Times of connections, and sizes of heads. */
  readonly connectionLimits: ConnectionLimits;
  /** How large heads may be now. */
  readonly headLimits: () => TransportLimits;
  /** What bodies of our own pages may hold now. */
  readonly jsonLimits: () => JsonLimitRows;
  /** Memory for the bodies that are kept here until a process has answered. */
  readonly budget: ResourceBudget;
  /** Most connections at a time; further ones are closed at once. */
  readonly maxConnections: number;
  /** How far the loading is; null once requests have been answered. */
  readonly loading: () => string | null;
  readonly onRetry: () => void;
  /** Told of what the tiers of validation let pass and refuse here. */
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
    const serve = (request: IncomingMessage, response: ServerResponse): void => void this.#serve(request, response);
    this.#server = webServer(options.certificate, options.connectionLimits, serve);
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
    let principal: Principal | null = null;
    try {
      // Here, for what comes twice would come out once on the other side.
      checkHead(request, this.#options);
      const path = pathOf(request.url);
      if (this.#answerPreflight(request, response, id)) return;
      principal = this.#options.access.admit(request);
      const own = this.#ownPage(request, path, principal);
      if (own) {
        const { actor } = this.#seen(request, path, id, principal);
        return this.#send(response, id, await own(id, await inputOf(request, this.#options), actor));
      }
      await this.#pass(request, response, path, id, principal);
    } catch (failure) {
      this.#refuse(request, response, id, failure, principal);
    }
  }

  /** Headers for pages of other sites; true when that is all that was asked for. */
  #answerPreflight(request: IncomingMessage, response: ServerResponse, id: string): boolean {
    const corsOrigins = this.#options.corsOrigins();
    const preflight = preflightHeaders(request, corsOrigins);
    setHeaders(response, preflight ?? corsHeaders(request, corsOrigins));
    if (!preflight) return false;
    setHeaders(response, { ...securityHeaders(this.#options.isTls), ...preflight, 'x-request-id': id });
    response.writeHead(204).end();
    return true;
  }

  #ownPage({ method }: IncomingMessage, path: string, principal: Principal): OwnPages[string] | null {
    const { publicPages, lookPages, auditPages, privacyPages } = this.#options;
    const pages = (all: OwnPages, permission: Permission): OwnPages[string] | null => {
      if (!Object.hasOwn(all, path)) return null;
      requirePermission(principal, permission);
      return all[path] as OwnPages[string];
    };
    if (method === 'POST') return pages(privacyPages, 'own');
    if (method !== 'GET') return null;
    return pages(publicPages, 'public') ?? pages(lookPages, 'look') ?? pages(auditPages, 'audit');
  }

  async #pass(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    id: string,
    principal: Principal,
  ): Promise<void> {
    const { fleet, clock, loading, onRetry, access, bodyLimits, budget, observe } = this.#options;
    const { method = 'GET' } = request;
    const route = routeOf(method, path, bodyLimits);
    const known = auditedPath(method, path);
    // Nobody fills the memory of this process, or the log, before it is known who he is.
    const needed = known?.permission ?? (hasBody(request) ? route.permission : 'public');
    requirePermission(principal, needed);
    const audited = known ?? (mayChangeSomething(principal.permissions) ? otherPath(method, path) : null);
    const stage = loading();
    // At the start nobody is to wait; later somebody is on his way back.
    if (stage !== null && !fleet.pick(route.need)) throw wireError('not_ready', { progress: stage });
    const retries = this.#retries;
    const caller = { principal, address: access.addressOf(request) };
    const memory = { budget, observe };
    const options = { fleet, clock, route, id, caller, memory, holdMs: HOLD_MS, retries, onRetry };
    if (audited) return this.#passChange(request, response, options, audited, path);
    await exchange(request, response, {
      ...options,
      onAnswer: (status, headers) =>
        this.#noteRefusal(this.#seen(request, path, id, principal), status, readCarried(headers[AUDIT_HEADER])),
    });
  }

  async #passChange(
    request: IncomingMessage,
    response: ServerResponse,
    options: ExchangeOptions,
    audited: AuditedRoute,
    path: string,
  ): Promise<void> {
    const seen = this.#seen(request, path, options.id, options.caller.principal);
    const change = new Change(this.#options.audit, audited, seen);
    const end = async (status: number, headers: IncomingHttpHeaders): Promise<void> => {
      const carried = readCarried(headers[AUDIT_HEADER]);
      await change.end(status, carried);
      if (!change.hasEnded) this.#noteRefusal(seen, status, carried);
    };
    try {
      await exchange(request, response, { ...options, change: { begin: () => change.begin(), end } });
      change.abandon('caller_left');
    } catch (failure) {
      change.abandon(failure instanceof CodedError ? failure.code : 'internal');
      throw failure;
    }
  }

  #seen(request: IncomingMessage, path: string, id: string, principal: Principal | null): SeenRequest {
    const { access } = this.#options;
    const actor = actorOf(principal ?? access.refused(request), access.addressOf(request));
    return { request: id, actor, method: request.method ?? 'GET', path };
  }

  #noteRefusal(seen: SeenRequest, status: number, carried: Carried): void {
    if (!isRefusal(status)) return;
    this.#options.audit.note(refusalOf(seen, auditedPath(seen.method, seen.path), status, carried));
  }

  #refuse(
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
    failure: unknown,
    principal: Principal | null,
  ): void {
    if (response.headersSent || response.destroyed) return void response.destroy();
    const error = failure instanceof CodedError ? failure : wireError('internal', undefined, failure);
    const { status } = error.definition;
    const seen = this.#seen(request, pathOf(request.url), id, principal);
    this.#noteRefusal(seen, status, { detail: { code: error.code } });
    if (status >= 500)
      this.#options.logger.error({ request_id: id, code: error.code, err: error.cause }, error.message);
    setHeaders(response, errorHeaders(error));
    const page = { status, type: 'application/problem+json', text: JSON.stringify(errorBody(error, id)) };
    if (!hasMuchLeft(request)) return this.#send(response, id, page);
    response.setHeader('connection', 'close');
    this.#sendHead(response, id, page);
    lingering(page.text, request, this.#options.clock).pipe(response);
  }

  #send(response: ServerResponse, id: string, page: OwnPage): void {
    this.#sendHead(response, id, page);
    response.end(page.text);
  }

  #sendHead(response: ServerResponse, id: string, { status, type, text }: OwnPage): void {
    for (const [name, value] of Object.entries(securityHeaders(this.#options.isTls)))
      if (!response.hasHeader(name)) response.setHeader(name, value);
    setHeaders(response, { 'x-request-id': id, 'content-type': type });
    response.setHeader('content-length', Buffer.byteLength(text));
    response.writeHead(status);
  }
}

/** Bodies of pages of our own, bytes: too small to be counted. */
const OWN_BODY = { isRepeatable: true, bodyLimit: 16_384 } as const;
const NO_LOAN = { cover: () => undefined };

/** The query of a GET; the body of a POST, looked at as the routes look at theirs. @throws CodedError */
async function inputOf(request: IncomingMessage, reading: JsonReading): Promise<Readonly<Record<string, unknown>>> {
  if (request.method === 'GET') {
    const at = request.url?.indexOf('?') ?? -1;
    return at < 0 ? {} : Object.fromEntries(new URLSearchParams(request.url?.slice(at)));
  }
  const body = await bodyOf(request, OWN_BODY, NO_LOAN);
  if (!Buffer.isBuffer(body) || body.length === 0) throw wireError('body_empty');
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) throw wireError('media_type_unsupported');
  return readJsonObject(body, reading);
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;

function setHeaders(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}
