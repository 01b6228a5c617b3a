/** API keys. */
import type { KeyView } from '@vortexflow/identity';
import { ApiKeyRequest, ApiKeyResponse, ApiKeysResponse } from '@vortexflow/protocol';
import { Type } from 'typebox';
import type { App } from '../app-type.ts';
import type { ServerContext } from '../services.ts';
import { iso, isoOrNull, NO_CONTENT, RECORD_REFUSALS } from './shared.ts';

const tags = ['access'];

export function registerKeys(app: App, { auth, bodyLimits }: ServerContext): void {
  app.get(
    '/api/v1/auth/keys',
    {
      config: { permission: 'account' },
      schema: {
        tags,
        summary: 'Your keys; with all=true those of everybody, for who manages',
        querystring: Type.Object({ all: Type.Optional(Type.Enum(['true', 'false'])) }, { additionalProperties: false }),
        response: { 200: ApiKeysResponse, ...RECORD_REFUSALS },
      },
    },
    async (request) => ({
      keys: (await auth.keys(request.principal, request.query.all === 'true')).map(shown),
      request_id: request.id,
    }),
  );
  app.post(
    '/api/v1/auth/keys',
    {
      config: { permission: 'account', checks: { body: 'auth' } },
      bodyLimit: bodyLimits.auth,
      schema: {
        tags,
        summary: 'Make a key for a program',
        description:
          'The key is shown here and never again. It may do what its scopes say, as far as you may yourself.',
        body: ApiKeyRequest,
        response: { 201: ApiKeyResponse, ...RECORD_REFUSALS },
      },
    },
    async (request, reply) => {
      const { key, record } = await auth.createKey(request.principal, request.body);
      void reply.header('cache-control', 'no-store');
      return reply.code(201).send({ key, record: shown(record), request_id: request.id });
    },
  );
  app.delete(
    '/api/v1/auth/keys/:id',
    {
      config: { permission: 'account' },
      schema: {
        tags,
        summary: 'Revoke a key: your own, or that of somebody below you',
        params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
        response: { ...NO_CONTENT, ...RECORD_REFUSALS },
      },
    },
    async (request, reply) => {
      await auth.revokeKey(request.principal, request.params.id);
      return reply.code(204).send(null);
    },
  );
}

const shown = ({ created_at, expires_at, last_used_at, ...rest }: KeyView) => ({
  ...rest,
  created_at: iso(created_at),
  expires_at: isoOrNull(expires_at),
  last_used_at: isoOrNull(last_used_at),
});
