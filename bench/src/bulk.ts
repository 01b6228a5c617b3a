/**
 * `node bench/src/bulk.ts [--workers N] [--kinds whole,sections,table]`: what others notice while somebody adds as much as
 * one request may hold. A real server is asked questions, 20 a second, and whether it lives, 100 a second, from another
 * process: in quiet, while a large body is taken in, and in the seconds after it.
 */
import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import { loadWordNet } from '@vortexflow/knowledge';
import { launchServer } from '@vortexflow/testkit';
import type { Noticed } from './bulk/asking.child.ts';
import { circumstances } from './figure.ts';

const MIB = 1_048_576;
/** Longest text of a document, and as many characters as a body of 32 MiB surely takes. */
const [TEXT, DOCUMENTS] = [200_000, 160];
/** Nodes and edges that a file may have: half a million. */
const ROWS = 160_000;
const [QUIET_MS, AFTER_MS] = [5_000, 5_000];

const { values } = parseArgs({
  options: { workers: { type: 'string' }, kinds: { type: 'string', default: 'whole,sections,table' } },
});
const glosses = (await loadWordNet()).nodes.map(({ names, text }) => ({ name: names[0] ?? '', text }));
let next = 0;
/** Each of them again only when all have come. */
const gloss = (): { name: string; text: string } => glosses[(next++ * 7_919) % glosses.length]!;

const KINDS: Readonly<Record<string, { readonly what: string; readonly send: () => Promise<Response> }>> = {
  whole: {
    what: `${DOCUMENTS} documents of ${TEXT} characters without headings`,
    send: () => addDocuments('whole', ({ text }) => `It is said of ${text}. `),
  },
  sections: {
    what: `${DOCUMENTS} documents of ${TEXT} characters, a section every 40 glosses`,
    send: () =>
      addDocuments('sections', ({ name, text }) => `${next % 40 === 0 ? `\n\n# On ${name}\n\n` : ''}It is ${text}. `),
  },
  table: { what: `a table of ${ROWS} edges`, send: addTable },
};

const about = circumstances();
const server = await launchServer({
  env: { LOG_LEVEL: 'warn', ...(values.workers === undefined ? {} : { WORKERS: values.workers }) },
});
const asking = fork(new URL('./bulk/asking.child.ts', import.meta.url), [server.url]);
try {
  await noticed();
  process.stdout.write(
    `${about.join('\n')}\nworkers  ${values.workers ?? 'as many as by default'}\n\n` +
      '| what | taken in after | questions: answered | p50 | p95 | longest | lives: p50 | p95 | longest |\n' +
      '| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n',
  );
  await pause(QUIET_MS);
  print('quiet', '', await noticed());
  for (const kind of values.kinds.split(',')) {
    const { what, send } = KINDS[kind] ?? { what: kind, send: () => Promise.reject(new Error(`no kind ${kind}`)) };
    const response = await send();
    const said = await response.text();
    if (!response.ok) throw new Error(`${what}: ${response.status} ${said.slice(0, 300)}`);
    const { duration_ms: ms } = JSON.parse(said) as { duration_ms: number };
    print(what, `${(ms / 1000).toFixed(1)} s`, await noticed());
    await pause(AFTER_MS);
    print('in the five seconds after it', '', await noticed());
  }
} finally {
  asking.kill();
  await server.stop();
}

function addDocuments(prefix: string, piece: (of: { name: string; text: string }) => string): Promise<Response> {
  const documents = Array.from({ length: DOCUMENTS }, (_, i) => {
    let text = '';
    while (text.length < TEXT) text += piece(gloss());
    return { id: `${prefix}/${i}`, title: `Collection ${gloss().name}`, text: text.slice(0, TEXT) };
  });
  const body = JSON.stringify({ documents });
  if (Buffer.byteLength(body) > 32 * MIB) throw new Error('the body is too large');
  return post('/api/v1/documents', 'application/json', body);
}

function addTable(): Promise<Response> {
  const rows = Array.from({ length: ROWS }, () => `${cell(gloss().name)},${cell(gloss().name)}`);
  return post('/api/v1/graph/import', 'text/csv', `source,target\n${rows.join('\n')}\n`);
}

function cell(text: string): string {
  return `"the ${text.replaceAll('"', '""')}"`;
}

async function post(path: string, type: string, body: string): Promise<Response> {
  // What making the body took is not to be seen in what is noticed of sending it.
  await noticed();
  const headers = { 'content-type': type, authorization: `Bearer ${server.key}` };
  return fetch(server.url + path, { method: 'POST', headers, body });
}

/** What was noticed since the last call. */
function noticed(): Promise<Noticed> {
  return new Promise((resolve) => {
    asking.once('message', (heard) => resolve(heard as Noticed));
    asking.send('report');
  });
}

function print(what: string, after: string, { questions, lives }: Noticed): void {
  const { asked, answered } = questions;
  const times = [questions, lives].flatMap(({ p50, p95, longest }) => [p50, p95, longest]);
  const cells = [what, after, `${answered} of ${asked}`, ...times.map((ms) => `${Math.round(ms)} ms`)];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
