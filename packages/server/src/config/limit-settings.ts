/** The rows of the table of settings that bound the bodies of requests, one for each kind of route. */
import { type BodyLimits, type BodyRow, DEFAULT_BODY_LIMITS } from '../http/limits.ts';
import { type Setting, setting } from './setting.ts';
import { integer } from './setting-type.ts';

/** What all large bodies of a process may hold together: more could never be taken. Bytes. */
const MOST = 256 * 1024 * 1024;

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

/** The least values let everything through that the page and the command line send, which makes batches of documents. */
export const LIMIT_SETTINGS = {
  bodyLimitQuestion: limit('question', 16_384, 'questions, and what is not named here'),
  bodyLimitAuth: limit('auth', 4_096, 'signing in, keys, users'),
  bodyLimitFeedback: limit('feedback', 16_384, 'feedback'),
  bodyLimitFuse: limit('fuse', 16_384, 'opinions to fuse'),
  bodyLimitDocuments: limit('documents', 8 * 1024 * 1024, 'documents'),
  bodyLimitImport: limit('import', 16_384, 'files to import'),
  bodyLimitConfig: limit('config', 65_536, 'configuration'),
} as const;

export const bodyLimitsOf = (values: { readonly [Key in keyof typeof LIMIT_SETTINGS]: number }): BodyLimits => ({
  question: values.bodyLimitQuestion,
  auth: values.bodyLimitAuth,
  feedback: values.bodyLimitFeedback,
  fuse: values.bodyLimitFuse,
  documents: values.bodyLimitDocuments,
  import: values.bodyLimitImport,
  config: values.bodyLimitConfig,
});
