/**
 * `node bench/src/ingest-alone.ts`: 6,000 short passages into the knowledge in batches of 200, each on the disk and
 * followed by two threads, and a graph of 100,000 edges as a table. The texts are made up, with a fixed seed.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { emptyImage, Knowledge, type KnowledgeImage, type NewDocument } from '@vortexflow/knowledge';
import { openSqliteStore } from '@vortexflow/knowledge/internal';
import { seededRandom, systemClock as clock } from '@vortexflow/primitives';
import { circumstances, type Figure, printTable, quantile } from './figure.ts';

const PASSAGES = 6_000;
const BATCH = 200;
const ROUNDS = 5;
const random = seededRandom(20_261);
const VOCABULARY = Array.from({ length: 30_000 }, () => word());

function word(): string {
  const syllables = ['ka', 'lo', 'min', 'ter', 'sa', 'vor', 'ed', 'is', 'un', 'pra', 'gol', 'he'];
  const length = 1 + Math.floor(random() * 4);
  return Array.from({ length }, () => syllables[Math.floor(random() * syllables.length)]).join('');
}

/** Few words often, most seldom, as in a language. */
const anyWord = (): string => VOCABULARY[Math.floor(VOCABULARY.length * random() ** 4)] as string;

function passage(number: number): NewDocument {
  const sentence = (): string => `${Array.from({ length: 14 }, anyWord).join(' ')}.`;
  const text = Array.from({ length: 5 }, sentence).join(' ');
  return { id: `p/${number}`, title: `${anyWord()} ${anyWord()} ${number}`, text };
}

interface Round {
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function timed(work: () => Promise<unknown>): Promise<Round> {
  const [start, cpu] = [clock.elapsed(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs: clock.elapsed() - start, cpuMs: (user + system) / 1_000 };
}

async function withKnowledge<Result>(measure: (knowledge: Knowledge) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'vortexflow-bench-'));
  const store = await openSqliteStore({ file: join(folder, 'documents.db'), clock });
  const knowledge = await Knowledge.open(emptyImage(), store, clock);
  const threads = await Promise.all([follow(knowledge), follow(knowledge)]);
  try {
    return await measure(knowledge);
  } finally {
    await knowledge.close();
    for (const thread of threads) await thread.terminate();
    await rm(folder, { recursive: true, force: true });
  }
}

async function follow(knowledge: Knowledge): Promise<Worker> {
  const workerData: KnowledgeImage = knowledge.base.image;
  const thread = new Worker(new URL('./ingest-follower.child.ts', import.meta.url), { workerData });
  const answer = (): Promise<void> => new Promise((resolve) => thread.once('message', () => resolve()));
  await answer();
  knowledge.follow((change) => {
    const followed = answer();
    thread.postMessage(change);
    return followed;
  });
  return thread;
}

async function addAll(knowledge: Knowledge, documents: readonly NewDocument[]): Promise<void> {
  for (let at = 0; at < documents.length; at += BATCH) await knowledge.addDocuments(documents.slice(at, at + BATCH));
  if (knowledge.documentCount !== documents.length) throw new Error(`${knowledge.documentCount} documents are there`);
}

const row = (what: string, rounds: readonly Round[], goalMs?: number): Figure => {
  const wall = rounds.map(({ wallMs }) => wallMs);
  const cpu = quantile(
    rounds.map(({ cpuMs }) => cpuMs),
    0.5,
  );
  const median = quantile(wall, 0.5);
  const value = `${Math.round(median)} ms (${Math.round(Math.min(...wall))} to ${Math.round(Math.max(...wall))}), ${Math.round(cpu)} ms of processor on all threads`;
  return { what, value, ...(goalMs === undefined ? {} : { goal: `<= ${goalMs} ms`, met: median <= goalMs }) };
};

const passages = Array.from({ length: PASSAGES }, (_, number) => passage(number));
const table = `source,target,relation,weight\n${Array.from({ length: 100_000 }, (_, edge) => `n${edge % 30_000},n${(edge * 7_919) % 30_011},r${edge % 9},${1 + (edge % 3)}`).join('\n')}`;
const graph: NewDocument = { id: 'g/graph.csv', title: 'graph', text: table, format: 'csv' };

const adding: Round[] = [];
const indexing: Round[] = [];
const again: Round[] = [];
const graphs: Round[] = [];
for (let round = 0; round < ROUNDS; round++) {
  await withKnowledge(async (knowledge) => {
    adding.push(await timed(() => addAll(knowledge, passages)));
    indexing.push(await timed(async () => knowledge.base.search.entries + knowledge.base.passages.size));
    again.push(await timed(() => addAll(knowledge, passages)));
  });
  await withKnowledge(async (knowledge) => void graphs.push(await timed(() => knowledge.addDocuments([graph]))));
}
process.stdout.write(`${circumstances().join('\n')}\n\n`);
printTable([
  row(`${PASSAGES} passages, batches of ${BATCH}, on the disk, two threads follow`, adding, 2_000),
  row('... and what the first question after them pays, on each thread that asks the indexes', indexing),
  row('... the same again, replacing them', again),
  row('a table of 100,000 edges, two threads follow', graphs),
]);
