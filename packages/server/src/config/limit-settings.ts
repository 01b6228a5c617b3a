/** The rows of the table of settings that bound requests: bodies by kind of route, heads, connections, costs. */
import type { JsonLimits, TransportLimits } from '@vortexflow/validation';
import { DEFAULT_ROUTE_COSTS, type RouteCosts } from '../access/limits/costs.ts';
import {
  type BodyLimits,
  type BodyRow,
  type ConnectionLimits,
  connectionLimitsOf,
  type ConnectionTimes,
  DEFAULT_BODY_LIMITS,
  DEFAULT_CONNECTION_TIMES,
  DEFAULT_HEAD_BYTES,
  DEFAULT_HEAD_LIMITS,
  DEFAULT_JSON_LIMITS,
  type HeadLimit,
  headLimitsOf,
  type JsonLimitRows,
  type JsonRow,
} from '../http/limits.ts';
import { type Setting, setting } from './setting.ts';
import { integer, numbers } from './setting-type.ts';

/** What all large bodies of a process may hold together: more could never be taken. Bytes. */
const MOST = 256 * 1024 * 1024;
/** Deeper, what goes through it by recursion could run out of stack. */
const MOST_JSON: JsonLimits = { depth: 64, keys: 10_000, values: 10_000_000 };

const limit = (row: BodyRow, least: number, what: string): Setting<number> =>
  setting<number>({
    variable: `BODY_LIMIT_${row.toUpperCase()}`,
    fallback: DEFAULT_BODY_LIMITS[row],
    type: integer(least, MOST),
    title: `Largest body, ${row}`,
    help: `Largest body of a request, in bytes: ${what}. Larger ones get 413.`,
    unit: 'B',
    reason: 'the routes are made with it',
  });

/** What the page, the command line and the protocol's largest requests need, but for batches to fuse. */
export const LEAST_JSON_LIMITS = {
  question: { depth: 4, keys: 16, values: 64 },
  auth: { depth: 3, keys: 16, values: 32 },
  feedback: { depth: 2, keys: 8, values: 1_100 },
  fuse: { depth: 7, keys: 8, values: 1_000 },
  documents: { depth: 4, keys: 16, values: 16_384 },
  config: { depth: 4, keys: 256, values: 512 },
} as const satisfies JsonLimitRows;

const jsonLimit = (row: JsonRow, what: string): Setting<JsonLimits> =>
  setting<JsonLimits>({
    variable: `JSON_LIMIT_${row.toUpperCase()}`,
    fallback: DEFAULT_JSON_LIMITS[row],
    type: numbers(DEFAULT_JSON_LIMITS[row], LEAST_JSON_LIMITS[row], MOST_JSON),
    title: `Size of JSON, ${row}`,
    help: `Levels, keys of one object and values in all that a body may hold: ${what}. More gets 400.`,
    applies: 'at once',
  });

/** The same bound for the costs of all routes. */
const each = (bound: number): RouteCosts =>
  Object.fromEntries(Object.keys(DEFAULT_ROUTE_COSTS).map((route) => [route, bound])) as unknown as RouteCosts;

/**
 * The least values let everything through that the page and the command line send: batches of documents, all settings,
 * many answers at a time; and a change of these very limits.
 */
