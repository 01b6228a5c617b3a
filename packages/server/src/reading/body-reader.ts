/** Reads the bodies that may be large: small ones at once, large ones on a thread that comes when there is one. */
import { createHash } from 'node:crypto';
import type { Clock } from '@vortexflow/primitives';
import { wireError } from '@vortexflow/protocol';
import { type JsonLimits, RefusalError } from '@vortexflow/validation';
import type { JobThread } from '../threads/job-thread.ts';
import { OneByOne } from '../threads/one-by-one.ts';
import { type CheckedRow, readCheckedJson } from './checked-json.ts';
import { bytesOf, type CollectedBody } from './collected-body.ts';
import { decodeFile } from './graph-file.ts';
import type { ContentLook, ReadJob } from './messages.ts';
import { type ReadBody, startReadingThread } from './reading-thread.ts';

/** Longest reading of one body, and how long the thread stays for another one, ms. */
const [TIMEOUT_MS, IDLE_MS] = [60_000, 60_000];
/** Bodies that may wait for their turn; what they hold is bounded by what the tiers lend. */
const MOST_WAITING = 64;

/** A body that has passed its schema. */
export interface ReadJson {
  readonly value: unknown;
  /** What the tier of content found, where the thread has looked at it already. */
  readonly content: ContentLook | null;
}

/** A file as a text. */
export interface ReadFile {
  readonly text: string;
  /** SHA-256 of the text, in hexadecimal digits. */
  readonly digest: string;
}

/** What is asked and told about a body meanwhile. */
export interface ReadingOptions {
  /** Told how long it was worked on, ms, however that ended. */
  readonly timed: (ms: number) => void;
  /** Whether its sender has gone; then it is not begun. */
  readonly hasLeft: () => boolean;
}

export class BodyReader {
  readonly #large: OneByOne<ReadJob, ReadBody>;

  constructor(clock: Clock, start: () => JobThread<ReadJob, ReadBody> = startReadingThread) {
    this.#large = new OneByOne({
      clock,
      start,
      timeoutMs: TIMEOUT_MS,
      idleMs: IDLE_MS,
      mostWaiting: MOST_WAITING,
      busy: () => tooBusy(),
      late: tooBusy,
    });
  }

  /** @throws RefusalError of the scan; CodedError `body_empty`, `request_invalid`, `resources_busy` */
  async json(body: CollectedBody, row: CheckedRow, limits: JsonLimits, options: ReadingOptions): Promise<ReadJson> {
    if ('bytes' in body)
      return { value: measured(options, () => readCheckedJson(bytesOf(body), row, limits)), content: null };
    const { value, end } = await this.#read({ type: 'json', body, row, limits }, options);
    return { value, content: end.type === 'end' ? end.content : null };
  }

  /**
   * @param format its name
   * @throws RefusalError of the scan; CodedError `request_invalid`, `resources_busy`
   */
  async file(body: CollectedBody, format: string, options: ReadingOptions): Promise<ReadFile> {
    if ('bytes' in body) {
      const text = measured(options, () => decodeFile(bytesOf(body), format));
      return { text, digest: createHash('sha256').update(text).digest('hex') };
    }
    const { text, end } = await this.#read({ type: 'file', body, format }, options);
    return { text, digest: (end.type === 'end' && end.digest) || '' };
  }

  /** Ends what is being read; whoever waits for it is told to come again. */
  stop(): Promise<void> {
    return this.#large.stop();
  }

  async #read(job: ReadJob, { timed, hasLeft }: ReadingOptions): Promise<ReadBody> {
    const read = await this.#large.work(job, hasLeft);
    const { end } = read;
    timed(end.ms);
    if (end.type === 'refused') throw new RefusalError(end.refusal);
    if (end.type === 'failed') throw wireError(end.code, end.details);
    return read;
  }
}

const tooBusy = (cause?: unknown): Error =>
  wireError(
    'resources_busy',
    {
      problem: 'Too many large bodies are being read.',
      pointer: '',
      expected: 'fewer large bodies at a time',
      suggestion: 'Send it again after a second.',
      retry_after_s: 1,
    },
    cause,
  );

function measured<Value>({ timed }: ReadingOptions, read: () => Value): Value {
  const start = performance.now();
  try {
    return read();
  } finally {
    timed(performance.now() - start);
  }
}
