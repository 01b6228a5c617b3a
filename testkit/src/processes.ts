/** Processes as the kernel sees them, and what can be done to them from outside. Linux: all of it is read from /proc. */
import { readdirSync, readFileSync } from 'node:fs';

const PAGE_BYTES = 4096;

/** Children of a process, at once or by way of others, without itself; parents come before their children. */
export function descendants(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? parentOf(Number(name)) : null;
    if (parent !== null) parents.set(Number(name), parent);
  }
  const found = [pid];
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child);
  return found.slice(1);
}

/** Resident memory of a process with all its descendants, bytes. Pages that they share count once for each. */
export function residentBytesOfTree(pid: number): number {
  return [pid, ...descendants(pid)].reduce((sum, one) => sum + residentBytes(one), 0);
}

function residentBytes(pid: number): number {
  const pages = Number(read(`/proc/${pid}/statm`)?.split(' ')[1] ?? 0);
  return pages * PAGE_BYTES;
}

/** The last parenthesis ends the name, which may hold any character; state and parent follow. */
function parentOf(pid: number): number | null {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === null) return null;
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** null when the process is gone. */
function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Stops a process with all its descendants, as a machine that hangs would; returns what lets them go on. */
export function freeze(pid: number): () => void {
  const all = [pid, ...descendants(pid)];
  for (const one of all) signal(one, 'SIGSTOP');
  return () => {
    for (const one of all) signal(one, 'SIGCONT');
  };
}

/** @returns false when there is no such process any more */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw failure;
  }
}

/** Numbers of the signals that are asked about; /proc/PID/status has them as a mask. */
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGUSR1: 10, SIGUSR2: 12, SIGTERM: 15 } as const;

/** Whether a process has a handler of its own for a signal: one that it lacks ends it. */
export function handlesSignal(pid: number, name: keyof typeof SIGNAL_NUMBERS): boolean {
  const mask = /^SigCgt:\s*([0-9a-f]+)$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  if (mask === undefined) return false;
  return ((BigInt(`0x${mask}`) >> BigInt(SIGNAL_NUMBERS[name] - 1)) & 1n) === 1n;
}

/** Descendants of a server that answer its requests, by the module that they run; empty when it does that itself. */
export function servingProcesses(root: number): number[] {
  return descendants(root).filter((pid) => (read(`/proc/${pid}/cmdline`) ?? '').includes('serving.child.'));
}
