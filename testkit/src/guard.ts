/** Things of the operating system that must not outlive a test, not even one that is killed: a guard holds each. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A child that holds something, and gives it back when told to, or when this process is gone. */
export interface Guard {
  readonly pid: number;
  release(): Promise<void>;
}

/** Longest wait for what is to be held, ms. */
const START_MS = 10_000;

/**
 * Runs shell commands that take hold of something; then waits for the end of its input, which also comes when this
 * process dies, and runs those that give it back.
 *
 * @param wrap command that runs the shell, such as `unshare -n`
 * @throws Error with what the commands wrote when they fail
 */
export async function startGuard(take: string, give: string, wrap: readonly string[] = []): Promise<Guard> {
  // Signals that end a whole group of processes must not end it before it has given back.
  const script = `trap '' TERM INT HUP; set -e; { ${take}; } >&2; echo held; set +e; read -r _; ${give}`;
  // Programs such as nft are not in the path of everybody.
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
  const command = [...wrap, 'sh', '-c', script];
  const child = spawn(command[0] as string, command.slice(1), { stdio: ['pipe', 'pipe', 'pipe'], env, detached: true });
  const gone = once(child, 'exit').catch(() => undefined);
  await held(child);
  // It ends with its input; nobody has to wait for it.
  child.unref();
  return {
    pid: child.pid as number,
    release: async () => {
      child.ref();
      child.stdin.end();
      await gone;
    },
  };
}

async function held(child: ChildProcess): Promise<void> {
  let problems = '';
  child.stderr?.on('data', (data: Buffer) => (problems += data.toString()));
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`${why}${problems === '' ? '' : `: ${problems.trim()}`}`));
    const timer = setTimeout(() => fail('the guard is not ready'), START_MS);
    child.once('error', (failure) => fail(failure.message));
    child.once('close', () => fail('the guard ended'));
    child.stdout?.once('data', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
