/** `/api/v1/config`: what holds and why, changes while the server runs, versions, and the way back. */
import { CodedError } from '@vortexflow/primitives';
import {
  ConfigChangeRequest,
  ConfigDiffQuery,
  ConfigDiffResponse,
  ConfigResponse,
  ConfigRollbackRequest,
  ConfigRollbackResponse,
  ConfigSchemaResponse,
  ConfigValidateRequest,
  ConfigValidateResponse,
  ConfigVersionResponse,
  ConfigVersionsQuery,
  ConfigVersionsResponse,
  ErrorResponse,
  wireError,
} from '@vortexflow/protocol';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { fileSchema, settingsForm } from '../config/describe-settings.ts';
import { type ConfigurationDoor, etagOf } from '../config/door.ts';
import type { App } from './app-type.ts';
import { detailed } from './problems.ts';
import type { ServerContext } from './services.ts';

const READ_ERRORS = { 401: ErrorResponse, 503: ErrorResponse };
const VERSION_ERRORS = { 400: ErrorResponse, 404: ErrorResponse, ...READ_ERRORS };
const CHANGE_ERRORS = {
  400: ErrorResponse,
  401: ErrorResponse,
  403: ErrorResponse,
  409: ErrorResponse,
  412: ErrorResponse,
  428: ErrorResponse,
  503: ErrorResponse,
};
const OWNER = [{ ownerKey: [] }];
const DEFAULT_VERSIONS = 20;

export function registerConfig(app: App, context: ServerContext): void {
  registerReading(app, context);
  registerVersions(app, context);
  registerChanges(app, context);
}

function registerReading(app: App, context: ServerContext): void {
  app.get(
    '/api/v1/config',
    {
      config: { permission: 'configure' },
      schema: {
        tags: ['configuration'],
        summary: 'All settings with the layer that each comes from',
        description: 'The ETag is what a change sends in If-Match.',
        security: OWNER,
        response: { 200: ConfigResponse, ...READ_ERRORS },
      },
    },
    async (request, reply) => {
      const state = await doorOf(context).show();
      reply.header('etag', etagOf(state)).header('cache-control', 'no-store');
      return { ...state, request_id: request.id };
    },
  );
  app.get(
    '/api/v1/config/schema',
    {
      config: { permission: 'configure' },
      schema: {
        tags: ['configuration'],
        summary: 'What each setting takes, for forms and editors',
        security: OWNER,
        response: { 200: ConfigSchemaResponse, ...READ_ERRORS },
      },
    },
    async (request) => ({ settings: settingsForm(), file: fileSchema(), request_id: request.id }),
  );
}

function registerVersions(app: App, context: ServerContext): void {
  app.get(
    '/api/v1/config/versions',
    {
      config: { permission: 'configure' },
      schema: {
        tags: ['configuration'],
        summary: 'Versions that were in force, the newest first',
        querystring: ConfigVersionsQuery,
        security: OWNER,
        response: { 200: ConfigVersionsResponse, 400: ErrorResponse, ...READ_ERRORS },
      },
    },
    async (request) => {
      const { limit, before } = request.query;
      const given = { limit: Number(limit ?? DEFAULT_VERSIONS), before: before === undefined ? null : Number(before) };
      return { versions: await doorOf(context).versions(given), request_id: request.id };
    },
  );
  app.get(
    '/api/v1/config/versions/:version',
    {
      config: { permission: 'configure' },
      schema: {
        tags: ['configuration'],
        summary: 'All of one version',
        params: Type.Object({ version: Type.String({ pattern: '^[1-9][0-9]{0,8}$' }) }),
        security: OWNER,
        response: { 200: ConfigVersionResponse, ...VERSION_ERRORS },
      },
    },
    async (request) => {
      const wanted = { version: Number(request.params.version) };
      const found = versionAt(doorOf(context).version(wanted), () => '/params/version');
      const { values, sources, overrides, ...head } = await found;
      const content = { values: { ...values }, sources: { ...sources }, overrides: { ...overrides } };
      return { ...head, ...content, request_id: request.id };
    },
  );
  app.get(
    '/api/v1/config/diff',
    {
      config: { permission: 'configure' },
      schema: {
        tags: ['configuration'],
        summary: 'What differs between two versions',
        querystring: ConfigDiffQuery,
        security: OWNER,
        response: { 200: ConfigDiffResponse, ...VERSION_ERRORS },
      },
    },
    async (request) => {
      const ends = { from: Number(request.query.from), to: Number(request.query.to) };
      const differing = versionAt(
        doorOf(context).diff(ends),
        (version) => `/querystring/${version === ends.from ? 'from' : 'to'}`,
      );
      return { ...(await differing), request_id: request.id };
    },
  );
}

