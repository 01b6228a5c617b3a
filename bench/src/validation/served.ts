/**
 * `node bench/src/validation/served.ts FOLDER`: hostile requests and texts against a running server, in one process and
 * with a front. The folder holds malicious-struct.jsonl, malicious-text.jsonl, benign.jsonl and, where there is one,
 * robust.jsonl (odd texts of which nothing is said but that they harm nobody). Ends with 1 when a goal is missed.
 *
 * An attack that makes the server wait (`sleep(5)`, a costly pattern) is seen as slow; one that starts a program, as a
 * process more. What a text does in a browser is the subject of `packages/web/src/texts.e2e.ts`.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { descendants, launchServer, type LaunchedServer } from '@vortexflow/testkit';
import { circumstances, type Figure, printTable } from '../figure.ts';
import { type LabelledText, readTexts } from './corpus.ts';
import { Tally, TextSender, withEach } from './served-texts.ts';
import { attack, readStructural, type StructuralAttack } from './structural.ts';

const PLACES = [
  ['one process', '0'],
  ['a front with one process behind it', '1'],
] as const;
/** For the answer of /health/live. */
const ALIVE_MS = 3_000;

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node bench/src/validation/served.ts FOLDER');
const corpus = {
  structural: readStructural(join(folder, 'malicious-struct.jsonl')),
  attacks: readTexts(join(folder, 'malicious-text.jsonl'), true),
  odd: existsSync(join(folder, 'robust.jsonl')) ? readTexts(join(folder, 'robust.jsonl'), true) : [],
  harmless: readTexts(join(folder, 'benign.jsonl'), false),
};

process.stdout.write(`${circumstances().join('\n')}\n`);
for (const [place, workers] of PLACES) {
  const server = await launchServer({ env: { WORKERS: workers, REASONER_THREADS: '1', LOG_LEVEL: 'warn' } });
  try {
    process.stdout.write(`\n${place} (WORKERS=${workers}):\n\n`);
    const figures = [...(await structural(server, corpus.structural)), ...(await texts(server))];
    printTable(figures);
    if (figures.some(({ met }) => met === false)) process.exitCode = 1;
  } finally {
    await server.stop();
  }
}

function tell(examples: readonly string[]): void {
  process.stderr.write(examples.map((one) => `${one}\n`).join(''));
}

async function isAlive({ url, process: child }: LaunchedServer): Promise<boolean> {
  if (child.exitCode !== null) return false;
  const response = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(ALIVE_MS) }).catch(() => null);
  return response?.status === 200;
}

/** None may be on its way while the next one is sent: who it was that brought the server down would be unknown. */
async function structural(server: LaunchedServer, attacks: readonly StructuralAttack[]): Promise<Figure[]> {
  const url = new URL(server.url);
  let [refused, failed, alive, longest] = [0, 0, 0, 0];
  for (const one of attacks) {
    const { statuses, isRefused, ms } = await attack(url, one);
    if (isRefused) refused++;
    else tell([`not refused: ${one.name}: ${statuses.join(', ') || 'no answer'}`]);
    if (statuses.some((status) => status >= 500)) failed++;
    if (await isAlive(server)) alive++;
    longest = Math.max(longest, ms);
  }
  const of = (count: number): string => `${count} of ${attacks.length}`;
  return [
    { what: 'structural attacks refused', value: of(refused), goal: 'all', met: refused === attacks.length },
    { what: 'answered with 5xx', value: of(failed), goal: '0', met: failed === 0 },
    { what: 'server alive after each', value: of(alive), goal: 'all', met: alive === attacks.length },
    { what: 'longest until the first byte of an answer', value: `${longest.toFixed(0)} ms` },
  ];
}

async function texts(server: LaunchedServer): Promise<Figure[]> {
  const sender = new TextSender(server);
  const programs = (): number => descendants(server.process.pid ?? 0).length;
  const before = programs();
  const [attacks, harmless] = [new Tally(), new Tally()];
  try {
    await withEach(corpus.harmless, ({ text }) => sender.ask(text, harmless));
    await hostile(sender, [...corpus.attacks, ...corpus.odd], attacks);
  } finally {
    sender.close();
  }
  tell(attacks.examples);
  tell(harmless.examples);
  const started = Math.max(0, programs() - before);
  const lives = await isAlive(server);
  return [
    ...attackFigures(attacks),
    { what: 'processes more after them', value: String(started), goal: '0', met: started === 0 },
    ...harmlessFigures(harmless),
    { what: 'server alive at the end', value: lives ? 'yes' : 'no', goal: 'yes', met: lives },
  ];
}

/** Asked; stored; asked again, so that they are each other's evidence; put into addresses. */
async function hostile(sender: TextSender, all: readonly LabelledText[], tally: Tally): Promise<void> {
  await withEach(all, ({ text }) => sender.ask(text, tally));
  await withEach(all, ({ text }, i) => sender.store(text, `texts/${i}`, tally));
  await withEach(all, ({ text }) => sender.ask(text, tally, { cache: false, min_confidence: 0, top_k: 20 }));
  await withEach(all, ({ text }) => sender.address(text, tally));
  await sender.lists(tally);
}

function attackFigures({ requests, failed, slow, longestMs, unsafe, reflected, stored, altered }: Tally): Figure[] {
  const number = corpus.attacks.length;
  const texts = `${number} attack texts${corpus.odd.length > 0 ? ` and ${corpus.odd.length} odd ones` : ''}`;
  const of = (count: number): string => `${count} of ${requests}`;
  return [
    {
      what: `${texts}, as questions, documents and in addresses: 5xx`,
      value: of(failed),
      goal: '0',
      met: failed === 0,
    },
    { what: 'slower than 1 s', value: `${of(slow)}, longest ${longestMs.toFixed(0)} ms`, goal: '0', met: slow === 0 },
    {
      what: 'given back in a form that a browser might run',
      value: `${of(unsafe)}; with the text in it ${reflected}`,
      goal: '0',
      met: unsafe === 0,
    },
    {
      what: 'documents that came back otherwise than they were sent',
      value: `${altered} of ${stored} stored`,
      goal: '0',
      met: altered === 0 && stored > 0,
    },
  ];
}

function harmlessFigures({ requests, refused, failed, flagged, slow, longestMs }: Tally): Figure[] {
  const of = (count: number): string => `${count} of ${requests}`;
  return [
    { what: 'harmless texts refused', value: of(refused), goal: '0', met: refused === 0 },
    { what: 'answered with 5xx', value: of(failed), goal: '0', met: failed === 0 },
    { what: 'slower than 1 s', value: `${of(slow)}, longest ${longestMs.toFixed(0)} ms` },
    { what: 'flagged (the scanner has seen them; left out: train.ts)', value: of(flagged) },
  ];
}
