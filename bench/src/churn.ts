/**
 * `node bench/src/churn.ts [--documents 12000]`: what stays in memory of documents that were added and taken away again.
 * Sixty are there at a time; their texts come again, so that words alone cannot make it grow. Two copies of the knowledge
 * follow each change, as in a process that leads and in a thread that reasons, and read everything of it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { emptyImage, Knowledge, KnowledgeBase } from '@vortexflow/knowledge';
import { openSqliteStore } from '@vortexflow/knowledge/internal';
import { systemClock } from '@vortexflow/primitives';
import { circumstances, printTable } from './figure.ts';
import { textsOfGlosses } from './soak/documents.ts';

const { values } = parseArgs({ options: { documents: { type: 'string', default: '12000' } } });
const ALL = Number(values.documents);
/** By then every text has been seen, and all that grows with the number of texts has grown. */
const BEFORE = Math.min(2_000, Math.floor(ALL / 2));
const TEXTS = 400;
const KEPT = 60;
/** Documents of an hour at one a second, as in the soak. */
const PER_HOUR = 3_600;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
function held(): number {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const about = circumstances();
const folder = await mkdtemp(join(tmpdir(), 'vortexflow-churn-'));
const store = await openSqliteStore({ file: join(folder, 'churn.db'), clock: systemClock });
const knowledge = await Knowledge.open(emptyImage(), store, systemClock);
const following = new KnowledgeBase(emptyImage());
knowledge.follow((change) => {
  following.apply(change);
  return Promise.resolve();
});
const textOf = await textsOfGlosses();
const texts = Array.from({ length: TEXTS }, (_, i) => textOf(i));
let before = 0;
let linked = 0;
for (let i = 0; i < ALL; i++) {
  if (i === BEFORE) before = held();
  await knowledge.addDocuments([{ id: `d/${i}`, title: `Document ${i % TEXTS}`, text: texts[i % TEXTS] as string }]);
  if (i >= KEPT) await knowledge.removeDocument(`d/${i - KEPT}`);
  for (const { search, passages } of [knowledge.base, following])
    linked += passages.graph.out.targets.length + Number(search.knows('is'));
}
const grown = held() - before;
// Also sees to it that nothing of it was given up before memory was looked at.
if (linked === 0 || textOf(0) !== texts[0] || following.liveNodes !== knowledge.base.liveNodes)
  throw new Error('nothing was read, or the copies differ');
await store.close();
await rm(folder, { recursive: true });
const each = grown / (ALL - BEFORE);
const hour = (each * PER_HOUR) / 1e6;
process.stdout.write(`${about.join('\n')}\n\n`);
printTable([
  { what: `held before and after ${ALL - BEFORE} documents`, value: `${mb(before)}, ${mb(before + grown)}` },
  { what: 'stays of each, both copies', value: `${each.toFixed(0)} bytes` },
  { what: 'at one a second', value: `${hour.toFixed(2)} MB/h`, goal: '<= 3 MB/h', met: hour <= 3 },
]);

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
