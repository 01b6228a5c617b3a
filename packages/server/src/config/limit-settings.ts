/** The rows of the table of settings that bound the bodies of requests, one for each kind of route. */
import type { JsonLimits } from '@vortexflow/validation';
import {
  type BodyLimits,
  type BodyRow,
  DEFAULT_BODY_LIMITS,
  DEFAULT_JSON_LIMITS,
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

export const jsonLimitsOf = (values: LimitValues): JsonLimitRows => ({
  question: values.jsonLimitQuestion,
  auth: values.jsonLimitAuth,
  feedback: values.jsonLimitFeedback,
  fuse: values.jsonLimitFuse,
  documents: values.jsonLimitDocuments,
  config: values.jsonLimitConfig,
});
