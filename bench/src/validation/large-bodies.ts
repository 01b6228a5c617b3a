/**
 * What the tiers cost at the largest bodies of routes that take more than a question: 32 MiB, files to import 64, in pieces
 * as a connection gives them, read by the server's own reader on its thread. What others notice of it is how long the event
 * loop is held: the longest turn from the first piece to the end of the content tier. The whole passage takes its time on
 * the thread. Limits as packages/server/src/http/limits.ts has them. Batches to fuse go the same way.
 */
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '@vortexflow/primitives';
import {
  type DocumentsRequest,
  type FeedbackRequest,
  MAX_DOCUMENT_LENGTH,
  MAX_FEEDBACK_ANSWER_LENGTH,
} from '@vortexflow/protocol';
import { BodyReader, type CheckedRow, type CollectedBody, collectBody, scanContent } from '@vortexflow/server/internal';
import type { ContentScanner, JsonLimits } from '@vortexflow/validation';
import { TurnWatch } from './turn-watch.ts';

// As the server has it: see packages/server/bin/vortexflow.mjs.
setFlagsFromString('--heap-growing-percent=60');
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const MIB = 1_048_576;
/** Whoever sends it waits for what comes of it. */
const STAYING = { timed: () => undefined, hasLeft: () => false };
/** As much of a body as a read of a connection gives, bytes. */
const PIECE = 65_536;
/** Passages of each, the first of which warms up. */
const PASSAGES = 6;

/** A kind of route: its largest body, and how it is read; it gives the texts that are left for the scanner of content. */
interface Route {
  readonly maxBody: number;
  readonly read: (reader: BodyReader, body: CollectedBody) => Promise<Iterable<string>>;
}

const jsonRoute = (
  row: CheckedRow,
  maxBody: number,
  limits: JsonLimits,
  texts: (value: unknown) => Iterable<string>,
): Route => ({
  maxBody,
  read: async (reader, body) => {
    const { value, content } = await reader.json(body, row, limits, STAYING);
    return content === null ? texts(value) : [];
  },
});

const DOCUMENTS = jsonRoute('documents', 32 * MIB, { depth: 8, keys: 64, values: 20_000 }, function* (value) {
  for (const { title, text } of (value as DocumentsRequest).documents) yield* [title, text];
});
const FEEDBACK = jsonRoute('feedback', 4 * MIB, { depth: 4, keys: 16, values: 10_000 }, (value) =>
  [(value as FeedbackRequest).answer ?? []].flat(),
);
/** No content is scanned of a file: what it means is for the reader of its format to say. */
const importOf = (format: string): Route => ({
  maxBody: 64 * MIB,
  read: async (reader, body) => {
    await reader.file(body, format, STAYING);
    return [];
  },
});
const [GRAPHML, GRAPH_JSON, TABLE] = [importOf('graphml'), importOf('json'), importOf('csv')];

/** As many pieces as a body of the largest size holds, between a head and a tail, and blanks for the rest. */
function filled(
  { maxBody }: Route,
  head: string,
  pieceOf: (place: number) => string,
  tail: string,
  { most = Infinity, between = ',' } = {},
): string {
  const pieces: string[] = [];
  let left = maxBody - Buffer.byteLength(head + tail);
  for (let piece = pieceOf(0); pieces.length < most; piece = pieceOf(pieces.length)) {
    const bytes = Buffer.byteLength(piece) + 1;
    if (bytes > left) break;
    pieces.push(piece);
    left -= bytes;
  }
  return `${head}${pieces.join(between)}${tail}${' '.repeat(left)}`;
}

const WORDS = 'The quick brown fox jumps over the lazy dog. ';
/** A piece, again and again, so many characters. @param piece as it stands in JSON */
const repeated = (piece: string, characters: number): string => piece.repeat(Math.floor(characters / piece.length));
const documents = (text: string): string =>
  filled(DOCUMENTS, '{"documents":[', (i) => `{"id":"${i}","title":"Document ${i}","text":"${text}"}`, ']}');

