/** Ends threads of a launched server from outside, as a crash would. */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ThreadKiller {
  /** Variables that a server, or any Node program, must be launched with. Its child processes get them, too. */
  readonly env: Readonly<Record<string, string>>;
  /** Modules of the threads that a process has now, oldest first. @throws Error when it was not launched with `env` */
  threads(pid: number): Promise<string[]>;
  /**
   * Ends a thread.
   * @param module part of the address of the thread's module
   * @param nth which of those that run it, from 0, the oldest first
   * @returns false when there is no such thread
   */
  kill(pid: number, module: string, nth?: number): Promise<boolean>;
  /** Removes what it keeps in the file system. */
  remove(): Promise<void>;
}

const AGENT = new URL('./agent.preload.ts', import.meta.url);

export async function createThreadKiller(): Promise<ThreadKiller> {
  const folder = await mkdtemp(join(tmpdir(), 'vortexflow-threads-'));
  const say = async (pid: number, line: string): Promise<unknown> => {
    const socket = connect(join(folder, `${pid}.sock`));
    socket.write(`${line}\n`);
    let answer = '';
    for await (const data of socket as AsyncIterable<Buffer>) answer += data.toString();
    return JSON.parse(answer) as unknown;
  };
  return {
    env: {
      NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import ${AGENT.href}`.trim(),
      VORTEXFLOW_TEST_THREADS: folder,
    },
    threads: async (pid) => (await say(pid, 'list')) as string[],
    kill: async (pid, module, nth = 0) => (await say(pid, `end ${nth} ${module}`)) === true,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
