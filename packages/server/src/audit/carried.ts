/**
 * What a route knows of a request and the log is to hold: an error's code, how many documents. It travels in a header of the
 * response, which whoever owns the log takes away: the front, or in a server of one process the hook of the log.
 */
import type { Detail, Personal } from '@vortexflow/audit';

export const AUDIT_HEADER = 'x-vortexflow-audit';

export interface Carried {
  readonly detail?: Detail;
  readonly personal?: Personal;
}

/** Longest header, bytes: a head must fit 16 KB. */
const MAX_BYTES = 4_096;

/** What fits of ids, for {@link Carried.personal}. */
export function someOf(ids: readonly string[]): string[] {
  const taken: string[] = [];
  let bytes = 0;
  for (const id of ids) {
    bytes += encodeURIComponent(id).length + 9;
    if (bytes > MAX_BYTES / 2) break;
    taken.push(id);
  }
  return taken;
}

/** As the header holds it; null when it does not fit. */
export function writeCarried(carried: Carried): string | null {
  const text = encodeURIComponent(JSON.stringify(carried));
  return text.length <= MAX_BYTES ? text : null;
}

export function readCarried(header: unknown): Carried {
  if (typeof header !== 'string') return {};
  try {
    return JSON.parse(decodeURIComponent(header)) as Carried;
  } catch {
    return {};
  }
}
