/** The SHA-256 of a body as it came: a signature is over the bytes, not over what they mean. */
import { digest } from '@vortexflow/identity';
import type { FastifyRequest } from 'fastify';
import type { App } from '../app-type.ts';

const hashes = new WeakMap<FastifyRequest, string>();
const NOTHING = digest('');

/** In a scope of its own: bodies are read as always, and their hash is kept beside. */
export function keepBodyHashes(scope: App): void {
  const parse = scope.getDefaultJsonParser('error', 'error');
  scope.removeContentTypeParser('application/json');
  scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    hashes.set(request, digest(body));
    void parse(request, body.toString('utf8'), done);
  });
}

/** Hexadecimal; of nothing, when there was no body. */
export const bodyHashOf = (request: FastifyRequest): string => hashes.get(request) ?? NOTHING;
