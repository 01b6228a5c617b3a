/** How each kind of fault is done to the target. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { descendants, freeze, handlesSignal, servingProcesses, signal } from '@vortexflow/testkit';
import type { FaultKind, ScheduledFault } from './schedule.ts';
import type { Target } from './target.ts';

/** Faults of the network, which are made from outside of it; rejects where there is none. */
export interface NetworkFaults {
  lose(port: number, share: number): Promise<void>;
  heal(): Promise<void>;
}

/** What was done, for people, and what ends it. */
export interface Injected {
  readonly what: string;
  readonly end: () => Promise<void>;
}

/** The fault cannot be made here, and why; the report says so. */
export class NotPossible extends Error {}

type Inject = (target: Target, network: NetworkFaults, fault: ScheduledFault) => Promise<Injected>;

const NOTHING = (): Promise<void> => Promise.resolve();

/** @throws NotPossible */
export function inject(target: Target, network: NetworkFaults, fault: ScheduledFault): Promise<Injected> {
  return INJECT[fault.kind](target, network, fault);
}

const pidOf = (target: Target): number => target.server().process.pid as number;
const portOf = (target: Target): number => Number(new URL(target.server().url).port);

const INJECT: Readonly<Record<FaultKind, Inject>> = {
  'worker-kill': async (target) => {
    const root = pidOf(target);
    for (const pid of [...descendants(root), root]) {
      // Children that run no Node, or end just now, have nobody to ask.
      if (await target.threads.kill(pid, 'reason').catch(() => false)) {
        return { what: `a reasoning thread of process ${pid} was ended`, end: NOTHING };
      }
    }
    throw new NotPossible('no reasoning thread found');
  },
  'process-kill': async (target) => {
    const serving = servingProcesses(pidOf(target));
    const [victim] = serving;
    if (victim === undefined) throw new NotPossible('one process does it all, and nobody would start it again');
    signal(victim, 'SIGKILL');
    return { what: `kill -9 of process ${victim}, one of ${serving.length} that serve`, end: NOTHING };
  },
  'black-hole': async ({ proxy }) => {
    const heal = await proxy.inject({ kind: 'black-hole' });
    return { what: 'the language model accepts connections and says nothing', end: heal };
  },
  'packet-loss': async (target, network, { share = 0 }) => {
    await network.lose(portOf(target), share);
    const percent = Math.round(share * 100);
    return { what: `${percent} % of the packets to and from the server are lost`, end: () => network.heal() };
  },
  freeze: async (target) => {
    const thaw = freeze(pidOf(target));
    return { what: 'all processes of the server stand still', end: async () => thaw() };
  },
  'disk-full': async ({ disk }) => {
    if (!disk) throw new NotPossible('only root may mount a disk');
    disk.fill();
    return { what: 'no byte is free on the disk of the data', end: () => disk.empty() };
  },
  'bad-config': async (target) => {
    const pid = pidOf(target);
    if (!handlesSignal(pid, 'SIGHUP')) throw new NotPossible('the server reads no settings while it runs (no SIGHUP)');
    const file = join(target.server().dataFolder, 'vortexflow.yaml');
    const before = await readFile(file, 'utf8').catch(() => null);
    await writeFile(file, 'timeout_ms: soon\nno_such_setting: [\n');
    signal(pid, 'SIGHUP');
    const end = async (): Promise<void> => {
      await (before === null ? rm(file, { force: true }) : writeFile(file, before));
      signal(pid, 'SIGHUP');
    };
    return { what: 'a settings file that is no YAML, and SIGHUP', end };
  },
};
