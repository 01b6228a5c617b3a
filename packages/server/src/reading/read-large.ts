/** Everything that the reading thread does, without the thread: a large body, in parts that are quick to take over. */
import { createHash } from 'node:crypto';
import { runSteps } from '@vortexflow/graph';
import { CodedError } from '@vortexflow/primitives';
import { type ContentScanner, contentScanner, RefusalError } from '@vortexflow/validation';
import { scanContent } from '../validation/content-scan.ts';
import { bytesOf } from './collected-body.ts';
import { type CheckedRow, readCheckedJson } from './checked-json.ts';
import { givenTexts } from './given-texts.ts';
import { decodeFile } from './graph-file.ts';
import { cutTexts, piecesOf } from './long-texts.ts';
import type { ContentLook, FileJob, FromReadingThread, JsonJob, ReadEnd, ReadJob, ReadPart } from './messages.ts';

/** Characters of a part, about: they are copied in half a millisecond. */
const PART = 524_288;
/** Made when it is first needed; it has arrays of its own. */
let scanner: ContentScanner | null = null;

/** Whether more follows it. */
export const isPart = ({ type }: FromReadingThread): boolean =>
  type === 'outline' || type === 'items' || type === 'text';

/** @param elapsed ms on a monotonic clock */
export function* readLarge(job: ReadJob, elapsed: () => number): Generator<FromReadingThread> {
  const start = elapsed();
  let digest: string | null = null;
  let content: ContentLook | null = null;
  try {
    if (job.type === 'json') content = yield* partsOfJson(job, elapsed);
    else digest = yield* partsOfFile(job);
  } catch (failure) {
    yield ended(failure, elapsed() - start);
    return;
  }
  yield { type: 'end', digest, content, ms: elapsed() - start - (content?.ms ?? 0) };
}

function ended(failure: unknown, ms: number): ReadEnd {
  if (failure instanceof RefusalError) return { type: 'refused', refusal: failure.refusal, ms };
  if (!(failure instanceof CodedError)) throw failure;
  return { type: 'failed', code: failure.code as 'request_invalid', details: failure.details ?? {}, ms };
}

function* partsOfJson({ body, row, limits }: JsonJob, elapsed: () => number): Generator<ReadPart, ContentLook> {
  const value = readCheckedJson(bytesOf(body), row, limits) as Readonly<Record<string, unknown>>;
  const lists = Object.entries(value).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  yield { type: 'outline', value: { ...value, ...Object.fromEntries(lists.map(([key]) => [key, []])) } };
  for (const [key, list] of lists)
    for (const items of slices(list)) yield { type: 'items', key, items: items.map(cutTexts) };
  const start = elapsed();
  return { found: lookAt(row, value), ms: elapsed() - start };
}

function lookAt(row: CheckedRow, value: unknown): ReadonlyMap<string, string> {
  scanner ??= contentScanner();
  return runSteps(scanContent(givenTexts(row, value), scanner));
}

/** @returns of its content */
function* partsOfFile({ body, format }: FileJob): Generator<ReadPart, string> {
  const text = decodeFile(bytesOf(body), format);
  for (const piece of piecesOf(text)) yield { type: 'text', text: piece };
  return createHash('sha256').update(text).digest('hex');
}

function* slices(list: readonly unknown[]): Generator<unknown[]> {
  let slice: unknown[] = [];
  let size = 0;
  for (const item of list) {
    slice.push(item);
    size += sizeOf(item);
    if (size < PART) continue;
    yield slice;
    slice = [];
    size = 0;
  }
  if (slice.length > 0) yield slice;
}

/** Characters of the texts in a value, and some for whatever else there is. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 16;
  if (typeof value !== 'object' || value === null) return 16;
  return Object.values(value).reduce((sum: number, inner) => sum + sizeOf(inner), 16);
}
