/** `vortexflow ask`: one question, one answer, on the terminal. */
import { DisposalStack, systemClock } from '@vortexflow/primitives';
import { MODES, type ProcessRequest, type ProcessResponse, STRATEGIES } from '@vortexflow/protocol';
import { openDataFolder } from '../config/data-folder.ts';
import { LiveSettings } from '../config/live-settings.ts';
import type { Settings } from '../config/settings.ts';
import { openOffline } from '../runtime/runtime.ts';
import { createLogger } from '../telemetry/logger.ts';
import { type Command, UsageError } from './arguments.ts';
import { runningServer } from './connection.ts';
import { progressLine } from './progress.ts';

export async function runAsk(command: Command, settings: Settings): Promise<number> {
  const request = requestOf(command);
  const server = await runningServer(settings);
  const answer = server ? await server.ask(request) : await askHere(request, settings);
  process.stdout.write(command.json ? `${JSON.stringify(answer, null, 2)}\n` : readable(answer));
  return answer.answered ? 0 : 3;
}

function requestOf({ operand, mode, strategy, minConfidence }: Command): ProcessRequest {
  return {
    input: operand,
    ...(mode === undefined ? {} : { mode: oneOf(MODES, mode, '--mode') }),
    ...(strategy === undefined ? {} : { strategy: oneOf(STRATEGIES, strategy, '--strategy') }),
    ...(minConfidence === undefined ? {} : { min_confidence: minConfidence }),
  };
}

function oneOf<T extends string>(choices: readonly T[], text: string, option: string): T {
  const choice = choices.find((candidate) => candidate.toLowerCase() === text.toLowerCase());
  if (choice === undefined) throw new UsageError(`${option} takes one of ${choices.join(', ')}.`);
  return choice;
}

/** Without a server: loads the knowledge into this process, answers, lets go of it. */
async function askHere(request: ProcessRequest, settings: Settings): Promise<ProcessResponse> {
  const progress = progressLine(process.stderr);
  const logger = createLogger(
    settings.values.logLevel === 'info' ? 'warn' : settings.values.logLevel,
    settings.values.logFormat,
  );
  const files = await openDataFolder(settings.values.dataFolder);
  await using disposal = new DisposalStack();
  const options = { settings: new LiveSettings(settings), files, clock: systemClock, logger, report: progress.show };
  const runtime = await openOffline(options, disposal);
  progress.clear();
  return await runtime.answering.ask(request, 'command-line');
}

/** An answer for a person: the answer, how sure, who said what, on what evidence, by which way. */
function readable(answer: ProcessResponse): string {
  const { result, confidence, calibrated, metadata, opinions, evidence, path, metrics, remarks, flags } = answer;
  const share = `${Math.round(confidence * 100)} %`;
  const sure = calibrated
    ? `right about ${Math.round(confidence * 100)} times in 100`
    : `score ${share}, not calibrated yet`;
  const lines = [
    '',
    `  ${result ?? "I don't know."}`,
    '',
    `  ${metadata.kind} · ${sure} · position ${answer.flux_position} · ${metrics.duration_ms} ms`,
    ...(remarks.length + flags.length > 0 ? [`  ${[...remarks, ...flags].join(' · ')}`] : []),
    '',
    ...opinions.map(
      ({ source, answer: said, outcome, confidence: raw }) =>
        `  ${source.padEnd(6)} ${said === null ? outcome : `${shorten(said)} (${raw.toFixed(2)})`}`,
    ),
    ...(path.length > 0 ? ['', `  ${path.join(' → ')}`] : []),
    '',
    ...evidence.slice(0, 5).map(({ title, snippet }, i) => `  ${i + 1}. ${title}: ${shorten(snippet)}`),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

const shorten = (text: string): string => (text.length <= 100 ? text : `${text.slice(0, 99).trimEnd()}…`);
