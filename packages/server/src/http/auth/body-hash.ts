/** The SHA-256 of a body as it came: a signature is over the bytes, not over what they mean. */
import { digest } from '@vortexflow/identity';
import type { FastifyRequest } from 'fastify';
import { addJsonParser, type JsonReading } from '../../validation/request-validation.ts';
import type { App } from '../app-type.ts';

const hashes = new WeakMap<FastifyRequest, string>();
const NOTHING = digest('');

/** In a scope of its own: bodies are looked at and read as always, and the hash of the same bytes is kept beside. */
export function keepBodyHashes(scope: App, reading: JsonReading): void {
  addJsonParser(scope, reading, (request, body) => void hashes.set(request, digest(body)));
}

/** Hexadecimal; of nothing, when there was no body. */
export const bodyHashOf = (request: FastifyRequest): string => hashes.get(request) ?? NOTHING;
