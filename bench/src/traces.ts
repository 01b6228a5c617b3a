/**
 * `node bench/src/traces.ts [--write FILE]`: five answers of a real server with their whole traces, as Markdown: a meaning, a
 * way through WordNet, a way through documents, a disagreement, an abstention. Times differ from run to run.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ProcessResponse, TraceResponse } from '@vortexflow/protocol';
import { launchServer } from '@vortexflow/testkit';
import { circumstances } from './figure.ts';

/** What was made up for this. */
const DOCUMENTS = [
  ['Silver Harbour', 'Silver Harbour is a 1951 drama film directed by Edgar Vlmont. It was shot in Orlan.'],
  ['Edgar Vlmont', 'Edgar Vlmont was a director of films. He was born in Kestrel Bay and died in Orlan.'],
  ['Kestrel Bay', 'Kestrel Bay is a fishing town on the northern coast, known for its lighthouse.'],
  ['Orlan', 'Orlan is a city with an opera house. The opera house of Orlan was built in 1888 by Mona Sandoval.'],
  ['Harbour festival', 'The harbour festival of Orlan shows films of every director who was born by the sea.'],
] as const;

const QUESTIONS = [
  ['A meaning', 'What is consciousness?'],
  ['A way through WordNet', 'What do a wolf and a dog have in common?'],
  ['A way through documents', 'When was the opera house of the city where Silver Harbour was shot built?'],
  ['A disagreement', 'In which place was the director of Silver Harbour born?'],
  ['An abstention', 'Who won the storehouse championship last year?'],
] as const;

/** Lower than the default of .6, so that the answer over three texts, for which one reasoner stands alone, is shown. */
const BAR = 0.4;

const { values } = parseArgs({ options: { write: { type: 'string' } } });
const about = circumstances();
const dataFolder = await mkdtemp(join(tmpdir(), 'vortexflow-traces-'));
const server = await launchServer({ dataFolder, env: { LOG_LEVEL: 'warn' } });
try {
  await call('/api/v1/documents', {
    documents: DOCUMENTS.map(([title, text]) => ({ id: title.toLowerCase().replaceAll(' ', '-'), title, text })),
  });
  const parts: string[] = [];
  for (const [name, question] of QUESTIONS) {
    const answer = await call<ProcessResponse>('/api/v1/process', { input: question, min_confidence: BAR });
    parts.push(tell(name, question, answer, await call(`/api/v1/answers/${answer.request_id}/trace`)));
  }
  const text = `# Five answers\n\nPrinted by \`node bench/src/traces.ts\`, with five made-up documents beside WordNet; answers of less than ${BAR} are withheld.\n\n${parts.join('\n')}`;
  if (values.write) await writeFile(values.write, text);
  else process.stdout.write(`${about.join('\n')}\n\n${text}`);
} finally {
  await server.stop();
  await rm(dataFolder, { recursive: true, force: true });
}

async function call<T>(path: string, body?: object): Promise<T> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${server.key}` };
  const request = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(server.url + path, request);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

function tell(name: string, question: string, answer: ProcessResponse, trace: TraceResponse): string {
  const { result, confidence, flux_position, opinions, disagreement = [], path_steps = [], evidence } = answer;
  const lines = [
    `## ${name}: ${question}`,
    '',
    result === null ? '**No answer.**' : `**${result}**`,
    '',
    `- confidence ${confidence.toFixed(2)}, position ${flux_position}: ${trace.position.why}`,
    ...opinions.map(
      ({ source, answer: said, confidence: sure, outcome }) =>
        `- \`${source}\` ${said === null ? outcome : `said "${said}" (${sure.toFixed(2)})`}`,
    ),
    ...disagreement.map(({ source, answer: said }) => `- disagreed: \`${source}\`, "${said}"`),
    ...path_steps.map(
      ({ from, relation, to, sentence }) => `- way: ${from} ${relation} ${to}${sentence ? ` ("${sentence}")` : ''}`,
    ),
    ...evidence.flatMap(({ title, sentences = [] }) =>
      sentences.map((sentence) => `- used, from ${title}: "${sentence}"`),
    ),
  ];
  const json = JSON.stringify({ ...trace, response: undefined }, null, 1);
  return `${lines.join('\n')}\n\n<details><summary>Trace</summary>\n\n\`\`\`json\n${json}\n\`\`\`\n\n</details>\n`;
}
