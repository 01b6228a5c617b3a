/** The formats in which knowledge comes, as one table: names, file extensions, media types, limits. */
import { errorFactory } from '@vortexflow/primitives';

interface FormatRow {
  readonly extensions: readonly string[];
  /** Media types, the one to send first. */
  readonly media: readonly string[];
  /** `text`: one document with sections and links. `graph`: nodes and edges of its own. */
  readonly kind: 'text' | 'graph';
}

const TABLE = {
  markdown: { extensions: ['md', 'markdown'], media: ['text/markdown'], kind: 'text' },
  text: { extensions: ['txt', 'text'], media: ['text/plain'], kind: 'text' },
  html: { extensions: ['html', 'htm', 'xhtml'], media: ['text/html', 'application/xhtml+xml'], kind: 'text' },
  csv: { extensions: ['csv'], media: ['text/csv'], kind: 'graph' },
  tsv: { extensions: ['tsv', 'tab'], media: ['text/tab-separated-values'], kind: 'graph' },
  json: { extensions: ['json', 'canvas'], media: ['application/json'], kind: 'graph' },
  jsonl: { extensions: ['jsonl', 'ndjson'], media: ['application/x-ndjson', 'application/jsonl'], kind: 'graph' },
  graphml: { extensions: ['graphml'], media: ['application/graphml+xml'], kind: 'graph' },
  gexf: { extensions: ['gexf'], media: ['application/gexf+xml'], kind: 'graph' },
  ntriples: { extensions: ['nt', 'nq'], media: ['application/n-triples', 'application/n-quads'], kind: 'graph' },
  turtle: { extensions: ['ttl', 'turtle'], media: ['text/turtle', 'application/x-turtle'], kind: 'graph' },
} as const satisfies Record<string, FormatRow>;

/** Name of a format. */
export type FormatName = keyof typeof TABLE;

export const FORMAT_NAMES = Object.keys(TABLE) as readonly FormatName[];
/** Those whose files are graphs of their own, not one document. */
export const GRAPH_FORMATS: readonly FormatName[] = FORMAT_NAMES.filter((name) => TABLE[name].kind === 'graph');

/** Longest text of a document with sections and links, in UTF-16 units. */
export const MAX_DOCUMENT_CHARACTERS = 200_000;
/** Longest file of a graph, in UTF-16 units. */
export const MAX_GRAPH_CHARACTERS = 64 * 1024 * 1024;

/** Whether texts of this format are graphs of their own. */
export const isGraphFormat = (name: FormatName): boolean => TABLE[name].kind === 'graph';

const FORMAT_ERRORS = {
  format_unknown: {
    type: 'ValidationError',
    status: 400,
    recovery: 'Propagate',
    message: 'There is no format "{format}".',
    hint: `Formats: ${Object.keys(TABLE).join(', ')}. A table may name its columns: csv;source=From;target=To.`,
  },
} as const;
const formatError = errorFactory(FORMAT_ERRORS);

/** A format as it is written and stored: its name, and for tables what was not left to guessing. */
export interface Format {
  readonly name: FormatName;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Reads `csv` or `csv;delimiter=tab;source=From;target=To`; values may be percent-encoded.
 * @throws CodedError `format_unknown`
 */
export function parseFormat(written: string): Format {
  const [name = '', ...rest] = written.split(';');
  if (!Object.hasOwn(TABLE, name)) throw formatError('format_unknown', { format: name.slice(0, 60) });
  const parameters = rest.map((one): [string, string] => {
    const equals = one.indexOf('=');
    return [
      one.slice(0, equals === -1 ? undefined : equals).trim(),
      equals === -1 ? '' : decode(one.slice(equals + 1).trim()),
    ];
  });
  return { name: name as FormatName, parameters: new Map(parameters) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The format that goes with a file's name; null when it is none of ours. */
export function formatOfFile(name: string): FormatName | null {
  const extension = /\.([^./]+)$/.exec(name.toLowerCase())?.[1] ?? '';
  return FORMAT_NAMES.find((format) => (TABLE[format].extensions as readonly string[]).includes(extension)) ?? null;
}

/** The format that goes with a media type; null when it is none of ours. */
export function formatOfMedia(contentType: string): FormatName | null {
  const media = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  return FORMAT_NAMES.find((format) => (TABLE[format].media as readonly string[]).includes(media)) ?? null;
}

/** The media type to send a format with. */
export const mediaOf = (format: FormatName): string => TABLE[format].media[0];
