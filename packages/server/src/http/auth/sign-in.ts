/** Signing in and out, who one is, and tickets for WebSockets. */
import type { Principal } from '@vortexflow/identity';
import {
  ChallengeResponse,
  ErrorResponse,
  LoginRequest,
  LoginResponse,
  SecondFactorLogin,
  SecretResponse,
  WhoResponse,
  wireError,
} from '@vortexflow/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Auth, SignInInput, SignInResult } from '../../access/auth.ts';
import { LOGIN_PATH } from '../../access/edge.ts';
import type { App } from '../app-type.ts';
import type { ServerContext } from '../services.ts';
import { bodyHashOf } from './body-hash.ts';
import { NO_CONTENT, REFUSALS } from './shared.ts';

const tags = ['access'];

export function registerSignIn(app: App, { auth, access, bodyLimits }: ServerContext): void {
  app.post(
    '/api/v1/auth/challenge',
    {
      config: { permission: 'public' },
      schema: { tags, summary: 'A nonce to sign in with a Nostr key', response: { 200: ChallengeResponse } },
    },
    async (request) => ({ ...(await auth.challenge()), request_id: request.id }),
  );
  app.post(
    LOGIN_PATH,
    {
      config: { permission: 'public', checks: { body: 'auth' } },
      bodyLimit: bodyLimits.auth,
      schema: {
        tags,
        summary: 'Begin a session',
        description:
          'With a Nostr key: "Authorization: Nostr EVENT" (NIP-98, with the tag payload) over the body {"nonce": ...}. ' +
          'With an owner link: {"link": ...}. With a key: "Authorization: Bearer KEY" and {}. ' +
          'Sets the cookie of the session, or gives a ticket for the second factor.',
        body: LoginRequest,
        response: { 200: LoginResponse, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const client = { address: access.addressOf(request.raw), agent: request.headers['user-agent'] ?? '' };
      const target = request.raw.url ?? '';
      const input = { method: 'POST', target, bodyHash: bodyHashOf(request), client, ...proofOf(request) };
      return answerSignIn(await auth.signIn(request.principal, input), request, reply);
    },
  );
  app.post(
    '/api/v1/auth/second-factor',
    {
      config: { permission: 'public', checks: { body: 'auth' } },
      bodyLimit: bodyLimits.auth,
      schema: {
        tags,
        summary: 'The second half of a sign-in: a code of the authenticator, or a recovery code',
        body: SecondFactorLogin,
        response: { 200: LoginResponse, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const address = access.addressOf(request.raw);
      return answerSignIn(await auth.secondFactor({ ...request.body, address }), request, reply);
    },
  );
  registerOwnSession(app, auth);
}

function registerOwnSession(app: App, auth: Auth): void {
  app.post(
    '/api/v1/auth/logout',
    {
      config: { permission: 'public' },
      schema: { tags, summary: 'End this session', response: { ...NO_CONTENT, 401: ErrorResponse } },
    },
    async (request, reply) =>
      reply
        .header('set-cookie', await auth.signOut(request.principal))
        .code(204)
        .send(null),
  );
  app.get(
    '/api/v1/auth/me',
    {
      config: { permission: 'public' },
      schema: { tags, summary: 'Who this request comes from, and what he may do', response: { 200: WhoResponse } },
    },
    async (request) => ({ ...shown(request.principal), request_id: request.id }),
  );
  app.post(
    '/api/v1/auth/ticket',
    {
      config: { permission: 'look' },
      schema: {
        tags,
        summary: 'A ticket for a WebSocket: good once, for half a minute',
        description: 'Connect to /ws/graph?ticket=TICKET.',
        response: { 200: SecretResponse, 401: ErrorResponse },
      },
    },
    async (request) => ({ ...(await auth.ticket(request.principal)), request_id: request.id }),
  );
  app.post(
    '/api/v1/auth/links',
    {
      config: { permission: 'own' },
      schema: {
        tags,
        summary: 'An address by which the owner signs in once',
        response: { 200: SecretResponse, 401: ErrorResponse, 403: ErrorResponse },
      },
    },
    async (request) => ({ ...(await auth.link(request.principal)), request_id: request.id }),
  );
}

/** By what somebody signs in: one thing at a time. */
function proofOf({
  body,
  headers,
}: FastifyRequest<{ Body: { nonce?: string; link?: string } }>): Pick<SignInInput, 'link' | 'nostr'> {
  const { nonce, link } = body;
  const isNostr = /^nostr /i.test(headers.authorization ?? '');
  if (isNostr !== (nonce !== undefined) || (link !== undefined && headers.authorization !== undefined)) {
    const problem = 'Sign in with a Nostr signature and its nonce, with a link, or with a key: one of them.';
    const pointer = nonce !== undefined ? '/nonce' : link !== undefined ? '/link' : '';
    const expected = 'one of a signature with "nonce", "link", or a key';
    throw wireError('request_invalid', { problem, pointer, expected });
  }
  if (link !== undefined) return { link };
  return nonce === undefined ? {} : { nostr: { authorization: headers.authorization as string, nonce } };
}

function answerSignIn(result: SignInResult, request: FastifyRequest, reply: FastifyReply) {
  const request_id = request.id;
  void reply.header('cache-control', 'no-store');
  if (result.status === 'second_factor') return { ...result, request_id };
  const { cookie, ...rest } = result;
  void reply.header('set-cookie', cookie);
  return { ...rest, request_id };
}

const shown = ({ subject, role, permissions, how }: Principal) => ({
  subject,
  role,
  permissions: [...permissions],
  how,
});
