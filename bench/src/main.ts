/** `npm run bench`: prints the README's figures for this machine. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { circumstances, type Figure, printTable } from './figure.ts';
import { measurePage } from './page.ts';
import { distinctQuestions } from './questions.ts';
import { untilSettled } from './settle.ts';
import { measureStarts, megabytes, residentBytes } from './start-up.ts';
import { measureThroughput, QUESTIONS_NEEDED } from './throughput.ts';

const say = (text: string): void => void process.stderr.write(`… ${text}\n`);

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
