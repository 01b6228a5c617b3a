/** One's own sessions and second factor. */
import {
  CodeRequest,
  EnrolmentResponse,
  RecoveryResponse,
  SecondFactorResponse,
  SessionsResponse,
} from '@vortexflow/protocol';
import { Type } from 'typebox';
import type { App } from '../app-type.ts';
import type { ServerContext } from '../services.ts';
import { iso, NO_CONTENT, RECORD_REFUSALS } from './shared.ts';

const tags = ['access'];
const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });

export function registerOwnAccount(app: App, { auth, bodyLimits }: ServerContext): void {
  app.get(
    '/api/v1/auth/sessions',
    {
      config: { permission: 'account' },
      schema: { tags, summary: 'Your sessions', response: { 200: SessionsResponse, ...RECORD_REFUSALS } },
    },
    async (request) => {
      const sessions = (await auth.sessions(request.principal)).map(
        ({ id, how, created_at, last_seen_at, address, agent }) => ({
          id,
          how,
          created_at: iso(created_at),
          last_seen_at: iso(last_seen_at),
          address,
          agent,
          current: id === request.principal.credential,
        }),
      );
      return { sessions, request_id: request.id };
    },
  );
  app.delete(
    '/api/v1/auth/sessions/:id',
    {
      config: { permission: 'account' },
      schema: {
        tags,
        summary: 'End a session: your own, or that of somebody below you',
        params: Id,
        response: { ...NO_CONTENT, ...RECORD_REFUSALS },
      },
    },
    async (request, reply) => {
      await auth.endSession(request.principal, request.params.id);
      return reply.code(204).send(null);
    },
  );
  registerSecondFactor(app, { auth, bodyLimits });
}

function registerSecondFactor(app: App, { auth, bodyLimits }: Pick<ServerContext, 'auth' | 'bodyLimits'>): void {
  const path = '/api/v1/auth/me/second-factor';
  app.get(
    path,
    {
      config: { permission: 'account' },
      schema: {
        tags,
        summary: 'Whether you have a second factor, and how many recovery codes are left',
        response: { 200: SecondFactorResponse, ...RECORD_REFUSALS },
      },
    },
    async (request) => ({ ...(await auth.ownSecondFactor(request.principal)), request_id: request.id }),
  );
  app.post(
    path,
    {
      config: { permission: 'account' },
      schema: {
        tags,
        summary: 'A secret for your authenticator; it counts once a code of it was shown',
        response: { 200: EnrolmentResponse, ...RECORD_REFUSALS },
      },
    },
    async (request, reply) => {
      void reply.header('cache-control', 'no-store');
      return { ...(await auth.enrol(request.principal)), request_id: request.id };
    },
  );
  app.put(
    path,
    {
      config: { permission: 'account', checks: { body: 'auth' } },
      bodyLimit: bodyLimits.auth,
      schema: {
        tags,
        summary: 'Show a code: from now on every sign-in of yours needs one',
        description: 'Your other sessions end, and this one gets a new cookie.',
        body: CodeRequest,
        response: { 200: RecoveryResponse, ...RECORD_REFUSALS },
      },
    },
    async (request, reply) => {
      const { recovery_codes, cookie } = await auth.confirm(request.principal, request.body.code);
      void reply.header('cache-control', 'no-store');
      if (cookie !== null) void reply.header('set-cookie', cookie);
      return { recovery_codes: [...recovery_codes], request_id: request.id };
    },
  );
  app.delete(
    path,
    {
      config: { permission: 'account', checks: { body: 'auth' } },
      bodyLimit: bodyLimits.auth,
      schema: {
        tags,
        summary: 'Take your second factor away, with a code of it',
        body: CodeRequest,
        response: { ...NO_CONTENT, ...RECORD_REFUSALS },
      },
    },
    async (request, reply) => {
      const cookie = await auth.dropSecondFactor(request.principal, request.body.code);
      if (cookie !== null) void reply.header('set-cookie', cookie);
      return reply.code(204).send(null);
    },
  );
}
