/** `npm run bench`: prints the README's figures for this machine. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { circumstances, type Figure, printTable } from './figure.ts';
import { measurePage } from './page.ts';
import { distinctQuestions } from './questions.ts';
import { measureStarts, megabytes, residentBytes } from './start-up.ts';
import { measureThroughput, QUESTIONS_NEEDED } from './throughput.ts';

const say = (text: string): void => void process.stderr.write(`… ${text}\n`);

/** Longest wait for the layout to come to rest, so that it does not compete with the questions, ms. */
const SETTLE_MS = 180_000;

async function untilSettled(url: string): Promise<Figure> {
  const start = performance.now();
  for (;;) {
    const { layout } = (await (await fetch(`${url}/api/v1/graph`)).json()) as {
      layout: { state: string; ticks: number; tick_ms: number; backend: string };
    };
    const seconds = (performance.now() - start) / 1000;
    if (layout.state === 'settled') {
      const value = `${seconds.toFixed(0)} s after the first answer, ${layout.ticks} ticks of ${layout.tick_ms.toFixed(0)} ms (median), ${layout.backend}`;
      return { what: 'layout of 117,791 nodes at rest', value };
    }
    if (seconds * 1000 > SETTLE_MS)
      return { what: 'layout of 117,791 nodes at rest', value: `not within ${SETTLE_MS / 1000} s` };
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

const dataFolder = await mkdtemp(join(tmpdir(), 'vortexflow-bench-'));
const about = circumstances();
const figures: Figure[] = [];
say('questions');
const questions = await distinctQuestions(QUESTIONS_NEEDED);
say('starts: cold, then warm');
const { figures: starts, server } = await measureStarts(dataFolder);
try {
  figures.push(...starts);
  say('the layout coming to rest');
  figures.push(await untilSettled(server.url()));
  say(`${questions.length} distinct questions`);
  figures.push(...(await measureThroughput(server.url(), questions)));
  const memory = await residentBytes(server.process.pid);
  figures.push({
    what: 'resident memory after that load',
    value: megabytes(memory),
    goal: '< 900 MB',
    met: memory < 900e6,
  });
  say('the page');
  figures.push(...(await measurePage(server.url())));
} finally {
  await server.stop();
  await rm(dataFolder, { recursive: true, force: true });
}
process.stdout.write(`${about.join('\n')}\n\n`);
printTable(figures);