const BODIES: readonly (readonly [name: string, route: Route, body: () => string])[] = [
  ['documents of plain words', DOCUMENTS, () => documents(repeated(WORDS, MAX_DOCUMENT_LENGTH))],
  ['documents of Chinese', DOCUMENTS, () => documents(repeated('道可道非常道。', MAX_DOCUMENT_LENGTH))],
  ['documents of markup', DOCUMENTS, () => documents(repeated("<a b='c'>${{", MAX_DOCUMENT_LENGTH))],
  ['documents of escapes', DOCUMENTS, () => documents('\\u003c'.repeat(MAX_DOCUMENT_LENGTH))],
  [
    '1,000,000 numbers for documents',
    DOCUMENTS,
    () => filled(DOCUMENTS, '{"documents":[', () => '-1234567890.12345e-12', ']}', { most: 999_990 }),
  ],
  [
    '490,000 objects for documents',
    DOCUMENTS,
    () =>
      filled(DOCUMENTS, '{"documents":[', (i) => `{"a key of some length, as keys are, ${i}":1}`, ']}', {
        most: 490_000,
      }),
  ],
  ['blanks', DOCUMENTS, () => filled(DOCUMENTS, '{"documents":[', () => '0', ']}', { most: 1 })],
  [
    'feedback of 1,000 answers, padded to 4 MiB',
    FEEDBACK,
    () =>
      filled(
        FEEDBACK,
        '{"request_id":"r","answer":[',
        (i) => `"${i} ${repeated(WORDS, MAX_FEEDBACK_ANSWER_LENGTH - 8)}"`,
        ']}',
        { most: 1_000 },
      ),
  ],
  [
    'a graph to import as GraphML, 64 MiB',
    GRAPHML,
    () =>
      filled(GRAPHML, '<graphml><graph edgedefault="directed">', (i) => `<node id="n${i}"/>`, '</graph></graphml>', {
        between: '\n',
      }),
  ],
  [
    'a graph to import as JSON, 64 MiB',
    GRAPH_JSON,
    () => filled(GRAPH_JSON, '{"nodes":[', (i) => `{"id":"n${i}","label":"Node number ${i}"}`, '],"edges":[]}'),
  ],
  [
    'a table of edges to import, in Chinese, 64 MiB',
    TABLE,
    () => filled(TABLE, 'source,target\n', (i) => `道可道${i},非常道${i + 1}`, '\n', { between: '\n' }),
  ],
];

/** Of one body, ms. */
export interface LargeFigure {
  readonly name: string;
  /** Longest turn of the event loop in a passage: the median of the passages, and the longest of all. */
  readonly held: number;
  readonly heldWorst: number;
  /** The same without what the system took the processor away for, at worst. */
  readonly workWorst: number;
  /** From the first piece to the end: the median. */
  readonly passage: number;
  readonly isRefused: boolean;
}

/** Passes each of them a few times, one after the other: only one is held in memory. */
export async function measureLarge(
  scanner: ContentScanner,
  quantileOf: (all: readonly number[]) => number,
): Promise<LargeFigure[]> {
  const reader = new BodyReader(systemClock);
  const figures: LargeFigure[] = [];
  for (const [name, route, body] of BODIES) {
    const bytes = Buffer.from(body());
    // What making it has left is not for the passages to clean up.
    collectGarbage();
    const passages: Passage[] = [];
    for (let i = 0; i < PASSAGES; i++) passages.push(await passage(bytes, route, scanner, reader));
    const counted = passages.slice(1);
    figures.push({
      name,
      held: quantileOf(counted.map(({ held }) => held)),
      heldWorst: Math.max(...counted.map(({ held }) => held)),
      workWorst: Math.max(...counted.map(({ work }) => work)),
      passage: quantileOf(counted.map(({ ms }) => ms)),
      isRefused: counted.every((one) => one.isRefused),
    });
  }
  await reader.stop();
  return figures;
}

interface Passage {
  readonly held: number;
  readonly work: number;
  readonly ms: number;
  readonly isRefused: boolean;
}

async function passage(bytes: Buffer, route: Route, scanner: ContentScanner, reader: BodyReader): Promise<Passage> {
  const watch = new TurnWatch();
  const start = performance.now();
  let isRefused = false;
  try {
    const body = await collectBody(pieces(bytes), route.maxBody, bytes.length);
    await scan(await route.read(reader, body), scanner);
  } catch (failure) {
    if (!(failure instanceof Error) || failure.message === '') throw failure;
    isRefused = true;
  }
  const ms = performance.now() - start;
  return { ...(await watch.end()), ms, isRefused };
}

/** As a connection gives them: each in a turn of its own. */
function pieces(bytes: Buffer): Readable {
  return Readable.from(
    (async function* () {
      for (let at = 0; at < bytes.length; at += PIECE) {
        yield bytes.subarray(at, at + PIECE);
        await setImmediate();
      }
    })(),
    { objectMode: false },
  );
}

/** As the server does, with turns for others between. */
async function scan(texts: Iterable<string>, scanner: ContentScanner): Promise<void> {
  const given = Array.from(texts, (text, i) => ({ pointer: `/${i}`, text }));
  const steps = scanContent(given, scanner);
  while (steps.next().done !== true) await setImmediate();
}
