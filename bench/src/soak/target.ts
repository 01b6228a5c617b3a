/** The server under test with all that the faults need: a language model behind a proxy, a small disk, ways to its threads. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@vortexflow/primitives';
import {
  createThreadKiller,
  type FaultProxy,
  launchProxy,
  launchServer,
  type LaunchedServer,
  mountSmallDisk,
  reply,
  type SmallDisk,
  smallDiskMissing,
  startModelServer,
  type ThreadKiller,
} from '@vortexflow/testkit';
import { type HeldWatch, watchHeld } from './held.ts';

export interface Target {
  /** The server as it is now; another one after {@link relaunch}. */
  server(): LaunchedServer;
  /** In front of the language model. */
  readonly proxy: FaultProxy;
  /** The disk of the data; null where none can be mounted. */
  readonly disk: SmallDisk | null;
  readonly threads: ThreadKiller;
  readonly held: HeldWatch | null;
  /** Kills the server as a power cut would, and starts it again on the same data. */
  relaunch(): Promise<LaunchedServer>;
  stop(): Promise<void>;
}

/** The index, documents, logs of answers, and ballast. */
const DISK_BYTES = 256 << 20;

/** @param held whether to note what each process and thread holds after collections */
export async function startTarget(seed: number, held = false): Promise<Target> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const model = await startModelServer(() => reply('an answer', [1], { confidence: 0.5 }));
    undo.push(() => model.stop());
    const proxy = await launchProxy(Number(new URL(model.url).port), { random: seededRandom(seed) });
    undo.push(() => proxy.stop());
    const threads = await createThreadKiller();
    undo.push(() => threads.remove());
    const watch = held ? await watchHeld(threads.env['NODE_OPTIONS'] ?? '') : null;
    if (watch) undo.push(() => watch.remove());
    const disk = smallDiskMissing === undefined ? await mountSmallDisk(DISK_BYTES) : null;
    if (disk) undo.push(() => disk.remove());
    const dataFolder = disk?.folder ?? (await mkdtemp(join(tmpdir(), 'vortexflow-soak-')));
    undo.push(() => rm(dataFolder, { recursive: true, force: true }).catch(() => undefined));
    const env = {
      ...threads.env,
      ...watch?.env,
      LOG_LEVEL: 'warn',
      LAYOUT_BACKEND: 'cpu',
      // As in production, so that one process may die.
      WORKERS: '2',
      REASONER_THREADS: '1',
      LLM_BASE_URL: `http://127.0.0.1:${proxy.port}/v1`,
      LLM_MODEL: 'mock',
    };
    let server = await launchServer({ dataFolder, env });
    undo.push(() => server.stop());
    const relaunch = async (): Promise<LaunchedServer> => {
      await server.kill();
      return (server = await launchServer({ dataFolder, env }));
    };
    return { server: () => server, proxy, disk, threads, held: watch, relaunch, stop };
  } catch (failure) {
    await stop();
    throw failure;
  }
}
