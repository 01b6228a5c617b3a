/** The JSON parser of the scopes whose bodies may be large, and what such a route needs beside it. */
import { CodedError } from '@vortexflow/primitives';
import type { FastifyRequest } from 'fastify';
import type { App } from '../http/app-type.ts';
import { DEFAULT_BODY_LIMITS } from '../http/limits.ts';
import type { JsonReading } from '../validation/request-validation.ts';
import { onlyRefused, runTier, runTierAsync } from '../validation/tiers.ts';
import type { BodyReader } from './body-reader.ts';
import { type CheckedRow, readJson, requireSchema } from './checked-json.ts';
import { bytesOf, type CollectedBody, collectBody } from './collected-body.ts';

/** Reads the JSON of all routes of this scope with a {@link CheckedRow}, and checks it; {@link CHECKED} is to be spread there. */
export function addCheckedParser(app: App, { observe, jsonLimits }: JsonReading, reader: BodyReader): void {
  app.removeContentTypeParser('application/json');
  const refusals = new WeakMap<FastifyRequest, CodedError>();
  app.addContentTypeParser('application/json', async (request: FastifyRequest, payload: FastifyRequest['raw']) => {
    const row = rowOf(request);
    const body = await collectedBody(request, payload);
    const timed = (ms: number): void => void (request.validation.schemaMs += ms);
    // Of routes that take no body, none is checked.
    const read = async (): Promise<unknown> => {
      if (row === null) return readJson(bytesOf(body), jsonLimits().question);
      const options = { timed, hasLeft: () => hasLeft(request) };
      const { value, content } = await reader.json(body, row, jsonLimits()[row], options);
      request.validation.content = content;
      return value;
    };
    try {
      return await whileHeld(request, runTierAsync('schema', onlyRefused(observe), read));
    } catch (failure) {
      if (!(failure instanceof CodedError)) throw failure;
      // Thrown from here, it would end the connection, although all of the body has come.
      refusals.set(request, failure);
      return undefined;
    }
  });
  app.addHook('preValidation', (request, _reply, done) => {
    const row = rowOf(request);
    const refusal = refusals.get(request);
    if (refusal) return done(refusal);
    // Without a body there was nothing to parse.
    if (request.body === undefined && row !== null)
      runTier('schema', onlyRefused(observe), () => requireSchema(undefined, row));
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

/** Whoever sent it has gone: nobody waits for an answer any more. */
export const hasLeft = ({ raw }: FastifyRequest): boolean => raw.socket.destroyed;

/** Keeps the memory that is lent to a body until it has been read, though its sender may leave before that. */
export function whileHeld<Value>(request: FastifyRequest, reading: Promise<Value>): Promise<Value> {
  const over = (): void => void (request.validation.reading = null);
  request.validation.reading = reading.then(over, over);
  return reading;
}

function rowOf({ routeOptions }: FastifyRequest): CheckedRow | null {
  const row = routeOptions.config.checks?.body;
  return row === 'documents' || row === 'feedback' ? row : null;
}
