/**
 * `vortexflow ingest`: a folder of Markdown, or one file, into the knowledge. An id is the folder's name and the path in
 * it, so that two folders do not overwrite each other's `index.md`; the same folder again replaces its documents.
 */
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { readMarkdownFolder } from '@vortexflow/knowledge';
import { DisposalStack, systemClock } from '@vortexflow/primitives';
import type { DocumentInput } from '@vortexflow/protocol';
import { openDataFolder } from '../config/data-folder.ts';
import type { Settings } from '../config/settings.ts';
import { openKnowledge, openStore } from '../runtime/runtime.ts';
import { createLogger } from '../telemetry/logger.ts';
import type { Command } from './arguments.ts';
import { runningServer } from './connection.ts';
import { progressLine } from './progress.ts';

/** What came of it. */
interface Summary {
  stored: number;
  replaced: number;
  nodes: number;
  edges: number;
  unresolved_links: readonly string[];
  skipped: { path: string; reason: string }[];
  seconds: number;
}

type Batch = Pick<Summary, 'stored' | 'replaced' | 'nodes' | 'edges' | 'unresolved_links'>;
type AddBatch = (documents: DocumentInput[]) => Promise<Batch>;

const MAX_BATCH = 200;
/** Characters of a batch: well below what one request may carry. */
const MAX_BATCH_LENGTH = 2_000_000;

export async function runIngest(command: Command, settings: Settings): Promise<number> {
  const progress = progressLine(process.stderr);
  const server = await runningServer(settings);
  await using disposal = new DisposalStack();
  const add: AddBatch = server
    ? (documents) => server.documents.add(documents)
    : await addHere(settings, disposal, progress.show);
  const summary = await addFolder(command.operand, add, progress.show);
  progress.clear();
  process.stdout.write(command.json ? `${JSON.stringify(summary, null, 2)}\n` : readable(summary));
  return summary.stored === 0 ? 1 : 0;
}

async function addHere(
  settings: Settings,
  disposal: DisposalStack,
  report: (stage: string) => void,
): Promise<AddBatch> {
  const logger = createLogger('warn', settings.values.logFormat);
  const files = await openDataFolder(settings.values.dataFolder);
  const options = { settings, files, clock: systemClock, logger, report };
  const { knowledge } = await openKnowledge(options, await openStore(options, disposal), disposal);
  return async (documents) => {
    const { stored, replaced, nodes, edges, unresolvedLinks } = await knowledge.addDocuments(documents);
    return { stored, replaced, nodes, edges, unresolved_links: unresolvedLinks };
  };
}

async function addFolder(path: string, add: AddBatch, report: (stage: string) => void): Promise<Summary> {
  const start = performance.now();
  const summary: Summary = {
    stored: 0,
    replaced: 0,
    nodes: 0,
    edges: 0,
    unresolved_links: [],
    skipped: [],
    seconds: 0,
  };
  let batch: DocumentInput[] = [];
  let length = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    const added = await add(batch);
    summary.stored += added.stored;
    summary.replaced += added.replaced;
    summary.nodes += added.nodes;
    summary.edges += added.edges;
    summary.unresolved_links = added.unresolved_links;
    report(`${summary.stored} documents`);
    batch = [];
    length = 0;
  };
  const prefix = await folderName(path);
  for await (const file of readMarkdownFolder(path)) {
    if ('skipped' in file) {
      summary.skipped.push({ path: file.skipped, reason: file.reason });
      continue;
    }
    if (batch.length >= MAX_BATCH || length + file.text.length > MAX_BATCH_LENGTH) await flush();
    batch.push({ id: `${prefix}/${file.id}`, title: file.title, text: file.text });
    length += file.text.length;
  }
  await flush();
  return { ...summary, seconds: Math.round(performance.now() - start) / 1000 };
}

/** Name of the folder, or of the folder that the file is in. */
async function folderName(path: string): Promise<string> {
  const real = await realpath(path);
  return basename((await stat(real)).isFile() ? dirname(real) : real);
}

function readable({ stored, replaced, nodes, edges, unresolved_links: unresolved, skipped, seconds }: Summary): string {
  const shown = unresolved.slice(0, 10).join(', ');
  const more = unresolved.length > 10 ? ` and ${unresolved.length - 10} more` : '';
  const lines = [
    '',
    `  ${stored} documents stored in ${seconds.toFixed(1)} s (${replaced} of them replaced): ${nodes} new nodes, ${edges} new edges.`,
    ...(unresolved.length > 0 ? [`  Links that lead nowhere yet: ${shown}${more}`] : []),
    ...skipped.map(({ path, reason }) => `  Skipped ${path}: ${reason}`),
    '',
  ];
  return `${lines.join('\n')}\n`;
}
