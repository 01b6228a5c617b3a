/** How long a start takes until the first answer, and how much memory it holds. */
import { readFile } from 'node:fs/promises';
import { spawnServer, type SpawnedServer } from '@vortexflow/testkit';
import type { Figure } from './figure.ts';

interface Start {
  readonly seconds: number;
  readonly server: SpawnedServer;
}

const MEGABYTE = 1e6;

/** Resident set of a process, bytes; from /proc, so on Linux only. */
export async function residentBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

/** Highest resident set of a process so far, bytes. */
async function peakBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

async function start(dataFolder: string): Promise<Start> {
  const began = performance.now();
  const server = await spawnServer({ dataFolder, cached: false, env: { LOG_LEVEL: 'warn' } });
  await server.ready(120_000);
  const response = await fetch(`${server.url()}/api/v1/process`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ input: 'What is consciousness?' }),
  });
  const answer = (await response.json()) as { answered: boolean };
  if (!answer.answered) throw new Error('the first question was not answered');
  return { seconds: (performance.now() - began) / 1000, server };
}

/** Starts once without anything cached, then twice with the cache; leaves the last server running for what follows. */
export async function measureStarts(dataFolder: string): Promise<{ figures: Figure[]; server: SpawnedServer }> {
  const cold = await start(dataFolder);
  // Long enough for the cache to be written and the garbage of building to go.
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const coldMemory = await residentBytes(cold.server.process.pid);
  const coldPeak = await peakBytes(cold.server.process.pid);
  await cold.server.stop();
  const second = await start(dataFolder);
  await second.server.stop();
  const warm = await start(dataFolder);
  const seconds = Math.max(second.seconds, warm.seconds);
  return {
    server: warm.server,
    figures: [
      {
        what: 'first answer after a cold start (index built)',
        value: `${cold.seconds.toFixed(1)} s`,
        goal: '<= 10 s',
        met: cold.seconds <= 10,
      },
      {
        what: 'first answer after a warm start (cached index)',
        value: `${second.seconds.toFixed(1)} s, ${warm.seconds.toFixed(1)} s`,
        goal: '<= 3 s',
        met: seconds <= 3,
      },
      {
        what: 'resident memory 5 s after a cold start',
        value: `${megabytes(coldMemory)} (peak ${megabytes(coldPeak)})`,
        goal: '< 900 MB',
        met: coldPeak < 900 * MEGABYTE,
      },
    ],
  };
}

export const megabytes = (bytes: number): string => `${Math.round(bytes / MEGABYTE)} MB`;
