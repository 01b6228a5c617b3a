/**
 * How far the other side of a placed actor has come, where it can be read when the other side hangs or is dead: without it
 * nobody could tell the message that killed an actor from those that only waited behind it.
 */
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Number of the descriptor of {@link FileProgress} in a child process: after the standard ones and the channel. */
export const PROGRESS_FD = 4;

/** Messages count from 1, modulo 2^32. `begun` is one more than `done` while one is in hand. */
export interface ProgressReading {
  readonly begun: number;
  readonly done: number;
  readonly beats: number;
}

export interface ProgressWriter {
  /** The message is in hand, and all before it are done. */
  begin(number: number): void;
  /** Nothing is in hand. Needs not be said between two messages that follow at once. */
  done(number: number): void;
  beat(): void;
}

const BEGUN = 0;
const DONE = 1;
const BEATS = 2;
const CELLS = 3;

/** In memory that two threads share. */
export class SharedProgress implements ProgressWriter {
  readonly buffer: SharedArrayBuffer;
  private readonly cells: Int32Array;

  constructor(buffer = new SharedArrayBuffer(CELLS * 4)) {
    this.buffer = buffer;
    this.cells = new Int32Array(buffer);
  }

  begin(number: number): void {
    // In this order a reader never sees a message as not begun that is.
    Atomics.store(this.cells, BEGUN, number | 0);
    Atomics.store(this.cells, DONE, (number - 1) | 0);
  }

  done(number: number): void {
    Atomics.store(this.cells, DONE, number | 0);
  }

  beat(): void {
    Atomics.add(this.cells, BEATS, 1);
  }

  read(): ProgressReading {
    const at = (index: number): number => Atomics.load(this.cells, index) >>> 0;
    return { begun: at(BEGUN), done: at(DONE), beats: at(BEATS) };
  }
}

/** In the first bytes of a file that both processes hold open and that has no name: the page stays when its writer dies. */
export class FileProgress implements ProgressWriter {
  readonly fd: number;
  private readonly cells = new Int32Array(CELLS);

  constructor(fd: number) {
    this.fd = fd;
  }

  /** Makes the file, in the folder for temporary files, for this user only. Throws what the file system throws. */
  static create(): FileProgress {
    const path = join(tmpdir(), `actor-${process.pid}-${crypto.randomUUID()}`);
    const fd = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    const progress = new FileProgress(fd);
    // Takes its block now: later writes need no room on the disk.
    progress.write();
    return progress;
  }

  begin(number: number): void {
    this.cells[BEGUN] = number;
    this.cells[DONE] = number - 1;
    this.write();
  }

  done(number: number): void {
    this.cells[DONE] = number;
    this.write();
  }

  beat(): void {
    this.cells[BEATS] = (this.cells[BEATS] ?? 0) + 1;
    this.write();
  }

  private write(): void {
    writeSync(this.fd, this.cells, 0, CELLS * 4, 0);
  }

  read(): ProgressReading {
    readSync(this.fd, this.cells, 0, CELLS * 4, 0);
    const [begun = 0, done = 0, beats = 0] = this.cells;
    return { begun: begun >>> 0, done: done >>> 0, beats: beats >>> 0 };
  }

  close(): void {
    closeSync(this.fd);
  }
}
