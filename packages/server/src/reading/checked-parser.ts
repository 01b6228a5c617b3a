/** The JSON parser of the scopes whose bodies may be large, and what such a route needs beside it. */
import type { FastifyRequest } from 'fastify';
import type { App } from '../http/app-type.ts';
import { DEFAULT_BODY_LIMITS } from '../http/limits.ts';
import type { JsonReading } from '../validation/request-validation.ts';
import { onlyRefused, runTierAsync } from '../validation/tiers.ts';
import type { BodyReader } from './body-reader.ts';
import { type CheckedRow, requireSchema } from './checked-json.ts';
import { type CollectedBody, collectBody } from './collected-body.ts';

/** Reads the JSON of all routes of this scope with a {@link CheckedRow}, and checks it; {@link CHECKED} is to be spread there. */
export function addCheckedParser(app: App, { observe, jsonLimits }: JsonReading, reader: BodyReader): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', async (request: FastifyRequest, payload: FastifyRequest['raw']) => {
    const row = rowOf(request);
    const body = await collectedBody(request, payload);
    const timed = (ms: number): void => void (request.validation.schemaMs += ms);
    return runTierAsync('schema', onlyRefused(observe), () => reader.json(body, row, jsonLimits()[row], timed));
  });
  app.addHook('preValidation', (request, _reply, done) => {
    // Without a body there was nothing to parse.
    if (request.body === undefined && request.routeOptions.schema?.body !== undefined)
      requireSchema(request.body, rowOf(request));
    done();
  });
}

/** For the options of a route: its schema describes the body, which is checked when it is read. */
export const CHECKED = { validatorCompiler: () => () => true } as const;

/** The body of a request, by the limit of its route. A parser of the HTTP library. */
export async function collectedBody(request: FastifyRequest, payload: FastifyRequest['raw']): Promise<CollectedBody> {
  const { headers, routeOptions } = request;
  const length = headers['content-length'];
  const limit = routeOptions.bodyLimit ?? DEFAULT_BODY_LIMITS.question;
  const body = await collectBody(payload, limit, length === undefined ? null : Number(length));
  request.validation.bodyBytes = body.length;
  return body;
}

function rowOf({ routeOptions }: FastifyRequest): CheckedRow {
  const row = routeOptions.config.checks?.body;
  if (row === 'documents' || row === 'feedback') return row;
  throw new Error(`route ${routeOptions.url} has no schema for bodies that may be large`);
}
