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
  const signal = await stopSignal();
  server.logger.info({ signal }, 'stopping');
  const force = setTimeout(() => process.exit(1), STOP_MS);
  await server.stop();
  clearTimeout(force);
  return 0;
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
  });
}
