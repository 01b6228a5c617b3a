/** What is said over HTTP of the log: the same whether the routes or the front say it. */
import {
  type AuditEntry,
  claimedOrigin,
  openCheckpoint,
  proveConsistency,
  proveInclusion,
  readPage,
} from '@vortexflow/audit';
import type { CodedError } from '@vortexflow/primitives';
import { wireError } from '@vortexflow/protocol';
import { nearest, pointerOf } from '@vortexflow/validation';
import type { Auditing } from './auditing.ts';
import { type Asker, concerns, eraseSubject, exportSubject, noteExport, openedEntry } from './privacy.ts';

/** Fields of the answer, but for `request_id`. @throws CodedError */
type AuditPage = (input: Readonly<Record<string, unknown>>, by: Asker) => Promise<object>;

export interface AuditPages {
  /** By path; the input is the query. */
  readonly get: Readonly<Record<string, AuditPage>>;
  /** By path; the input is the body. */
  readonly post: Readonly<Record<string, AuditPage>>;
}

/** Entries of one page. */
const LIMIT = { fallback: 100, most: 1_000 } as const;
const WORD = /^[\w.:-]{1,128}$/;

export function auditPages(auditing: () => Auditing): AuditPages {
  return {
    get: {
      '/api/v1/audit': (query) => listing(auditing(), query),
      '/api/v1/audit/checkpoint': (query) => checkpoint(auditing(), query),
      '/api/v1/audit/proof': (query) => proof(auditing(), query),
    },
    post: {
      '/api/v1/privacy/export': async (body, by) => {
        const { log, vault, key } = auditing();
        const subject = subjectOf(body);
        const { folder, origin } = log;
        const options = { folder, origin, vault, privateKey: key.privateKey, now: Date.now() };
        const exported = await exportSubject(subject, options);
        await noteExport(subject, by, log, vault);
        return { export: exported };
      },
      '/api/v1/privacy/erase': async (body, by) => {
        const { log, vault } = auditing();
        const pseudonym = await eraseSubject(subjectOf(body), by, log, vault);
        return { erased: pseudonym !== null, pseudonym };
      },
    },
  };
}

async function listing({ log, vault }: Auditing, query: Readonly<Record<string, unknown>>): Promise<object> {
  const { limit, before, since, ...filters } = read(query, [
    'limit',
    'before',
    'since',
    'action',
    'outcome',
    'subject',
  ]);
  const from = since === undefined ? null : instantOf(since);
  // A subject is asked for by its name, or by the pseudonym that the list shows.
  const wanted = filters.subject === undefined ? undefined : (vault.pseudonym(filters.subject) ?? filters.subject);
  const matches = (entry: AuditEntry): boolean =>
    (filters.action === undefined || entry.action === filters.action) &&
    (filters.outcome === undefined || entry.outcome === filters.outcome) &&
    (wanted === undefined || concerns(entry, wanted)) &&
    (from === null || Date.parse(entry.time) >= from);
  const page = await readPage(log.folder, log.size, {
    limit: limit === undefined ? LIMIT.fallback : Math.min(LIMIT.most, numberOf('limit', limit, 1)),
    ...(before === undefined ? {} : { before: numberOf('before', before, 0) }),
    matches,
  });
  return { entries: page.entries.map((entry) => openedEntry(entry, vault)), next: page.next, size: log.size };
}

async function checkpoint(auditing: Auditing, query: Readonly<Record<string, unknown>>): Promise<object> {
  read(query, []);
  const { entries, signed, exposedMs, anchors } = auditing.status();
  return Promise.resolve({
    checkpoint: auditing.log.latest,
    key: auditing.verifierKey,
    entries,
    signed,
    exposed_ms: Math.round(exposedMs),
    anchors,
  });
}

/** That an entry is in the log, or that the log has only grown since it had `first` entries. */
async function proof(auditing: Auditing, query: Readonly<Record<string, unknown>>): Promise<object> {
  const { event, first } = read(query, ['event', 'first']);
  const { folder, latest } = auditing.log;
  if (latest === null)
    throw wireError('request_invalid', {
      problem: 'Nothing is signed yet.',
      pointer: '/querystring',
      expected: 'a proof of entries that are signed',
      suggestion: 'Ask again in ten seconds: a checkpoint is signed by then.',
    });
  const verifier = { name: claimedOrigin(latest) ?? '', publicKey: auditing.key.publicKey };
  const { size } = openCheckpoint(latest, verifier);
  if ((event === undefined) === (first === undefined))
    throw wireError('request_invalid', {
      problem: 'Give either "event" or "first": a number of entries.',
      pointer: '/querystring',
      expected: 'one of "event" and "first"',
    });
  if (event !== undefined)
    return { checkpoint: latest, ...(await proveInclusion(folder, numberOf('event', event, 0), size)) };
  const start = numberOf('first', first as string, 0);
  return { checkpoint: latest, first: start, size, proof: await proveConsistency(folder, start, size) };
}

function read<Name extends string>(
  query: Readonly<Record<string, unknown>>,
  names: readonly Name[],
): { [N in Name]?: string } {
  for (const [name, value] of Object.entries(query)) {
    if (!(names as readonly string[]).includes(name)) throw unknownKey(name, names);
    if (typeof value !== 'string' || !WORD.test(value))
      throw refused(name, `"${name}" is not valid.`, 'up to 128 letters, digits and . : _ -');
  }
  return query as { [N in Name]?: string };
}

/** @param field of the query */
const refused = (field: string, problem: string, expected: string): CodedError =>
  wireError('request_invalid', { problem, field, pointer: `/querystring${pointerOf([field])}`, expected });

function unknownKey(name: string, names: readonly string[]): CodedError {
  const near = nearest(name, names);
  return wireError('request_invalid', {
    problem: `Unknown key "${name.slice(0, 64)}" in the query.`,
    pointer: `/querystring${pointerOf([name])}`,
    expected: names.length > 0 ? `no other keys than ${names.join(', ')}` : 'no further keys',
    suggestion: near === null ? 'Leave the key out.' : `Did you mean "${near}"?`,
  });
}

function numberOf(field: string, text: string, least: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least))
    throw refused(field, `"${field}" must be a whole number from ${least}.`, `a whole number from ${least}`);
  return value;
}

function instantOf(text: string): number {
  const value = Date.parse(text);
  if (Number.isNaN(value))
    throw refused('since', '"since" must be a time in ISO 8601.', 'a time, e.g. 2026-11-27T01:00:00Z');
  return value;
}

function subjectOf(body: Readonly<Record<string, unknown>>): string {
  const { subject, ...others } = body;
  if (typeof subject !== 'string' || subject === '' || subject.length > 512 || Object.keys(others).length > 0)
    throw wireError('request_invalid', {
      problem: 'Send {"subject": "..."}: owner, the id of a user, or address:IP.',
      field: 'subject',
      pointer: '/subject',
      expected: 'owner, the id of a user, or address:IP, and no other key',
    });
  return subject;
}
