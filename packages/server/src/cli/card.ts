/** The start-up card. Every figure on it was measured on this start. */
import { cpus } from 'node:os';
import { REASONER_IDS } from '@vortexflow/answering';
import type { StartReport } from '../runtime/start-report.ts';

const EXAMPLE = 'What do a wolf and a dog have in common?';

/** @param memory resident set, bytes; of several processes nobody has added it up */
export function startCard(report: StartReport, memory: number): string {
  const { url, otherPort, seconds, newKey, local, knowledge, layout, processes } = report;
  const reasoners = `${REASONER_IDS.join(', ')} on ${placesOf(report)}`;
  const documents = knowledge.documents > 0 ? ` · ${count(knowledge.documents)} documents` : '';
  const ready = `ready in ${seconds.toFixed(1)} s (${indexNote(report)})`;
  const rows = [
    ['Knowledge', `${knowledge.name} · ${count(knowledge.nodes)} nodes · ${count(knowledge.edges)} edges${documents}`],
    ['', processes === undefined ? `${ready} · ${Math.round(memory / 1e6)} MB` : ready],
    ['Layout', `${layout} on threads of its own`],
    ['Reasoners', `${reasoners}   language model – none`],
    ...(newKey ? [['Owner key', 'made just now; "npx vortexflow key" prints it']] : []),
    ['', ''],
    ['Open', `${url}${otherPort ? '   (the wanted port was taken)' : ''}`],
    ['Try', `npx vortexflow ask "${EXAMPLE}"`],
  ];
  const title = `\n  Vortexflow${' '.repeat(46)}node ${process.versions.node} · ${cpus().length} cores\n`;
  return `${title}\n${rows.map(([name = '', text = '']) => `  ${name.padEnd(11)}${text}`.trimEnd()).join('\n')}\n\n  ${local ? 'Nothing leaves this machine.' : 'Other machines reach it too, with the owner key only.'} Ctrl+C stops.\n\n`;
}

function placesOf({ threads, processes }: StartReport): string {
  const each = `${threads} thread${threads === 1 ? '' : 's'}`;
  return processes === undefined ? each : `${each} in each of ${processes} process${processes === 1 ? '' : 'es'}`;
}

function indexNote({ cached, seconds, buildSeconds }: StartReport): string {
  if (!cached) return 'index built; the next start is faster';
  const saved = buildSeconds === null ? 0 : buildSeconds - seconds;
  return saved > 0 ? `cached index, ${saved.toFixed(1)} s faster than the start that built it` : 'cached index';
}

const count = (value: number): string => value.toLocaleString('en');
