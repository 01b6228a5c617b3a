/** Keeps the knowledge like a folder: what is written there comes in, what is deleted there goes. */
import type { Stats } from 'node:fs';
import { access } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileAt, isKnowledge, isSkippedFolder } from '@vortexflow/knowledge';
import type { Clock, Timer } from '@vortexflow/primitives';
import { watch } from 'chokidar';
import type { Intake, LeftOut } from './intake.ts';

/** Changes are collected for this long after the last one, ms: programs write in several steps. */
const COLLECT_MS = 250;
/** Between a failure and the next try, ms; twice as long after each further one. */
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;

export interface WatchOptions {
  /** Real path of the folder. */
  readonly root: string;
  /** The one file to watch; null for all of the folder. */
  readonly only: string | null;
  readonly intake: Intake;
  readonly clock: Clock;
  /** Hears of what was done, after each round. */
  readonly onRound: (changed: readonly string[], removed: readonly string[], skipped: readonly LeftOut[]) => void;
  /** Hears of what went wrong; the files of that round are tried again after a while, until it goes well. */
  readonly onFailure: (failure: unknown) => void;
}

/** A folder under watch. */
export interface FolderWatch {
  /** Resolves when every later change will be noticed. */
  readonly ready: Promise<void>;
  /** Stops watching, after the round under way. */
  stop(): Promise<void>;
}

/** Starts watching a folder whose present files are known already. */
export function watchFolder(options: WatchOptions): FolderWatch {
  const rounds = new Rounds(options);
  const idOf = (path: string): string => relative(options.root, path).split(sep).join('/');
  const isWanted = (id: string): boolean => isWatched(options, id);
  const watcher = watch(options.only === null ? options.root : join(options.root, options.only), {
    ignoreInitial: true,
    // What lies within the folder is watched at its own place, and nothing else is to be read.
    followSymlinks: false,
    // Folders are looked into by their names alone: whether a path is one is not known when it is gone.
    ignored: (path, stats) => stats?.isFile() === true && !isWanted(idOf(path)),
  });
  const note = (path: string, stats?: Stats): void => {
    const id = idOf(path);
    // A link may stand for a folder, whatever it is called.
    const isLink = options.only === null && stats?.isSymbolicLink() === true && isKnowledge(`${id}/x.md`);
    if (isWanted(id) || isLink) rounds.note(id);
  };
  watcher.on('add', note).on('change', note).on('unlink', note).on('error', options.onFailure);
  return {
    ready: new Promise((resolve) => watcher.once('ready', () => resolve())),
    async stop() {
      await watcher.close();
      await rounds.stop();
    },
  };
}

/** Whether a path is one of those that are to come in, by its name alone. */
const isWatched = ({ only }: WatchOptions, id: string): boolean => (only === null ? isKnowledge(id) : id === only);

/** Changes on their way, a round at a time. */
class Rounds {
  readonly #options: WatchOptions;
  readonly #noted = new Set<string>();
  #timer: Timer | null = null;
  #round: Promise<void> = Promise.resolve();
  #failures = 0;
  #isStopped = false;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  note(id: string): void {
    this.#noted.add(id);
    this.#timer?.cancel();
    this.#startIn(COLLECT_MS);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#round;
  }

  #startIn(ms: number): void {
    if (this.#isStopped) return;
    this.#timer = this.#options.clock.after(ms, () => {
      this.#timer = null;
      this.#round = this.#round.then(() => this.#run());
    });
  }

  async #run(): Promise<void> {
    const ids = [...this.#noted].sort();
    this.#noted.clear();
    try {
      await this.#take(ids);
      this.#failures = 0;
    } catch (failure) {
      // What went in before the failure is known by its fingerprint, and is not sent twice.
      for (const id of ids) this.#noted.add(id);
      const delay = Math.min(RETRY_MS * 2 ** this.#failures++, MAX_RETRY_MS);
      if (this.#timer === null) this.#startIn(delay);
      this.#options.onFailure(failure);
    }
  }

  async #take(noted: readonly string[]): Promise<void> {
    const { root, intake, onRound } = this.#options;
    // A folder that is gone itself (a drive taken out) says nothing about its files.
    await access(root);
    const before = intake.tally.skipped.length;
    const ids = new Set(noted.flatMap((id) => [id, ...intake.filesFrom(join(root, id))]));
    const changed: string[] = [];
    const removed: string[] = [];
    for (const id of ids) {
      // Many programs save by deleting and writing anew: what counts is whether the file is there now.
      const file = await fileAt(root, id);
      if (file === null) {
        if ((await intake.removeFile(id)) > 0) removed.push(id);
      } else if (isWatched(this.#options, id) || isSkippedFolder(file)) {
        await intake.take(file);
        changed.push(id);
      }
    }
    await intake.flush();
    const skipped = intake.tally.skipped.slice(before);
    const left = new Set(skipped.map(({ path }) => path));
    const taken = changed.filter((id) => !left.has(id) && !left.has(`${id}/`));
    if (taken.length + removed.length + skipped.length > 0) onRound(taken, removed, skipped);
  }
}
