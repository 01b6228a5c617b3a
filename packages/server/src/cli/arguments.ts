/** Reading the command line. */
import { parseArgs } from 'node:util';
import { COLUMN_ROLES, type ColumnOverrides, type ColumnRole } from '@vortexflow/graph';

export const USAGE = `Vortexflow: ask your knowledge, and watch the answer light up in it.

  vortexflow serve              start the server (also without a command)
  vortexflow ask "QUESTION"     ask; uses the running server, or loads the knowledge itself
      --mode MODE               Fast, Balanced, Thorough, Reasoning
      --strategy NAME           WeightedAverage, MajorityVote, Stacking, BayesianAverage, Ensemble, Adaptive
      --min-confidence N        withhold answers below N (0 to 1)
  vortexflow ingest PATH...     take in folders or files: Markdown (Obsidian, Logseq), text, HTML, PDF, CSV, TSV,
                                JSON, JSONL, GraphML, GEXF, Turtle, N-Triples; what has not changed is passed over
      --watch                   stay, and take in what changes, until Ctrl+C
      --prune                   also remove documents whose files are gone
      --preview                 say what would become of the files, and store nothing
      --columns ROLE=NAME,...   what the columns of tables are: id, name, alias, text, source, target, relation, weight
  vortexflow calibrate FILE     ask the questions of a JSON lines file and learn from the answers in it; lines:
                                {"question": "...", "answer": "..." or "answers": [...], "answerable": false}
  vortexflow tree               what runs in the server, and how often each part was started again
      --watch                   stay, and print it whenever it changes, until Ctrl+C
  vortexflow config show [NAME...]     settings, and which layer each comes from
      set NAME=VALUE... | unset NAME...   change the running server, and take that back
      history | diff FROM TO | rollback VERSION
      validate [FILE]           say whether a file can be read, and what it would change
  vortexflow audit verify [PATH]   whether the audit log of a folder, or an export of one, is what it was
      --key FILE                its key; default: the one that the server uses
      --anchor FILE             what an anchor has seen; may be given several times
  vortexflow audit show         what happened, the oldest first
  vortexflow audit export       the signed part of the audit log, to standard output
  vortexflow privacy export SUBJECT   all that the audit log holds of a subject: owner, the id of a user, address:IP
  vortexflow privacy erase SUBJECT    make that unreadable for good
  vortexflow key                print the owner key
  vortexflow keys create NAME   make a key for a program, and print it: it is shown once
      --scopes LIST             what it may do: look, ask, contribute, change, configure, audit (default look,ask)
      --days N                  how long it is good: 1 to 3650, or never (default 90)
  vortexflow keys list          all keys, without their secrets
  vortexflow keys revoke ID     make a key count no more
  vortexflow link               print a link by which the owner signs in once, within ten minutes
      --json                    print JSON (ask, ingest, calibrate, tree, config, audit, key, keys, link)
  vortexflow help               this text; --version prints the version

Exit status: 0 done, 1 failed, 2 wrong usage, 3 abstained (ask), 4 done, but some files were left out (ingest).
`;

/** Thrown for a command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** One command with its options. */
export interface Command {
  readonly name: (typeof NAMES)[number];
  /** What follows the command: the question or the path. */
  readonly operand: string;
  /** The same, word by word: the paths. */
  readonly operands: readonly string[];
  readonly watch: boolean;
  readonly prune: boolean;
  readonly preview: boolean;
  /** Names or numbers of columns by their role. */
  readonly columns: ColumnOverrides;
  readonly json: boolean;
  readonly mode?: string;
  readonly strategy?: string;
  readonly minConfidence?: number;
  /** File of a key. */
  readonly key?: string;
  /** Files of anchors. */
  readonly anchors: readonly string[];
  /** Of a key: names, separated by commas. */
  readonly scopes?: string;
  /** Of a key. */
  readonly days?: string;
}

const NAMES = [
  'serve',
  'ask',
  'ingest',
  'calibrate',
  'tree',
  'config',
  'audit',
  'privacy',
  'key',
  'keys',
  'link',
  'help',
  'version',
] as const;

/** What to ask for when a command has no operand that needs one. */
const MISSING: Partial<Record<Command['name'], string>> = {
  ask: 'What is the question?',
  ingest: 'Which folder?',
  calibrate: 'Which file of questions?',
  audit: 'verify, show or export?',
  privacy: 'export or erase, and whom?',
  keys: 'create NAME, list, or revoke ID?',
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
    operands,
    watch: values.watch === true,
    prune: values.prune === true,
    preview: values.preview === true,
    columns: readColumns(values.columns ?? ''),
    json: values.json === true,
    anchors: values.anchor ?? [],
    ...(values.key === undefined ? {} : { key: values.key }),
    ...(values.scopes === undefined ? {} : { scopes: values.scopes }),
    ...(values.days === undefined ? {} : { days: values.days }),
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
        watch: { type: 'boolean' },
        prune: { type: 'boolean' },
        preview: { type: 'boolean' },
        columns: { type: 'string' },
        mode: { type: 'string' },
        strategy: { type: 'string' },
        scopes: { type: 'string' },
        days: { type: 'string' },
        'min-confidence': { type: 'string' },
        key: { type: 'string' },
        anchor: { type: 'string', multiple: true },
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

function readColumns(text: string): ColumnOverrides {
  const columns: Partial<Record<ColumnRole, string>> = {};
  for (const pair of text.split(',').filter((one) => one.trim() !== '')) {
    const [role = '', column = ''] = pair.split('=').map((part) => part.trim());
    if (!(COLUMN_ROLES as readonly string[]).includes(role) || column === '') {
      throw new UsageError(`--columns takes ROLE=NAME,...; roles are ${COLUMN_ROLES.join(', ')}.`);
    }
    columns[role as ColumnRole] = column;
  }
  return columns;
}
