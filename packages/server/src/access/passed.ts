/**
 * Who is calling, as the front says it to the processes behind it: two headers that it sets itself, and takes away when a
 * caller sends them. Only the front reaches those processes, through sockets in a folder of its own.
 */
import type { IncomingMessage } from 'node:http';
import { PERMISSIONS, type Permission, type Principal, PROOFS, ROLES } from '@vortexflow/identity';
import { wireError } from '@vortexflow/protocol';
import type { Access } from './access.ts';

/** From where a request comes. */
export const PEER_HEADER = 'x-vortexflow-peer';
/** Who is calling. */
export const PRINCIPAL_HEADER = 'x-vortexflow-principal';

const texts = new WeakMap<Principal, string>();
/** Texts that were read; begun anew when there are too many. */
const read = new Map<string, Principal>();
const MOST_READ = 1_000;

/** A principal as one line: it holds no blanks. */
export function writePrincipal(principal: Principal): string {
  const written = texts.get(principal);
  if (written !== undefined) return written;
  const { how, role, credential, subject, permissions, key, until } = principal;
  const words = [how, role, credential ?? '-', subject, [...permissions].join(',')];
  // No principal has both.
  const more = key ?? until;
  const text = (more === undefined ? words : [...words, more]).join(' ');
  texts.set(principal, text);
  return text;
}

/** null for what the front has not written. */
export function readPrincipal(text: string): Principal | null {
  const before = read.get(text);
  if (before) return before;
  const [how, role, credential = '', subject = '', names, last, more] = text.split(' ');
  const permissions = (names ?? '').split(',').filter((name): name is Permission => isOneOf(PERMISSIONS, name));
  if (!isOneOf(PROOFS, how) || !isOneOf(ROLES, role) || !isName(subject) || more !== undefined) return null;
  if (last !== undefined && !(how === 'service' ? /^\d{1,16}$/ : NAME).test(last)) return null;
  const given = credential === '-' ? null : credential;
  const known = { how, role, credential: given, subject, permissions: new Set(permissions) };
  const ending = how === 'service' ? { until: Number(last) } : { key: last };
  const principal: Principal = last === undefined ? known : { ...known, ...ending };
  if (read.size >= MOST_READ) read.clear();
  read.set(text, principal);
  return principal;
}

/** Access of a process behind a front. */
export const passedAccess: Access = {
  admit,
  admitSocket: admit,
  hold: () => undefined,
  refused: () => null,
  addressOf,
};

function admit({ headers }: IncomingMessage): Principal {
  const text = headers[PRINCIPAL_HEADER];
  const principal = typeof text === 'string' ? readPrincipal(text) : null;
  if (!principal) throw wireError('unauthenticated');
  return principal;
}

function addressOf({ headers }: IncomingMessage): string {
  const peer = headers[PEER_HEADER];
  return typeof peer === 'string' ? peer : '';
}

const NAME = /^[\w.:-]+$/;
const isName = (text: string): boolean => NAME.test(text);

const isOneOf = <T extends string>(values: readonly T[], value: string | undefined): value is T =>
  (values as readonly (string | undefined)[]).includes(value);