function registerChanges(app: App, context: ServerContext): void {
  app.patch(
    '/api/v1/config',
    {
      config: { permission: 'configure', checks: { body: 'config' } },
      bodyLimit: context.bodyLimits.config,
      schema: {
        tags: ['configuration'],
        summary: 'Change settings while the server runs',
        description:
          'Answers when every process goes by the new version. The values stand above those of the file and the ' +
          'environment, and outlive a restart, until null takes them back. If-Match names the version that is changed.',
        body: ConfigChangeRequest,
        security: OWNER,
        response: { 200: ConfigResponse, ...CHANGE_ERRORS },
      },
    },
    async (request, reply) => {
      const state = await doorOf(context).change({ set: request.body, ...byWhom(request) });
      reply.header('etag', etagOf(state));
      return { ...state, request_id: request.id };
    },
  );
  app.post(
    '/api/v1/config/rollback',
    {
      config: { permission: 'configure', checks: { body: 'config' } },
      bodyLimit: context.bodyLimits.config,
      schema: {
        tags: ['configuration'],
        summary: 'Make a new version with the values of an old one',
        description: 'If-Match may say which version it is that must not have changed.',
        body: ConfigRollbackRequest,
        security: OWNER,
        response: { 200: ConfigRollbackResponse, 404: ErrorResponse, ...CHANGE_ERRORS },
      },
    },
    async (request, reply) => {
      const order = { version: request.body.version, ...byWhom(request) };
      const state = await versionAt(doorOf(context).rollback(order), () => '/version');
      reply.header('etag', etagOf(state));
      return { ...state, request_id: request.id };
    },
  );
  app.post(
    '/api/v1/config/validate',
    {
      config: { permission: 'configure', checks: { body: 'config' } },
      bodyLimit: context.bodyLimits.config,
      schema: {
        tags: ['configuration'],
        summary: 'Say what a file or a change would do, and do nothing',
        body: ConfigValidateRequest,
        security: OWNER,
        response: { 200: ConfigValidateResponse, 400: ErrorResponse, ...READ_ERRORS },
      },
    },
    async (request) => ({ ...(await doorOf(context).validate(request.body)), request_id: request.id }),
  );
}

/** Whatever is asked of a version that is not kept, the refusal says where the request names it. */
async function versionAt<T>(found: Promise<T>, pointerTo: (version: number) => string): Promise<T> {
  try {
    return await found;
  } catch (failure) {
    if (!(failure instanceof CodedError) || failure.code !== 'config_version_not_found') throw failure;
    throw detailed(failure, { pointer: pointerTo(Number(failure.details?.['version'])) });
  }
}

/** @throws CodedError `not_ready` while the data folder may still be another server's */
function doorOf(context: ServerContext): ConfigurationDoor {
  const door = context.configuration();
  if (!door) throw wireError('not_ready', { progress: context.progress() });
  return door;
}

/**
 * A key with the scope to configure does so as an administrator: what is the owner's own, no key can be given.
 */
function byWhom({ id, principal: { role, permissions, subject }, headers }: FastifyRequest) {
  const isOwner = permissions.has('own');
  return {
    role: role === 'owner' && !isOwner ? 'admin' : role,
    author: subject,
    request: id,
    ifMatch: headers['if-match'] ?? null,
  };
}
