/** JSON in one form only, so that equal contents have equal hashes (the order of RFC 8785: keys by UTF-16 code units). */
import { createHash } from 'node:crypto';
import type { Plain } from './setting-type.ts';

export function canonicalJson(value: Plain): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Plain[]).map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${canonicalJson(inner)}`).join(',')}}`;
}

/** SHA-256 of the canonical form, hexadecimal. */
export const contentHash = (value: Plain): string => createHash('sha256').update(canonicalJson(value)).digest('hex');
