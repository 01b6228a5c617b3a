/** `vortexflow serve`: starts the server, shows the card, runs until it is told to stop. */
import type { Environment, Settings } from '../config/settings.ts';
import type { StartReport } from '../runtime/start-report.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Command } from './arguments.ts';
import { startCard } from './card.ts';
import { progressLine } from './progress.ts';

/** Longest that stopping may take, ms; then the process ends anyway. */
const STOP_MS = 10_000;

/** A server of one process or of several. */
interface Serving {
  readonly report: StartReport;
  readonly logger: Logger;
  stop(): Promise<void>;
  /** Only of several. */
  readonly roll?: () => Promise<number>;
}

export async function runServe(_command: Command, settings: Settings): Promise<number> {
  const progress = progressLine(process.stdout);
  const start = await starter(settings);
  // Before anything else: a signal that nobody takes would end the process.
  const rolls = onHangup();
  const server: Serving = await start(settings, progress.show, process.env).finally(progress.clear);
  process.stdout.write(startCard(server.report, process.memoryUsage.rss()));
  rolls.take(() => void rollOver(server));
  const signal = await Promise.race([stopSignal(), orphaned()]);
  server.logger.info({ signal }, 'stopping');
  const force = setTimeout(() => process.exit(1), STOP_MS);
  await server.stop();
  clearTimeout(force);
  return 0;
}

type Starter = (settings: Settings, tell: (stage: string) => void, environment: Environment) => Promise<Serving>;

/** Read when it is needed: a root process has no use for all that a server is made of. */
async function starter({ values }: Settings): Promise<Starter> {
  if (values.workers > 0) return (await import('../processes/root.ts')).startProcesses;
  return (await import('../runtime/server.ts')).startServer;
}

/** SIGHUP, as daemons take it: new processes with what the configuration says now. On a terminal: it is gone, so stop. */
function onHangup(): { take: (run: () => void) => void } {
  let take = (): void => undefined;
  if (!process.stdout.isTTY) process.on('SIGHUP', () => take());
  return { take: (run) => (take = run) };
}

async function rollOver({ roll, logger }: Serving): Promise<void> {
  if (!roll)
    return logger.warn('SIGHUP: one process alone cannot be replaced without a pause; set WORKERS, or restart');
  logger.info('SIGHUP: taking new processes');
  try {
    logger.info({ processes: await roll() }, 'new processes have taken over');
  } catch (failure) {
    logger.error({ err: failure }, 'new processes could not take over');
  }
}

/** How often to look whether the npm that started this process is still there, ms. */
const PARENT_CHECK_MS = 1000;

/** "npm start" does not pass SIGTERM on: when npm and its shell are gone, nobody could stop this server any more. */
function orphaned(): Promise<string> {
  const parent = process.ppid;
  return new Promise((resolve) => {
    if (process.env['npm_lifecycle_event'] === undefined) return;
    const timer = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(timer);
      resolve('npm ended');
    }, PARENT_CHECK_MS);
    timer.unref();
  });
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    const signals = ['SIGINT', 'SIGTERM', ...(process.stdout.isTTY ? (['SIGHUP'] as const) : [])] as const;
    for (const signal of signals) process.once(signal, () => resolve(signal));
  });
}
