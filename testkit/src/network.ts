/**
 * A network of its own for some processes, with faults that only the kernel can make: packets that are lost, ways that
 * are cut without a word. It is a network namespace with nothing in it but its loopback, 127.0.0.0/8. Needs root and
 * nftables. There is no kernel delay (netem is often missing): latency is the proxy's.
 */
import { type ChildProcess, execFile, spawn, type SpawnOptions } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { delimiter } from 'node:path';
import { promisify } from 'node:util';
import { startGuard } from './guard.ts';
import { signal } from './processes.ts';

const run = promisify(execFile);
const PROGRAMS = ['nft', 'ip', 'tc', 'nsenter', 'unshare'];
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
const missing = PROGRAMS.filter((name) => !FOLDERS.some((folder) => existsSync(`${folder}/${name}`)));

/** Why no network can be made here; undefined when one can. */
export const networkMissing: string | undefined =
  process.platform !== 'linux'
    ? 'network namespaces are of Linux'
    : process.getuid?.() !== 0
      ? 'only root may make a network namespace'
      : missing.length > 0
        ? `${missing.join(', ')} not found (packages nftables, iproute2, util-linux)`
        : undefined;

/** Which packets: those to or from an address, a port, or both. */
export interface Place {
  /** One of 127.0.0.0/8. Default: all of them. */
  readonly address?: string;
  /** TCP port. Default: all. */
  readonly port?: number;
}

export interface Network {
  /** Command that runs another command inside. */
  readonly enter: readonly string[];
  /** Starts a program inside. All that runs inside at the end is killed, however it came there. */
  spawn(program: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
  /** Drops every packet to and from a place, or those of one way; no error tells the two sides. */
  cut(place: Place, ways?: 'to' | 'from' | 'both'): Promise<void>;
  /** Answers packets to a place with a TCP reset. */
  reject(place: Place): Promise<void>;
  /** Loses a share of the packets to and from a place, 0 to 1, by the kernel's own chance: no seed repeats it. */
  lose(place: Place, share: number): Promise<void>;
  /** Limits all traffic, bits per second. */
  limitRate(bitsPerSecond: number): Promise<void>;
  /** Takes everything back. */
  heal(): Promise<void>;
}

/** Runs something with a network of its own, and takes it and all processes in it away afterwards. */
export async function inNetwork<Result>(use: (network: Network) => Promise<Result>): Promise<Result> {
  if (networkMissing !== undefined) throw new Error(networkMissing);
  // Frames as large as loopback's usual 64 KB would not pass a limited rate.
  const guard = await startGuard(`ip link set lo up mtu 1500; ${EMPTY_TABLE}`, ':', ['unshare', '-n']);
  const network = new Namespace(guard.pid);
  try {
    return await use(network);
  } finally {
    await network.clear();
    await guard.release();
  }
}

const EMPTY_TABLE =
  "nft 'add table inet faults; add chain inet faults arriving { type filter hook input priority 0; }'";

class Namespace implements Network {
  readonly enter: readonly string[];
  readonly #guard: number;
  readonly #children = new Set<ChildProcess>();

  constructor(guard: number) {
    this.#guard = guard;
    this.enter = ['nsenter', `--net=/proc/${guard}/ns/net`];
  }

  spawn(program: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const [enter, ...rest] = this.enter as [string, ...string[]];
    const child = spawn(enter, [...rest, program, ...args], options);
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    child.once('error', () => this.#children.delete(child));
    return child;
  }

  async cut(place: Place, ways: 'to' | 'from' | 'both' = 'both'): Promise<void> {
    if (ways !== 'from') await this.#rule(`${matching(place, 'd')} drop`);
    if (ways !== 'to') await this.#rule(`${matching(place, 's')} drop`);
  }

  async reject(place: Place): Promise<void> {
    await this.#rule(`${matching(place, 'd')} reject with tcp reset`);
  }

  async lose(place: Place, share: number): Promise<void> {
    if (!(share >= 0 && share <= 1)) throw new RangeError(`a share of packets is 0 to 1, not ${share}`);
    if (share === 0) return;
    if (share === 1) return this.cut(place);
    const chance = `numgen random mod 10000 < ${Math.max(1, Math.min(9999, Math.round(share * 10_000)))}`;
    for (const way of ['d', 's'] as const) await this.#rule(`${matching(place, way)} ${chance} drop`);
  }

  async limitRate(bitsPerSecond: number): Promise<void> {
    const rate = `${Math.max(8, Math.round(bitsPerSecond))}bit`;
    await this.#run('tc', [
      'qdisc',
      'replace',
      'dev',
      'lo',
      'root',
      'tbf',
      'rate',
      rate,
      'burst',
      '10kb',
      'limit',
      '1mb',
    ]);
  }

  async heal(): Promise<void> {
    await this.#run('nft', ['flush chain inet faults arriving']);
    // There is none unless the rate was limited.
    await this.#run('tc', ['qdisc', 'del', 'dev', 'lo', 'root']).catch(() => undefined);
  }

  async clear(): Promise<void> {
    // One that has only just been started may not have entered yet.
    const gone = [...this.#children].map((child) => new Promise((resolve) => child.once('exit', resolve)));
    for (const child of this.#children) child.kill('SIGKILL');
    await Promise.all(gone);
    for (let left = this.#processes(); left.length > 0; left = this.#processes()) {
      for (const pid of left) signal(pid, 'SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  #processes(): number[] {
    const own = networkOf(this.#guard);
    if (own === null) return [];
    const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return all.map(Number).filter((pid) => pid !== this.#guard && networkOf(pid) === own);
  }

  async #rule(rule: string): Promise<void> {
    await this.#run('nft', [`add rule inet faults arriving ${rule}`]);
  }

  async #run(program: string, args: readonly string[]): Promise<void> {
    const [enter, ...rest] = this.enter as [string, ...string[]];
    await run(enter, [...rest, program, ...args], { env: { ...process.env, PATH: FOLDERS.join(delimiter) } });
  }
}

/** Which network a process is in; null when it is gone, or dead and not yet buried. */
function networkOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return null;
  }
}

/** The part of a rule that says which packets. @param end `d` for those to the place, `s` for those from it */
function matching({ address, port }: Place, end: 'd' | 's'): string {
  if (address !== undefined && !/^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address))
    throw new RangeError(`"${address}" is no address of the loopback`);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536))
    throw new RangeError(`${port} is no TCP port`);
  if (port !== undefined) return `${address === undefined ? '' : `ip ${end}addr ${address} `}tcp ${end}port ${port}`;
  return `${address === undefined ? '' : `ip ${end}addr ${address} `}meta l4proto tcp`;
}
