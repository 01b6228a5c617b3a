/** A PostgreSQL server of its own for a test: in a temporary folder, on a free port, ended with the test. */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

const run = promisify(execFile);

const bin = [
  process.env['PG_BIN'] ?? '',
  // The newest of those that Debian installs side by side.
  ...globSync('/usr/lib/postgresql/*/bin').sort((a, b) => b.localeCompare(a, 'en', { numeric: true })),
  ...(process.env['PATH'] ?? '').split(delimiter),
].find((folder) => folder !== '' && existsSync(join(folder, 'initdb')));

interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root. */
const account: Account | null = process.getuid?.() === 0 ? accountOf('postgres') : {};

function accountOf(name: string): Account | null {
  try {
    const id = (option: string): number => Number(execFileSync('id', [option, name], { stdio: 'pipe' }).toString());
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return null;
  }
}

/** Why no PostgreSQL server can be launched here; undefined when one can. PG_BIN names the folder of its programs. */
export const postgresMissing: string | undefined =
  bin === undefined
    ? 'no PostgreSQL here (apt-get install postgresql, or set PG_BIN)'
    : account === null
      ? 'root may not run PostgreSQL, and there is no user postgres'
      : undefined;

/** How a server is told to stop: politely (connections are closed, all is written), at once, or not asked at all. */
const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

export interface PostgresServer {
  readonly port: number;
  /** Folder of the Unix socket. */
  readonly socketFolder: string;
  /** Of the superuser `owner`, who owns the database `vortexflow`. */
  readonly password: string;
  /** Address of the database with user and password, over TCP. */
  readonly url: string;
  /** Runs SQL as the superuser; resolves with what it prints. @throws Error with PostgreSQL's words */
  sql(text: string, database?: string): Promise<string>;
  /** Stops the server and keeps its data. `immediate` is its own crash: the next start recovers from its log. */
  stop(how: keyof typeof SIGNALS): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  /** Stops the server and removes its data. */
  remove(): Promise<void>;
}

/** Longest wait for a start, ms. */
const START_MS = 30_000;

/**
 * Launches a server with an empty database, UTF-8, passwords by SCRAM, fsync on.
 * @throws Error when it does not start; what {@link postgresMissing} says when there is none
 */
export async function launchPostgres(): Promise<PostgresServer> {
  if (postgresMissing !== undefined || bin === undefined) throw new Error(postgresMissing);
  const folder = await mkdtemp(join(tmpdir(), 'vortexflow-pg-'));
  const data = join(folder, 'data');
  const password = randomBytes(12).toString('hex');
  await writeFile(join(folder, 'password'), password, { mode: 0o644 });
  if (account?.uid !== undefined && account.gid !== undefined) await chown(folder, account.uid, account.gid);
  const setUp = ['-D', data, '-U', 'owner', '-A', 'scram-sha-256', '--pwfile', join(folder, 'password')];
  await run(join(bin, 'initdb'), [...setUp, '-E', 'UTF8', '--locale=C', '--no-sync'], { ...account, cwd: folder });
  const port = await freePort();
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`];
  const program = [join(bin, 'postgres'), '-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  let server: ChildProcess | null = null;
  const sql = async (text: string, database = 'vortexflow'): Promise<string> => {
    const options = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', folder, '-p', String(port), '-U', 'owner'];
    const env = { ...process.env, PGPASSWORD: password };
    return (await run(join(bin, 'psql'), [...options, '-d', database, '-c', text], { env })).stdout.trim();
  };
  const start = async (): Promise<void> => {
    server = await startProgram(program, folder);
    await answering(() => sql('select 1', 'postgres'), server);
  };
  const stop = async (how: keyof typeof SIGNALS): Promise<void> => {
    if (server?.exitCode === null) await end(server, SIGNALS[how]);
    server = null;
  };
  await start();
  await sql('create database vortexflow', 'postgres');
  return {
    port,
    socketFolder: folder,
    password,
    url: `postgres://owner:${password}@127.0.0.1:${port}/vortexflow`,
    sql,
    start,
    stop,
    remove: async () => {
      await stop('immediate');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Ends the server when a line, the name of a signal, or the end of its input arrives: also when the test was killed. */
const GUARD = '"$@" & read -r signal; kill -s "${signal:-QUIT}" $!; wait $!';

async function startProgram(program: readonly string[], folder: string): Promise<ChildProcess> {
  const child = spawn('sh', ['-c', GUARD, 'sh', ...program], {
    ...account,
    cwd: folder,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await once(child, 'spawn');
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = once(child, 'exit');
  child.stdin?.end(`${signal.slice('SIG'.length)}\n`);
  await gone;
}

async function answering(ask: () => Promise<string>, server: ChildProcess): Promise<void> {
  const latest = performance.now() + START_MS;
  for (;;) {
    try {
      await ask();
      return;
    } catch (failure) {
      if (server.exitCode !== null || performance.now() > latest) throw failure;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
