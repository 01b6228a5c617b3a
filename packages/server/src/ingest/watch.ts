/** Keeps the knowledge like a folder: what is written there comes in, what is deleted there goes. */
import { join, relative, sep } from 'node:path';
import { fileAt, isKnowledge } from '@vortexflow/knowledge';
import type { Clock, Timer } from '@vortexflow/primitives';
import { watch } from 'chokidar';
import type { Intake } from './intake.ts';

/** Changes are collected for this long after the last one, ms: programs write in several steps. */
const COLLECT_MS = 250;

export interface WatchOptions {
  /** Real path of the folder. */
  readonly root: string;
  /** The one file to watch; null for all of the folder. */
  readonly only: string | null;
  readonly intake: Intake;
  readonly clock: Clock;
  /** Hears of what was done, after each round. */
  readonly onRound: (changed: readonly string[], removed: readonly string[]) => void;
  /** Hears of what went wrong; the files of that round are tried again when they change again. */
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
  const isWanted = (id: string): boolean => (options.only === null ? isKnowledge(id) : id === options.only);
  const watcher = watch(options.only === null ? options.root : join(options.root, options.only), {
    ignoreInitial: true,
    // Folders are looked into by their names alone: whether a path is one is not known when it is gone.
    ignored: (path, stats) => stats?.isFile() === true && !isWanted(idOf(path)),
  });
  const note = (path: string): void => {
    const id = idOf(path);
    if (isWanted(id)) rounds.note(id);
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

/** Changes on their way, a round at a time. */
class Rounds {
  readonly #options: WatchOptions;
  readonly #noted = new Set<string>();
  #timer: Timer | null = null;
  #round: Promise<void> = Promise.resolve();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  note(id: string): void {
    this.#noted.add(id);
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(COLLECT_MS, () => {
      this.#timer = null;
      this.#round = this.#round.then(() => this.#run());
    });
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#round;
  }

  async #run(): Promise<void> {
    const ids = [...this.#noted].sort();
    this.#noted.clear();
    const { root, intake, onRound, onFailure } = this.#options;
    const changed: string[] = [];
    const removed: string[] = [];
    try {
      for (const id of ids) {
        const file = await fileAt(root, id);
        // Many programs save by deleting and writing anew: what counts is whether the file is there now.
        if ('skipped' in file && file.reason === 'cannot be read') {
          if ((await intake.removeFile(id)) > 0) removed.push(id);
        } else {
          await intake.take(file);
          changed.push(id);
        }
      }
      await intake.flush();
    } catch (failure) {
      return onFailure(failure);
    }
    if (changed.length + removed.length > 0) onRound(changed, removed);
  }
}
