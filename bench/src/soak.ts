/**
 * `node bench/src/soak.ts [--minutes 30] [--rate 200] [--seed 1] [--faults FILE] [--held] [--json FILE]`: a real server under a
 * steady open load while faults are done to it; how many requests failed, how soon it was well again, what was lost.
 * With `--held` it collects garbage in each process and thread all the time and tells what is held even so; latencies then
 * are those of such a server. As root it runs in a network and on a disk of its own, which some faults need; the others run anywhere.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { inNetwork, type Network, networkMissing } from '@vortexflow/testkit';
import { circumstances } from './figure.ts';
import { defaultSchedule, readSchedule } from './soak/schedule.ts';
import type { FromSoak, ToSoak } from './soak/soak.child.ts';
import type { SoakOrder, SoakRecord } from './soak/soak-run.ts';
import { summarise } from './soak/summary.ts';
import { reportText } from './soak/text.ts';

const CHILD = fileURLToPath(new URL('./soak/soak.child.ts', import.meta.url));

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    faults: { type: 'string', default: 'default' },
    held: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const about = circumstances();
const record = networkMissing === undefined ? await inNetwork((network) => soak(network)) : await soak(null);
const report = summarise(record);
process.stdout.write(`${reportText(report, about).join('\n')}\n`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ about, ...report }, null, 2)}\n`);

function readOrder(): SoakOrder {
  const number = (name: 'minutes' | 'rate' | 'seed', least: number, most: number): number => {
    const value = Number(values[name]);
    if (!(value >= least && value <= most)) throw new Error(`--${name} takes a number from ${least} to ${most}`);
    return value;
  };
  const seconds = Math.round(number('minutes', 0.2, 10_000) * 60);
  const faults =
    values.faults === 'default' ? defaultSchedule(seconds) : readSchedule(readFileSync(values.faults, 'utf8'), seconds);
  return { seconds, held: values.held, rate: number('rate', 1, 10_000), seed: number('seed', 0, 2 ** 32 - 1), faults };
}

async function soak(network: Network | null): Promise<SoakRecord> {
  const order = readOrder();
  const child = network
    ? network.spawn(process.execPath, [CHILD], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    : fork(CHILD);
  const began = performance.now();
  const say = (text: string): void =>
    void process.stderr.write(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${text}\n`);
  const tell = (message: ToSoak): void => void child.send(message);
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the soak ended with ${code}`)));
    child.on('message', (message: FromSoak) => {
      if (message.kind === 'say') say(message.text);
      else if (message.kind === 'record') resolve(ended(child).then(() => message.record));
      else void doneBy(network, message).then((why) => tell({ kind: 'done', why }));
    });
    tell({ kind: 'start', order });
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null)
    await new Promise<void>((resolve) => child.once('exit', () => resolve()));
}

/** Does to the network what the soak asks for. @returns null, or why it cannot be done */
async function doneBy(network: Network | null, message: FromSoak): Promise<string | null> {
  if (network === null) return networkMissing ?? 'no network of its own';
  try {
    if (message.kind === 'lose') await network.lose({ port: message.port }, message.share);
    if (message.kind === 'heal') await network.heal();
    return null;
  } catch (failure) {
    return (failure as Error).message;
  }
}
