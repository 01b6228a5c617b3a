/** Appends to the segments of a log, durably, and begins a new one when the last is full. */
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { segmentName, syncFolder } from './segments.ts';

export interface RotationOptions {
  /** A segment of this size takes no further entries, bytes. */
  readonly rotateBytes: number;
  /** A segment that was begun or opened so long ago takes no further entries, ms. */
  readonly rotateMs: number;
  /** Monotonic time, ms. */
  readonly elapsed: () => number;
  /** Told of each segment that takes no further entries. */
  readonly onRotate: () => void;
}

export class SegmentWriter {
  readonly #folder: string;
  readonly #options: RotationOptions;
  #handle: FileHandle | null = null;
  #file: string | null;
  /** Durable bytes of the segment. */
  #bytes: number;
  #since: number;
  /** A write has failed: what it left behind must go first. */
  #isSpoilt = false;

  constructor(
    folder: string,
    segment: { readonly file: string; readonly bytes: number } | null,
    options: RotationOptions,
  ) {
    this.#folder = folder;
    this.#options = options;
    this.#file = segment?.file ?? null;
    this.#bytes = segment?.bytes ?? 0;
    this.#since = options.elapsed();
  }

  /**
   * Writes whole lines and waits until they are on disk.
   * @param first position of the first of them  @throws Error of the file system; then none of them is in the log
   */
  async write(lines: Buffer, first: number): Promise<void> {
    const handle = await this.#ready(first);
    try {
      await writeAt(handle, lines, this.#bytes);
      await handle.datasync();
    } catch (failure) {
      this.#isSpoilt = true;
      await this.#mend().catch(() => undefined);
      throw failure;
    }
    this.#bytes += lines.length;
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close();
  }

  async #ready(first: number): Promise<FileHandle> {
    if (this.#isSpoilt) await this.#mend();
    if (this.#file !== null && this.#isFull) {
      await this.close();
      this.#file = null;
      this.#options.onRotate();
    }
    if (this.#file === null) return this.#begin(first);
    return (this.#handle ??= await open(this.#file, 'r+'));
  }

  get #isFull(): boolean {
    const { rotateBytes, rotateMs, elapsed } = this.#options;
    return this.#bytes >= rotateBytes || (this.#bytes > 0 && elapsed() - this.#since >= rotateMs);
  }

  async #begin(first: number): Promise<FileHandle> {
    const file = join(this.#folder, segmentName(first));
    // A beginning that failed earlier has left an empty file.
    const handle = await open(file, 'w+', 0o600);
    this.#handle = handle;
    this.#file = file;
    this.#bytes = 0;
    this.#since = this.#options.elapsed();
    await syncFolder(this.#folder);
    return handle;
  }

  /** After a failed write nobody knows what is in the file behind the last durable byte. */
  async #mend(): Promise<void> {
    await this.#handle?.close().catch(() => undefined);
    this.#handle = await open(this.#file as string, 'r+');
    await this.#handle.truncate(this.#bytes);
    await this.#handle.sync();
    this.#isSpoilt = false;
  }
}

async function writeAt(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
