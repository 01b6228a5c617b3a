/** A real server in a process of its own, on a free port, with a data folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, link, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface LaunchOptions {
  /** Variables on top of the test's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Take the index of an earlier launch, which saves seconds. Default true. */
  readonly cached?: boolean;
  /** Use this data folder and leave it behind. Default: a new one that goes with the server. */
  readonly dataFolder?: string;
  /** Command that runs the server's command, such as that of a network of its own. */
  readonly within?: readonly string[];
  /** Longest wait for the first answerable question, ms. Default 90,000. */
  readonly readyMs?: number;
}

export interface LaunchedServer {
  readonly url: string;
  /** Owner key. */
  readonly key: string;
  readonly dataFolder: string;
  readonly process: ChildProcess;
  /** What it wrote so far. */
  output(): { stdout: string; stderr: string };
  /** Ends it politely, and by force after ten seconds. */
  stop(): Promise<void>;
  /** Ends it as a power cut would (SIGKILL), leaving the data folder. */
  kill(): Promise<void>;
}

const BIN = fileURLToPath(new URL('../../packages/server/bin/vortexflow.mjs', import.meta.url));
const SHARED_IMAGE = fileURLToPath(new URL('../../node_modules/.cache/vortexflow/wordnet.image', import.meta.url));

const AUDIT_KEY_FILE = fileURLToPath(new URL('../../node_modules/.cache/vortexflow/audit.key', import.meta.url));

/**
 * Launches a server and waits until it is ready.
 * @throws Error with the server's output when it ends early or is not ready in time
 */
export async function launchServer(options: LaunchOptions = {}): Promise<LaunchedServer> {
  const server = await spawnServer(options);
  try {
    await server.ready(options.readyMs ?? 90_000);
  } catch (failure) {
    await server.kill();
    throw failure;
  }
  await shareImage(server.dataFolder);
  const key = (
    await readFile(join(server.dataFolder, 'owner.key'), 'utf8').catch(
      () => options.env?.['VORTEXFLOW_OWNER_KEY'] ?? '',
    )
  ).trim();
  return { ...server, url: server.url(), key };
}

/** A server that may still be loading. */
export interface SpawnedServer extends Omit<LaunchedServer, 'url' | 'key'> {
  /** Address, once the server listens. @throws Error before that */
  url(): string;
  /** Resolves when the server answers questions. */
  ready(timeoutMs: number): Promise<void>;
}

/** Starts a server without waiting for it. */
export async function spawnServer(options: LaunchOptions = {}): Promise<SpawnedServer> {
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'vortexflow-test-')));
  if (options.cached !== false) await borrowImage(dataFolder);
  // As "npm start" does.
  const command = [...(options.within ?? []), process.execPath, '--max-semi-space-size=8', BIN, 'serve'];
  const child = spawn(command[0] as string, command.slice(1), {
    env: {
      ...process.env,
      PORT: '0',
      VORTEXFLOW_DATA: dataFolder,
      LOG_FORMAT: 'json',
      // Not in the folder of whoever runs the tests.
      AUDIT_KEY_FILE,
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await exited;
    clearTimeout(force);
  };
  const url = (): string => {
    const match = /Open +(https?:\/\/\S+)/.exec(text.stdout);
    if (!match) throw new Error(`the server does not answer yet:\n${text.stdout}${text.stderr}`);
    return match[1] as string;
  };
  return {
    dataFolder,
    process: child,
    url,
    output: () => ({ ...text }),
    ready: (timeoutMs) =>
      waitFor(
        () => /Open +http/.test(text.stdout),
        child,
        timeoutMs,
        () => text.stdout + text.stderr,
      ),
    kill: () => end('SIGKILL'),
    stop: async () => {
      await end('SIGTERM');
      if (options.dataFolder === undefined)
        await rm(dataFolder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

async function waitFor(
  done: () => boolean,
  child: ChildProcess,
  timeoutMs: number,
  output: () => string,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!done()) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}:\n${output()}`);
    if (performance.now() > end) throw new Error(`the server was not ready within ${timeoutMs} ms:\n${output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function borrowImage(dataFolder: string): Promise<void> {
  await mkdir(join(dataFolder, 'cache'), { recursive: true });
  // When there is none yet, or it is already there, the server does what it would do anyway.
  await copyFile(SHARED_IMAGE, join(dataFolder, 'cache', 'wordnet.image')).catch(() => undefined);
}

async function shareImage(dataFolder: string): Promise<void> {
  if (await stat(SHARED_IMAGE).catch(() => null)) return;
  const made = join(dataFolder, 'cache', 'wordnet.image');
  await mkdir(join(SHARED_IMAGE, '..'), { recursive: true });
  await link(made, SHARED_IMAGE).catch(() => copyFile(made, SHARED_IMAGE).catch(() => undefined));
}
