/**
 * `node bench/src/wordnet/main.ts [--bank dev|test] [--seed N] [--n 600] [--bar 0.6] [--url URL] [--sources] [--errors]`: how many
 * questions about words are answered rightly, in phrasings of a bank. Without a URL the questions go to the answering
 * service in this process. `--sources` adds a table of what each reasoner is worth alone. `--errors` lists what went wrong, for the development bank only.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Answering } from '@vortexflow/answering';
import { KnowledgeBase, openWordNetImage } from '@vortexflow/knowledge';
import { systemClock } from '@vortexflow/primitives';
import type { ProcessResponse } from '@vortexflow/protocol';
import { circumstances, quantile } from '../figure.ts';
import { generate, type WordQuestion } from './generate.ts';
import { isRight } from './judge.ts';
import { KINDS } from './kinds.ts';
import { Lexicon } from './lexicon.ts';
import { isGiven, type Judged, summarise } from './score.ts';
import { BANK_NAMES, type BankName, readBank } from './template.ts';

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/vortexflow/wordnet.image', import.meta.url));

type Ask = (question: string) => Promise<ProcessResponse>;

const { values } = parseArgs({
  options: {
    bank: { type: 'string', default: 'test' },
    seed: { type: 'string', default: '1' },
    n: { type: 'string', default: '600' },
    bar: { type: 'string', default: '0.6' },
    url: { type: 'string' },
    errors: { type: 'boolean', default: false },
    sources: { type: 'boolean', default: false },
  },
});

function bankName(): BankName {
  const name = BANK_NAMES.find((known) => known === values.bank);
  if (!name) throw new Error(`no bank "${values.bank}"; there are ${BANK_NAMES.join(', ')}`);
  if (name === 'test' && values.errors) throw new Error('errors of the test bank are not shown: tune on the other');
  return name;
}

function overHttp(url: string): Ask {
  return async (input) => {
    const response = await fetch(`${url}/api/v1/process`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input, min_confidence: 0 }),
    });
    if (!response.ok) throw new Error(`${response.status} for ${input}`);
    return (await response.json()) as ProcessResponse;
  };
}

async function judge(ask: Ask, questions: readonly WordQuestion[]): Promise<{ rows: Judged[]; times: number[] }> {
  const rows: Judged[] = [];
  const times: number[] = [];
  for (const question of questions) {
    const start = performance.now();
    const { result, confidence, opinions } = await ask(question.question);
    times.push(performance.now() - start);
    const answer = result ?? '';
    rows.push({ question, answer, confidence, right: isRight(question, answer), opinions });
  }
  return { rows, times };
}

const percent = (share: number): string => (Number.isNaN(share) ? '-' : (100 * share).toFixed(1));

function printKinds(rows: readonly Judged[], bar: number): void {
  const groups = KINDS.map(({ id }) => [id, rows.filter(({ question }) => question.kind === id)] as const);
  process.stdout.write(
    '| kind | n | right % | abstained % | selective accuracy % | coverage % | ECE |\n| --- | --- | --- | --- | --- | --- | --- |\n',
  );
  for (const [name, group] of [...groups, ['all', rows] as const]) {
    const { right, selective, coverage, ece } = summarise(group, bar);
    const abstained = group.filter((row) => !isGiven(row, bar)).length / group.length;
    const cells = [percent(right), percent(abstained), percent(selective), percent(coverage), ece.toFixed(3)];
    process.stdout.write(`| ${name} | ${group.length} | ${cells.join(' | ')} |\n`);
  }
}

/** Hit rate and mean confidence of each reasoner where it answered: honest when both are near. */
function printSources(rows: readonly Judged[]): void {
  process.stdout.write(
    '\n| kind | reasoner | answered | right % | mean confidence % |\n| --- | --- | --- | --- | --- |\n',
  );
  for (const { id } of KINDS) {
    const group = rows.filter(({ question }) => question.kind === id);
    for (const source of new Set(group.flatMap(({ opinions }) => opinions.map((opinion) => opinion.source)))) {
      const given = group.flatMap(({ question, opinions }) =>
        opinions.flatMap((one) => (one.source === source && one.answer !== null ? [{ ...one, question }] : [])),
      );
      if (given.length === 0) continue;
      const right = given.filter(({ question, answer }) => isRight(question, answer ?? '')).length / given.length;
      const mean = given.reduce((sum, { confidence }) => sum + confidence, 0) / given.length;
      process.stdout.write(`| ${id} | ${source} | ${given.length} | ${percent(right)} | ${percent(mean)} |\n`);
    }
  }
}

function printErrors(rows: readonly Judged[], bar: number): void {
  for (const row of rows) {
    const { question, answer, confidence, right } = row;
    const isGood = question.gold === null ? !isGiven(row, bar) : right && isGiven(row, bar);
    if (isGood) continue;
    const gold = question.gold === null ? 'no answer' : question.gold.slice(0, 4).join(', ');
    process.stdout.write(
      `${right ? 'unsure' : 'wrong '} ${question.kind} | ${question.question} | ${answer.slice(0, 80)} | ${confidence.toFixed(2)} | ${gold.slice(0, 100)}\n`,
    );
  }
}

const bank = bankName();
const bar = Number(values.bar);
const about = circumstances();
const { image } = await openWordNetImage(CACHE, () => undefined);
const knowledge = new KnowledgeBase(image);
const questions = generate(new Lexicon(knowledge), readBank(bank), Number(values.seed), Number(values.n));
const answering = values.url
  ? null
  : new Answering({
      knowledge,
      clock: systemClock,
      defaults: { strategy: 'Ensemble', timeoutMs: 60_000 },
      onThreadFailure: (thread, reason) => process.stderr.write(`${thread}: ${reason}\n`),
    });
await answering?.ready();
const ask: Ask = answering
  ? (input) => answering.ask({ input, min_confidence: 0 }, 'bench')
  : overHttp(values.url as string);
const { rows, times } = await judge(ask, questions);
await answering?.stop();
if (values.errors) printErrors(rows, bar);
process.stdout.write(`${about.join('\n')}\n\n`);
printKinds(rows, bar);
if (values.sources) printSources(rows);
const { right, abstains, selective, coverage, ece } = summarise(rows, bar);
process.stdout.write(
  `\nbank ${bank}, seed ${values.seed}, n ${rows.length}: right ${percent(right)} %, abstains when unanswerable ${percent(abstains)} %, ` +
    `selective accuracy ${percent(selective)} % at coverage ${percent(coverage)} % (bar ${bar}), ECE ${ece.toFixed(3)}, ` +
    `p50 ${quantile(times, 0.5).toFixed(2)} ms, p95 ${quantile(times, 0.95).toFixed(2)} ms\n`,
);
