/** `vortexflow serve`: starts the server, shows the card, runs until it is told to stop. */
import type { Settings } from '../config/settings.ts';
import { startServer } from '../runtime/server.ts';
import type { Command } from './arguments.ts';
import { startCard } from './card.ts';
import { progressLine } from './progress.ts';

/** Longest that stopping may take, ms; then the process ends anyway. */
const STOP_MS = 10_000;

export async function runServe(_command: Command, settings: Settings): Promise<number> {
  const progress = progressLine(process.stdout);
  const server = await startServer(settings, progress.show).finally(progress.clear);
  process.stdout.write(startCard(server.report, process.memoryUsage.rss()));
  const signal = await Promise.race([stopSignal(), orphaned()]);
  server.logger.info({ signal }, 'stopping');
  const force = setTimeout(() => process.exit(1), STOP_MS);
  await server.stop();
  clearTimeout(force);
  return 0;
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
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
  });
}
