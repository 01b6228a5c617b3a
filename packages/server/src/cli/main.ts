/** The command line. */
import { CodedError } from '@vortexflow/primitives';
import { ownVersion } from '../version.ts';
import { writeSetting } from '../config/content.ts';
import { MODEL_VARIABLES } from '../config/models.ts';
import { textOfPlain } from '../config/setting-type.ts';
import { readSettings, SettingError, type Settings } from '../config/settings.ts';
import { readSettingsAtRest } from '../config/settings-at-rest.ts';
import { ROWS } from '../config/table.ts';
import { type Command, parseCommand, USAGE, UsageError } from './arguments.ts';

/** What the process ends with. */
export const EXIT = { done: 0, failed: 1, usage: 2, abstained: 3, partial: 4 } as const;

type Run = (command: Command, settings: Settings) => Promise<number>;

/** Each is read when it is called for. */
const COMMANDS: Readonly<Record<Exclude<Command['name'], 'help' | 'version'>, () => Promise<Run>>> = {
  serve: async () => (await import('./serve.ts')).runServe,
  ask: async () => (await import('./ask.ts')).runAsk,
  ingest: async () => (await import('./ingest.ts')).runIngest,
  calibrate: async () => (await import('./calibrate.ts')).runCalibrate,
  tree: async () => (await import('./tree.ts')).runTree,
  config: async () => (await import('./config.ts')).runConfig,
  audit: async () => (await import('./audit.ts')).runAudit,
  privacy: async () => (await import('./privacy.ts')).runPrivacy,
  key: async () => (await import('./key.ts')).runKey,
  keys: async () => (await import('./keys.ts')).runKeys,
  link: async () => (await import('./keys.ts')).runLink,
};

/** What this program writes, only its owner may read. */
process.umask(0o077);

async function main(argv: readonly string[]): Promise<number> {
  const command = parseCommand(argv);
  if (command.name === 'help') {
    process.stdout.write(`${USAGE}\n${settingsHelp()}`);
    return EXIT.done;
  }
  if (command.name === 'version') {
    process.stdout.write(`${await ownVersion()}\n`);
    return EXIT.done;
  }
  const settings = isValidation(command) ? readSettings(process.env) : await readSettingsAtRest(process.env);
  const run = await COMMANDS[command.name]();
  return run(command, settings);
}

/** Looks at a file that may be wrong, so that it must not be needed. */
const isValidation = ({ name, operands }: Command): boolean => name === 'config' && operands[0] === 'validate';

function settingsHelp(): string {
  const rows = ROWS.map(([, row]) => {
    const fallback = row.isSecret ? '' : textOfPlain(writeSetting(row, row.fallback) ?? '');
    return `  ${row.variable.padEnd(22)} ${row.help}${fallback === '' ? '' : ` [${fallback}]`}`;
  });
  const models = MODEL_VARIABLES.map(({ variable, help }) => `  ${variable.padEnd(22)} One language model: ${help}`);
  const file = 'Settings may also stand in vortexflow.yaml in the data folder, or where VORTEXFLOW_CONFIG says.';
  return `Environment:\n${[...rows, ...models].join('\n')}\n${file}\n`;
}

function explain(failure: unknown): { text: string; code: number } {
  if (failure instanceof UsageError) return { text: `${failure.message}\n\n${USAGE}`, code: EXIT.usage };
  if (failure instanceof SettingError) return { text: failure.message, code: EXIT.usage };
  if (failure instanceof CodedError)
    return { text: [failure.message, failure.hint].filter(Boolean).join(' '), code: EXIT.failed };
  if (failure instanceof Error) return { text: failure.message, code: EXIT.failed };
  return { text: String(failure), code: EXIT.failed };
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (failure) {
  const { text, code } = explain(failure);
  process.stderr.write(`vortexflow: ${text}\n`);
  process.exitCode = code;
}
