/** The way to the other side of a placed actor: a worker thread or a child process, made and ended here. */
import { type ChildProcess, fork } from 'node:child_process';
import { type Transferable, Worker } from 'node:worker_threads';
import type { ProcessPlacement, ThreadPlacement } from './contract.ts';
import { FileProgress, type ProgressReading, SharedProgress } from './progress.ts';
import { type FromHost, revive, type Setup, type ThreadSetup, type ToHost } from './wire.ts';

/** Who hears what comes from the other side. */
export interface ChannelListener {
  onMessage(message: FromHost): void;
  /** Once, and last. `how` for people, e.g. `signal SIGKILL`; `cause`: what was thrown, if anybody knows. */
  onGone(how: string, cause: unknown): void;
}

export interface Channel {
  readonly kind: 'thread' | 'process';
  /** Of a process. */
  readonly pid: number | undefined;
  /** Throws when the message cannot be cloned. */
  post(message: ToHost, transfer?: readonly Transferable[]): void;
  /** Ends the other side without asking it. `onGone` follows. */
  end(): void;
  /** Also after the end, as it was then. */
  progress(): ProgressReading;
}

/** Makes the other side. What keeps it from starting comes as `onGone`, later. */
export function openChannel(placement: ThreadPlacement | ProcessPlacement, listener: ChannelListener): Channel {
  const { export: exportName = 'default', prepareData } = placement;
  const data: unknown = typeof prepareData === 'function' ? (prepareData as () => unknown)() : prepareData;
  return 'thread' in placement
    ? openThread(placement, { module: placement.thread.href, exportName, prepareData: data }, listener)
    : openProcess(placement, { module: placement.process.href, exportName, prepareData: data }, listener);
}

const THREAD = new URL('./host.thread.ts', import.meta.url);
const PROCESS = new URL('./host.process.ts', import.meta.url);

function openThread(placement: ThreadPlacement, setup: Setup, listener: ChannelListener): Channel {
  const progress = new SharedProgress();
  const workerData: ThreadSetup = { ...setup, progress: progress.buffer };
  const worker = new Worker(THREAD, {
    workerData,
    ...(placement.resourceLimits && { resourceLimits: placement.resourceLimits }),
  });
  let cause: unknown;
  let over = false;
  const gone = (code: number): void => {
    if (over) return;
    over = true;
    listener.onGone(`exit code ${code}`, cause);
  };
  worker.on('message', (message: FromHost) => {
    if (message.type !== 'leaving') return listener.onMessage(message);
    if (message.thrown) cause ??= revive(message.thrown);
    gone(message.code);
  });
  worker.on('messageerror', (error) => (cause ??= error));
  worker.on('error', (error) => (cause = error));
  worker.on('exit', gone);
  return {
    kind: 'thread',
    pid: undefined,
    post: (message, transfer) => worker.postMessage(message, transfer),
    end: () => void worker.terminate(),
    progress: () => progress.read(),
  };
}

function openProcess(placement: ProcessPlacement, setup: Setup, listener: ChannelListener): Channel {
  const progress = FileProgress.create();
  const child = fork(PROCESS, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', progress.fd],
    ...(placement.env && { env: { ...placement.env } }),
    ...(placement.execArgv && { execArgv: [...placement.execArgv] }),
  });
  let last: ProgressReading | undefined;
  hearProcess(child, listener, () => {
    last = progress.read();
    progress.close();
  });
  const post = (message: unknown): void => {
    // What cannot be delivered, because the child is dying, is told by its end.
    if (child.connected) child.send(message as object, () => undefined);
  };
  try {
    post(setup);
  } catch (error) {
    child.kill('SIGKILL'); // it would wait for ever
    throw error;
  }
  return {
    kind: 'process',
    pid: child.pid,
    post,
    end: () => void child.kill('SIGKILL'),
    progress: () => last ?? progress.read(),
  };
}

/** Time for the rest of what a dead process has sent, ms of real time. */
const CHANNEL_MS = 1_000;

function hearProcess(child: ChildProcess, listener: ChannelListener, before: () => void): void {
  let cause: unknown;
  let over = false;
  const gone = (how: string): void => {
    if (over) return;
    over = true;
    before();
    listener.onGone(how, cause);
  };
  child.on('message', (message) => {
    const heard = message as unknown as FromHost;
    if (heard.type === 'uncaught') cause = revive(heard.thrown);
    else listener.onMessage(heard);
  });
  child.on('error', (error) => {
    cause ??= error;
    // It never started, so there will be no exit.
    if (child.pid === undefined) gone('it could not be started');
  });
  // What it sent before it died is still in the channel: that closes after the last of it.
  let exited: string | undefined;
  const both = (): void => {
    if (exited !== undefined && !child.connected) gone(exited);
  };
  child.on('exit', (code, signal) => {
    const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
    exited = how;
    both();
    // Whoever inherited the channel from it must not keep it alive for us.
    if (!over) setTimeout(() => gone(how), CHANNEL_MS).unref();
  });
  child.on('disconnect', () => both());
}
