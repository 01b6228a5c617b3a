/** Processes as the kernel sees them, and what can be done to them from outside. Linux: all of it is read from /proc. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

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

/**
 * Descendants of a server that have a TCP socket at its port, listening or connected: its serving processes. Empty
 * when the process itself does all the serving, or serves over a pipe that its children got.
 * @param root process of the server; the sockets are those of its network namespace
 */
export function servingProcesses(root: number, port: number): number[] {
  const sockets = socketsAt(root, port);
  return descendants(root).filter((pid) => holdsOne(pid, sockets));
}

/** Inodes of the sockets with this local port, by /proc/PID/net/tcp: sl local remote state ... inode */
function socketsAt(pid: number, port: number): Set<string> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const inodes = new Set<string>();
  for (const table of ['tcp', 'tcp6']) {
    for (const line of (read(`/proc/${pid}/net/${table}`) ?? '').split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(wanted) && fields[9]) inodes.add(`socket:[${fields[9]}]`);
    }
  }
  return inodes;
}

function holdsOne(pid: number, sockets: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => sockets.has(linkOf(`/proc/${pid}/fd/${fd}`)));
  } catch {
    return false;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
