/** Reading the command line. */
import { parseArgs } from 'node:util';

export const USAGE = `Vortexflow: ask your knowledge, and watch the answer light up in it.

  vortexflow serve              start the server (also without a command)
  vortexflow ask "QUESTION"     ask; uses the running server, or loads the knowledge itself
      --mode MODE               Fast, Balanced, Thorough, Reasoning
      --strategy NAME           WeightedAverage, MajorityVote, Stacking, BayesianAverage, Ensemble, Adaptive
      --min-confidence N        withhold answers below N (0 to 1)
  vortexflow ingest PATH        add a folder of Markdown (or one file) to the knowledge
  vortexflow calibrate FILE     ask the questions of a JSON lines file and learn from the answers in it; lines:
                                {"question": "...", "answer": "..." or "answers": [...], "answerable": false}
  vortexflow key                print the owner key
      --json                    print JSON (ask, ingest, calibrate, key)
  vortexflow help               this text; --version prints the version

Exit status: 0 done, 1 failed, 2 wrong usage, 3 abstained (ask).
`;

/** Thrown for a command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** One command with its options. */
export interface Command {
  readonly name: 'serve' | 'ask' | 'ingest' | 'calibrate' | 'key' | 'help' | 'version';
  /** What follows the command: the question or the path. */
  readonly operand: string;
  readonly json: boolean;
  readonly mode?: string;
  readonly strategy?: string;
  readonly minConfidence?: number;
}

const NAMES = ['serve', 'ask', 'ingest', 'calibrate', 'key', 'help', 'version'] as const;

/** What to ask for when a command has no operand that needs one. */
const MISSING: Partial<Record<Command['name'], string>> = {
  ask: 'What is the question?',
  ingest: 'Which folder?',
  calibrate: 'Which file of questions?',
};

/** @throws UsageError that says what is wrong */
export function parseCommand(argv: readonly string[]): Command {
  const { values, positionals } = parse(argv);
  const [given = 'serve', ...operands] = positionals;
  const name =
    values.help === true
      ? 'help'
      : values.version === true
        ? 'version'
        : NAMES.find((candidate) => candidate === given);
  if (name === undefined) throw new UsageError(`There is no command "${given}".`);
  const operand = operands.join(' ').trim();
  const missing = MISSING[name];
  if (missing !== undefined && operand === '') throw new UsageError(missing);
  return {
    name,
    operand,
    json: values.json === true,
    ...(values.mode === undefined ? {} : { mode: values.mode }),
    ...(values.strategy === undefined ? {} : { strategy: values.strategy }),
    ...(values['min-confidence'] === undefined ? {} : { minConfidence: readShare(values['min-confidence']) }),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
        mode: { type: 'string' },
        strategy: { type: 'string' },
        'min-confidence': { type: 'string' },
      },
    });
  } catch (failure) {
    throw new UsageError((failure as Error).message);
  }
}

function readShare(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new UsageError('--min-confidence takes a number from 0 to 1.');
  return value;
}
