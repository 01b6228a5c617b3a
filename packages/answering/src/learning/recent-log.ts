/**
 * The latest answers on disk, so that feedback reaches them after a restart. Two files of JSON lines, the older of which
 * goes when the newer is full. Lines are written together a few times a second and not forced to disk: a crash of the
 * process loses what came within that time, a power cut perhaps more. What cannot be read is skipped.
 */
import { appendFile, readFile, rename } from 'node:fs/promises';
import type { Clock, Timer } from '@vortexflow/primitives';
import { type AnsweredItem, packItem, type PackedItem } from './item.ts';
import type { RecentAnswers } from './recent-answers.ts';

export interface RecentLogOptions {
  readonly file: string;
  readonly clock: Clock;
  /** For the log; called once for a row of failures. */
  readonly onNotice: (text: string) => void;
  /** Size at which a file is full, bytes. */
  readonly limit: number;
}

const WAIT_MS = 200;

export class RecentLog {
  readonly #options: RecentLogOptions;
  #lines: string[] = [];
  #timer: Timer | null = null;
  #writing: Promise<void> = Promise.resolve();
  #bytes = 0;
  #failing = false;

  constructor(options: RecentLogOptions) {
    this.#options = options;
  }

  /** Puts all that is on disk into the given memory, oldest first. */
  async load(into: RecentAnswers): Promise<void> {
    const { file } = this.#options;
    for (const one of [olderOf(file), file]) {
      const text = await readFile(one, 'utf8').catch((failure: NodeJS.ErrnoException) => {
        if (failure.code !== 'ENOENT') this.#options.onNotice(`earlier answers cannot be read: ${String(failure)}`);
        return '';
      });
      for (const line of text.split('\n')) enter(line, into);
      this.#bytes = Buffer.byteLength(text);
      // A last line that was cut off must not swallow the next one.
      if (one === file && text !== '' && !text.endsWith('\n')) this.#lines.push('');
    }
  }

  add({ json }: PackedItem): void {
    this.#append(`{"item":${json}}`);
  }

  addAlias(id: string, original: string): void {
    this.#append(JSON.stringify({ alias: [id, original] }));
  }

  /** Resolves when everything so far is written, or could not be. */
  async flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = null;
    const text = this.#lines.map((line) => `${line}\n`).join('');
    this.#lines = [];
    if (text !== '') this.#writing = this.#writing.then(() => this.#write(text));
    await this.#writing;
  }

  #append(line: string): void {
    this.#lines.push(line);
    this.#timer ??= this.#options.clock.after(WAIT_MS, () => void this.flush());
  }

  async #write(text: string): Promise<void> {
    const { file, limit, onNotice } = this.#options;
    try {
      if (this.#bytes >= limit) {
        await rename(file, olderOf(file));
        this.#bytes = 0;
      }
      await appendFile(file, text, { mode: 0o600 });
      this.#bytes += Buffer.byteLength(text);
      this.#failing = false;
    } catch (failure) {
      // Answers matter more than feedback on them: they go on, and only the feedback will not find these.
      if (!this.#failing) onNotice(`answers could not be kept for feedback after a restart: ${String(failure)}`);
      this.#failing = true;
    }
  }
}

const olderOf = (file: string): string => `${file}.older`;

function enter(line: string, into: RecentAnswers): void {
  if (line === '') return;
  try {
    const entry = JSON.parse(line) as Partial<{ item: AnsweredItem; alias: [string, string] }>;
    if (isItem(entry.item)) into.add(packItem(entry.item));
    else if (Array.isArray(entry.alias) && entry.alias.every((id) => typeof id === 'string'))
      into.addAlias(entry.alias[0], entry.alias[1]);
  } catch {
    // A line that a crash cut off.
  }
}

function isItem(item: AnsweredItem | undefined): item is AnsweredItem {
  return (
    typeof item === 'object' &&
    item !== null &&
    typeof item.id === 'string' &&
    typeof item.request === 'string' &&
    typeof item.question === 'string' &&
    Array.isArray(item.opinions) &&
    Array.isArray(item.texts)
  );
}
