/** `vortexflow ingest`: folders and files into the knowledge, once or for as long as it runs. */
import { realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { type FolderFile, listFolder, rootOf, type SkippedFile } from '@vortexflow/knowledge';
import { DisposalStack, systemClock as clock } from '@vortexflow/primitives';
import { Registry } from 'prom-client';
import { Auditing } from '../audit/auditing.ts';
import { openDataFolder } from '../config/data-folder.ts';
import { LiveSettings } from '../config/live-settings.ts';
import type { Settings } from '../config/settings.ts';
import { Intake, type LeftOut, type Tally } from '../ingest/intake.ts';
import { previewFiles, type FilePreview, previewText } from '../ingest/preview.ts';
import { progressText } from '../ingest/progress.ts';
import { auditedTarget, type IngestTarget, knowledgeTarget, serverTarget } from '../ingest/target.ts';
import { watchFolder, type WatchOptions } from '../ingest/watch.ts';
import { openOffline } from '../runtime/runtime.ts';
import { createLogger } from '../telemetry/logger.ts';
import { type Command, UsageError } from './arguments.ts';
import { runningServer } from './connection.ts';
import { progressLine, type ProgressLine } from './progress.ts';

/** What came of all paths. */
interface Summary extends Tally {
  seconds: number;
}

/** A path with what goes in from it. */
interface Source {
  readonly root: string;
  /** The file that the path names; null when it names a folder. */
  readonly only: string | null;
  readonly files: readonly (FolderFile | SkippedFile)[];
  readonly intake: Intake;
}

export async function runIngest(command: Command, settings: Settings): Promise<number> {
  if (command.preview) return runPreview(command);
  const progress = progressLine(process.stderr);
  await using disposal = new DisposalStack();
  const server = await runningServer(settings);
  const target = server ? serverTarget(server) : await targetHere(settings, disposal, progress.show);
  const start = clock.elapsed();
  const sources: Source[] = [];
  for (const path of command.operands) sources.push(await openSource(path, target, command));
  requireOneRootPerName(sources);
  await takeAll(sources, command.prune, progress);
  progress.clear();
  const summary = {
    ...sumOf(sources.map(({ intake }) => intake.tally)),
    seconds: Math.round(clock.elapsed() - start) / 1000,
  };
  process.stdout.write(command.json ? `${JSON.stringify(summary, null, 2)}\n` : readable(summary));
  if (command.watch) await keepWatching(sources, command.json);
  return exitStatus(summary);
}

/** 0 when all went in, 1 when nothing did, 4 when some files were left out. */
function exitStatus({ stored, unchanged, removed, skipped }: Summary): number {
  if (stored + unchanged + removed === 0) return 1;
  return skipped.length > 0 ? 4 : 0;
}

async function targetHere(
  settings: Settings,
  disposal: DisposalStack,
  report: (stage: string) => void,
): Promise<IngestTarget> {
  const logger = createLogger('warn', settings.values.logFormat);
  const files = await openDataFolder(settings.values.dataFolder);
  const options = { settings: new LiveSettings(settings), files, clock, logger, report };
  const { knowledge } = await openOffline(options, disposal);
  const audit = disposal.use(await Auditing.open({ settings, clock, logger, registry: new Registry() }), (it) =>
    it.close(),
  );
  return auditedTarget(knowledgeTarget(knowledge), audit);
}

async function openSource(path: string, target: IngestTarget, { columns }: Command): Promise<Source> {
  const files: (FolderFile | SkippedFile)[] = [];
  for await (const file of listFolder(path)) files.push(file);
  const root = await rootOf(path);
  const only = root === (await realpath(path)) ? null : basename(await realpath(path));
  return { root, only, files, intake: await Intake.open(target, basename(root), columns) };
}

/**
 * The ids of two folders of one name would run together: their files would replace each other, and pruning one would
 * remove what the other has brought.
 */
function requireOneRootPerName(sources: readonly Source[]): void {
  const roots = new Map<string, string>();
  for (const { root } of sources) {
    const other = roots.get(basename(root)) ?? root;
    if (other !== root)
      throw new UsageError(`${other} and ${root} have the same name, by which documents are told apart. Rename one.`);
    roots.set(basename(root), root);
  }
}

async function takeAll(sources: readonly Source[], prune: boolean, progress: ProgressLine): Promise<void> {
  const start = clock.elapsed();
  const all = sources.flatMap(({ files }) => files);
  const sizeOf = (file: FolderFile | SkippedFile): number => ('skipped' in file ? 0 : file.bytes);
  const allBytes = all.reduce((sum, file) => sum + sizeOf(file), 0);
  let [files, bytes, shown] = [0, 0, -Infinity];
  for (const source of sources) {
    for (const file of source.files) {
      await source.intake.take(file);
      files++;
      bytes += sizeOf(file);
      const elapsedMs = clock.elapsed() - start;
      if (elapsedMs - shown < SHOW_EVERY_MS) continue;
      shown = elapsedMs;
      progress.show(progressText({ files, allFiles: all.length, bytes, allBytes, elapsedMs }));
    }
    await source.intake.flush();
    // A file says nothing about the others of its folder.
    if (prune && source.only === null) await source.intake.prune();
  }
}

/** Between two lines of progress, ms. */
const SHOW_EVERY_MS = 200;

async function keepWatching(sources: readonly Source[], json: boolean): Promise<void> {
  const say = (text: string): void => void process.stderr.write(`  ${text}\n`);
  const watches = sources.map(({ root, only, intake }) => {
    const onRound: WatchOptions['onRound'] = (changed, removed, skipped) => {
      const left = skipped.map(({ path, reason }) => `Left out ${path}: ${reason}`);
      if (json) process.stdout.write(`${JSON.stringify({ changed, removed, skipped })}\n`);
      else [...changed.map((id) => `+ ${id}`), ...removed.map((id) => `- ${id}`), ...left].forEach(say);
    };
    const onFailure = (failure: unknown): void => say(failure instanceof Error ? failure.message : String(failure));
    return watchFolder({ root, only, intake, clock, onRound, onFailure });
  });
  await Promise.all(watches.map(({ ready }) => ready));
  say('Watching; Ctrl+C ends it.');
  await new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  await Promise.all(watches.map((watch) => watch.stop()));
}

async function runPreview({ operands, columns, json }: Command): Promise<number> {
  const previews: FilePreview[] = [];
  for await (const preview of previewFiles(operands, columns)) {
    previews.push(preview);
    if (!json) process.stdout.write(previewText(preview));
  }
  if (json) process.stdout.write(`${JSON.stringify(previews, null, 2)}\n`);
  else if (previews.length === 0) process.stdout.write('  No file of a known format.\n');
  const left = previews.filter(({ skipped }) => skipped !== undefined).length;
  return previews.length === left ? 1 : left > 0 ? 4 : 0;
}

function sumOf(tallies: readonly Tally[]): Tally {
  const sum = (of: (tally: Tally) => number): number => tallies.reduce((total, tally) => total + of(tally), 0);
  return {
    stored: sum(({ stored }) => stored),
    replaced: sum(({ replaced }) => replaced),
    unchanged: sum(({ unchanged }) => unchanged),
    removed: sum(({ removed }) => removed),
    nodes: sum(({ nodes }) => nodes),
    edges: sum(({ edges }) => edges),
    // Of all documents there are, so those of the last answer.
    unresolved_links: tallies.findLast(({ stored }) => stored > 0)?.unresolved_links ?? [],
    skipped: tallies.flatMap(({ skipped }) => skipped),
    problems: tallies.flatMap(({ problems }) => problems),
  };
}

/** Lines of each kind that are shown. */
const MAX_LINES = 20;

function readable({ stored, replaced, unchanged, removed, nodes, edges, ...rest }: Summary): string {
  const { unresolved_links: unresolved, skipped, problems, seconds } = rest;
  const shown = unresolved.slice(0, 10).join(', ');
  const others = [
    ...(unchanged > 0 ? [`${unchanged} unchanged`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
    ...(skipped.length > 0 ? [`${skipped.length} left out`] : []),
  ];
  const lines = [
    '',
    `  ${stored} documents stored in ${seconds.toFixed(1)} s (${replaced} of them replaced): ${nodes} new nodes, ${edges} new edges.`,
    ...(others.length > 0 ? [`  Documents ${others.join(', ')}.`] : []),
    ...(stored + unchanged + removed + skipped.length === 0 ? ['  There is no file of a known format.'] : []),
    ...(unresolved.length > 0 ? [`  Links that lead nowhere yet: ${shown}${more(unresolved.length, 10)}`] : []),
    ...leftOut('Left out', skipped),
    ...leftOut('In', problems),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

const more = (count: number, shown: number): string => (count > shown ? ` and ${count - shown} more` : '');

function leftOut(what: string, list: readonly LeftOut[]): string[] {
  const lines = list.slice(0, MAX_LINES).map(({ path, reason }) => `  ${what} ${path}: ${reason}`);
  return list.length > MAX_LINES ? [...lines, `  ...${more(list.length, MAX_LINES)}`] : lines;
}
