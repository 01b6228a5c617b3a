/** Other people: who may sign in, with what role. */
import type { UserView } from '@vortexflow/identity';
import { UserChange, UserRequest, UserResponse, UsersResponse } from '@vortexflow/protocol';
import { Type } from 'typebox';
import type { App } from '../app-type.ts';
import type { ServerContext } from '../services.ts';
import { iso, NO_CONTENT, RECORD_REFUSALS } from './shared.ts';

const tags = ['access'];
const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });

export function registerUsers(app: App, { auth, bodyLimits }: ServerContext): void {
  app.get(
    '/api/v1/auth/users',
    {
      config: { permission: 'manage' },
      schema: { tags, summary: 'Everybody who may sign in', response: { 200: UsersResponse, ...RECORD_REFUSALS } },
    },
    async (request) => ({ users: (await auth.users(request.principal)).map(shown), request_id: request.id }),
  );
  app.post(
    '/api/v1/auth/users',
    {
      config: { permission: 'manage', checks: { body: 'auth' } },
      bodyLimit: bodyLimits.auth,
      schema: {
        tags,
        summary: 'Let somebody sign in, with a role below your own',
        body: UserRequest,
        response: { 201: UserResponse, ...RECORD_REFUSALS },
      },
    },
    async (request, reply) => {
      const user = await auth.createUser(request.principal, request.body);
      return reply.code(201).send({ user: shown(user), request_id: request.id });
    },
  );
  app.patch(
    '/api/v1/auth/users/:id',
    {
      config: { permission: 'manage', checks: { body: 'auth' } },
      bodyLimit: bodyLimits.auth,
      schema: {
        tags,
        summary: 'Change name, role or key of somebody below you; name and key of yourself',
        description: 'His sessions end when his role or his key changes.',
        params: Id,
        body: UserChange,
        response: { 200: UserResponse, ...RECORD_REFUSALS },
      },
    },
    async (request) => {
      const user = await auth.changeUser(request.principal, request.params.id, request.body);
      return { user: shown(user), request_id: request.id };
    },
  );
  app.delete(
    '/api/v1/auth/users/:id',
    {
      config: { permission: 'manage' },
      schema: {
        tags,
        summary: 'Take somebody out, with his sessions and keys',
        params: Id,
        response: { ...NO_CONTENT, ...RECORD_REFUSALS },
      },
    },
    async (request, reply) => {
      await auth.removeUser(request.principal, request.params.id);
      return reply.code(204).send(null);
    },
  );
  app.delete(
    '/api/v1/auth/users/:id/second-factor',
    {
      config: { permission: 'manage' },
      schema: {
        tags,
        summary: 'Take away the second factor of somebody below you who has lost it',
        params: Id,
        response: { ...NO_CONTENT, ...RECORD_REFUSALS },
      },
    },
    async (request, reply) => {
      await auth.resetSecondFactor(request.principal, request.params.id);
      return reply.code(204).send(null);
    },
  );
}

const shown = ({ created_at, ...rest }: UserView) => ({ ...rest, created_at: iso(created_at) });