export const LIMIT_SETTINGS = {
  bodyLimitQuestion: limit('question', 16_384, 'questions, and what is not named here'),
  bodyLimitAuth: limit('auth', 4_096, 'signing in, keys, users'),
  bodyLimitFeedback: limit('feedback', 16_384, 'feedback'),
  bodyLimitFuse: limit('fuse', 16_384, 'opinions to fuse'),
  bodyLimitDocuments: limit('documents', 8 * 1024 * 1024, 'documents'),
  bodyLimitImport: limit('import', 16_384, 'files to import'),
  bodyLimitConfig: limit('config', 65_536, 'configuration'),
  jsonLimitQuestion: jsonLimit('question', 'questions, and what is not named here'),
  jsonLimitAuth: jsonLimit('auth', 'signing in, keys, users'),
  jsonLimitFeedback: jsonLimit('feedback', 'feedback'),
  jsonLimitFuse: jsonLimit('fuse', 'opinions to fuse'),
  jsonLimitDocuments: jsonLimit('documents', 'documents'),
  jsonLimitConfig: jsonLimit('config', 'configuration'),
  headLimits: setting<Readonly<Record<HeadLimit, number>>>({
    variable: 'HEAD_LIMITS',
    fallback: DEFAULT_HEAD_LIMITS,
    // Browsers send about twenty lines, and cookies of all that runs on this machine; proxies add theirs.
    type: numbers(
      DEFAULT_HEAD_LIMITS,
      { lines: 40, length: 4_096, target: 4_096 },
      { lines: 1_000, length: 65_536, target: 65_536 },
    ),
    title: 'Size of heads',
    help: 'Header lines of a request, characters of one of them, and of the address. More gets 400.',
    applies: 'at once',
  }),
  headBytes: setting<number>({
    variable: 'HEAD_BYTES',
    fallback: DEFAULT_HEAD_BYTES,
    type: integer(8_192, 262_144),
    title: 'Largest head',
    help: 'Largest head of a request, in bytes. Larger ones get 431.',
    unit: 'B',
    reason: 'the server is made with it',
  }),
  connectionTimes: setting<ConnectionTimes>({
    variable: 'CONNECTION_TIMES',
    fallback: DEFAULT_CONNECTION_TIMES,
    // A head must not have longer than head and body together: the platform refuses that.
    type: numbers(
      DEFAULT_CONNECTION_TIMES,
      { handshake: 1_000, head: 1_000, body: 10_000, idle: 1_000 },
      { handshake: 60_000, head: 10_000, body: 3_600_000, idle: 600_000 },
    ),
    title: 'Times of connections',
    help: 'ms: from the connection to the end of the TLS handshake; from the first byte of a request to the end of its head, and of its body; without a request.',
    reason: 'the server is made with them',
  }),
  routeCosts: setting<RouteCosts>({
    variable: 'ROUTE_COSTS',
    fallback: DEFAULT_ROUTE_COSTS,
    type: numbers(DEFAULT_ROUTE_COSTS, each(1), each(1_000)),
    title: 'Costs of routes',
    help: 'What the dearer routes cost of a rate and a quota, in questions; all others cost one.',
    applies: 'at once',
  }),
} as const;

type LimitValues = {
  readonly [Name in keyof typeof LIMIT_SETTINGS]: (typeof LIMIT_SETTINGS)[Name]['fallback'];
};

export const bodyLimitsOf = (values: LimitValues): BodyLimits => ({
  question: values.bodyLimitQuestion,
  auth: values.bodyLimitAuth,
  feedback: values.bodyLimitFeedback,
  fuse: values.bodyLimitFuse,
  documents: values.bodyLimitDocuments,
  import: values.bodyLimitImport,
  config: values.bodyLimitConfig,
});

/** What a front of our own adds to each head: who is calling, from where, and the request's id. */
const ADDED = { lines: 8, bytes: 4_096 } as const;

/** As they are set at the start. @param isBehindFront heads come with what a front adds */
export function connectionsOf({ connectionTimes, headBytes }: LimitValues, isBehindFront = false): ConnectionLimits {
  if (!isBehindFront) return connectionLimitsOf(connectionTimes, headBytes);
  // The connections of a front are our own: it keeps them, however soon those of strangers are closed.
  const idle = Math.max(connectionTimes.idle, DEFAULT_CONNECTION_TIMES.idle);
  return connectionLimitsOf({ ...connectionTimes, idle }, headBytes + ADDED.bytes);
}

/** @param isBehindFront as of {@link connectionsOf} */
export const transportOf = ({ headLimits }: LimitValues, isBehindFront = false): TransportLimits =>
  headLimitsOf({ ...headLimits, lines: headLimits.lines + (isBehindFront ? ADDED.lines : 0) });

export const jsonLimitsOf = (values: LimitValues): JsonLimitRows => ({
  question: values.jsonLimitQuestion,
  auth: values.jsonLimitAuth,
  feedback: values.jsonLimitFeedback,
  fuse: values.jsonLimitFuse,
  documents: values.jsonLimitDocuments,
  config: values.jsonLimitConfig,
});
