/** What each process and thread of a server holds after a garbage collection; see `held.preload.ts`. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One look at one process or thread. */
export interface HeldNote {
  /** Ms since the Unix epoch. */
  readonly at: number;
  /** What it runs. */
  readonly module: string;
  /** Objects and buffers, but not what threads share. */
  readonly bytes: number;
}

/** All looks at one process or thread. */
export interface Held {
  readonly pid: number;
  /** 0 for the main thread. */
  readonly thread: number;
  readonly module: string;
  /** Ms from the start of the soak, bytes. */
  readonly points: readonly (readonly [number, number])[];
}

export interface HeldWatch {
  /** Variables that the server must be launched with. */
  readonly env: Readonly<Record<string, string>>;
  /** @param epoch start of the soak, ms since the Unix epoch */
  read(epoch: number): Promise<Held[]>;
  remove(): Promise<void>;
}

const PRELOAD = new URL('./held.preload.ts', import.meta.url);

/** @param options of Node that the server is launched with besides */
export async function watchHeld(options: string): Promise<HeldWatch> {
  const folder = await mkdtemp(join(tmpdir(), 'vortexflow-held-'));
  return {
    env: { NODE_OPTIONS: `${options} --import ${PRELOAD.href}`.trim(), VORTEXFLOW_BENCH_HELD: folder },
    read: async (epoch) => Promise.all((await readdir(folder)).map((name) => readOne(folder, name, epoch))),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function readOne(folder: string, name: string, epoch: number): Promise<Held> {
  const lines = (await readFile(join(folder, name), 'utf8')).split('\n').filter((line) => line !== '');
  const notes = lines.map((line) => JSON.parse(line) as HeldNote);
  const [pid = 0, thread = 0] = name.split('-').map(Number);
  return { pid, thread, module: notes[0]?.module ?? '', points: notes.map(({ at, bytes }) => [at - epoch, bytes]) };
}
