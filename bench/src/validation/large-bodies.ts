/**
 * What the tiers cost at the largest bodies of routes that take more than a question: 32 MiB of documents, on the event
 * loop, and 32 MiB of opinions to fuse, on a thread of their own. Limits as packages/server/src/http/limits.ts has them;
 * the server checks documents against the same schema by its HTTP library.
 */
import { DocumentsRequest, FuseRequest, MAX_DOCUMENT_LENGTH } from '@vortexflow/protocol';
import { type ContentScanner, type JsonLimits, RefusalError, scanJson } from '@vortexflow/validation';
import { Compile } from 'typebox/compile';

const MAX_BODY = 32 * 1024 * 1024;
/** Most characters of one request that are scanned for content. */
const MAX_SCANNED = 131_072;
const REPETITIONS = 5;

/** A kind of route: its limits, its schema, and who waits meanwhile. */
interface Route {
  readonly limits: JsonLimits;
  readonly schema: { Check(value: unknown): boolean };
  /** Texts that are scanned for content. */
  readonly texts: (value: unknown) => Iterable<string>;
  readonly waits: string;
}

const DOCUMENTS: Route = {
  limits: { depth: 8, keys: 64, values: 20_000 },
  schema: Compile(DocumentsRequest),
  texts: function* (value) {
    for (const { title, text } of (value as DocumentsRequest).documents) yield* [title, text];
  },
  waits: 'the event loop',
};
const FUSE: Route = {
  limits: { depth: 8, keys: 16, values: 10_000_000 },
  schema: Compile(FuseRequest),
  texts: () => [],
  waits: 'its own thread',
};

/** As many pieces as a body of the largest size holds, between a head and a tail, and blanks for the rest. */
function filled(head: string, pieceOf: (place: number) => string, tail: string, most = Infinity): string {
  const pieces: string[] = [];
  let left = MAX_BODY - head.length - tail.length;
  for (let piece = pieceOf(0); pieces.length < most && piece.length < left; piece = pieceOf(pieces.length)) {
    pieces.push(piece);
    left -= piece.length + 1;
  }
  return `${head}${pieces.join(',')}${tail}`.padEnd(MAX_BODY, ' ');
}

const WORDS = 'The quick brown fox jumps over the lazy dog. ';
/** A piece, again and again, so many characters. @param piece as it stands in JSON */
const repeated = (piece: string, characters: number): string => piece.repeat(Math.floor(characters / piece.length));
const documents = (text: string): string =>
  filled('{"documents":[', (i) => `{"id":"${i}","title":"Document ${i}","text":"${text}"}`, ']}');
const candidate = (i: number, answer: string): string =>
  `{"candidates":[{"source":"s${i % 7}","answer":"${answer} ${i}","confidence":0.${(i * 7919) % 10_000}}]}`;

const BODIES: readonly (readonly [name: string, route: Route, body: () => string])[] = [
  ['documents of plain words', DOCUMENTS, () => documents(repeated(WORDS, MAX_DOCUMENT_LENGTH))],
  ['documents of markup', DOCUMENTS, () => documents(repeated("<a b='c'>${{", MAX_DOCUMENT_LENGTH))],
  ['documents of escapes', DOCUMENTS, () => documents('\\u003c'.repeat(MAX_DOCUMENT_LENGTH))],
  [
    '1,000,000 numbers for documents',
    DOCUMENTS,
    () => filled('{"documents":[', () => '-1234567890.12345e-12', ']}', 999_990),
  ],
  [
    '490,000 objects for documents',
    DOCUMENTS,
    () => filled('{"documents":[', (i) => `{"a key of some length, as keys are, ${i}":1}`, ']}', 490_000),
  ],
  ['blanks', DOCUMENTS, () => filled('{"documents":[', () => '0', ']}', 1)],
  [
    '50,000 items to fuse, of long answers',
    FUSE,
    () => filled('{"items":[', (i) => candidate(i, repeated(WORDS, 500)), ']}', 50_000),
  ],
  ['500,000 short items to fuse', FUSE, () => filled('{"items":[', (i) => candidate(i, 'a'), ']}', 500_000)],
  ['10,000,000 numbers to fuse', FUSE, () => filled('{"items":[', () => '0', ']}', 9_999_990)],
];

/** Of one body, medians and the worst whole passage, ms. */
export interface LargeFigure {
  readonly name: string;
  readonly waits: string;
  readonly scan: number;
  readonly parse: number;
  readonly schema: number;
  readonly content: number;
  readonly worst: number;
  readonly isRefused: boolean;
}

/** Passes each of them a few times, one after the other: only one is held in memory. */
export function measureLarge(scanner: ContentScanner, quantileOf: (all: readonly number[]) => number): LargeFigure[] {
  return BODIES.map(([name, route, body]) => {
    const bytes = Buffer.from(body());
    const passages = Array.from({ length: REPETITIONS }, () => passage(bytes, route, scanner));
    const typical = (of: (one: Passage) => number): number => quantileOf(passages.map(of));
    return {
      name,
      waits: route.waits,
      scan: typical(({ scan }) => scan),
      parse: typical(({ parse }) => parse),
      schema: typical(({ schema }) => schema),
      content: typical(({ content }) => content),
      worst: Math.max(...passages.map(({ scan, parse, schema, content }) => scan + parse + schema + content)),
      isRefused: passages.every((one) => one.isRefused),
    };
  });
}

interface Passage {
  readonly scan: number;
  readonly parse: number;
  readonly schema: number;
  readonly content: number;
  readonly isRefused: boolean;
}

function passage(bytes: Buffer, { limits, schema, texts }: Route, scanner: ContentScanner): Passage {
  const laps = [performance.now()];
  const lap = (): void => void laps.push(performance.now());
  let isRefused = false;
  try {
    scanJson(bytes, limits);
    lap();
    const value: unknown = JSON.parse(bytes.toString());
    lap();
    isRefused = !schema.Check(value);
    lap();
    if (!isRefused) scan(texts(value), scanner);
  } catch (failure) {
    if (!(failure instanceof RefusalError)) throw failure;
    isRefused = true;
  }
  lap();
  const between = (i: number): number => (laps[i + 1] ?? Number.NaN) - (laps[i] ?? Number.NaN) || 0;
  return { scan: between(0), parse: between(1), schema: between(2), content: between(3), isRefused };
}

/** As the server does: so many characters of a request and no more. */
function scan(texts: Iterable<string>, scanner: ContentScanner): void {
  let left = MAX_SCANNED;
  for (const text of texts) {
    if (left <= 0) return;
    scanner.scan(text.slice(0, left));
    left -= text.length;
  }
}
