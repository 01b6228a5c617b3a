/** A server that does nothing but stream: the real viewers and encoder, and a layout that never settles on a thread. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { ANONYMOUS } from '@vortexflow/identity';
import { systemClock } from '@vortexflow/primitives';
import { encodeTopology } from '@vortexflow/protocol';
import { type LiveFigures, Metrics, Viewers } from '@vortexflow/server/internal';
import type { MoverOrder, MoverReport, MoverSettings } from './mover.child.ts';

/** Sent to the parent: once the address, then the state of the process on each order. */
export type StreamServerReport =
  | { readonly url: string }
  | {
      readonly viewers: number;
      readonly memory: NodeJS.MemoryUsage;
      /** Since the report before, ms. */
      readonly loopDelayMs: { readonly p50: number; readonly p99: number; readonly most: number };
      readonly cpuSeconds: number;
    };

const settings = JSON.parse(process.argv[2]!) as MoverSettings;
const HOST = '127.0.0.1';
const live = (): LiveFigures => ({ viewers: viewers.count }) as LiveFigures;
const metrics = new Metrics(live);
const viewers: Viewers = new Viewers({ metrics: () => metrics, clock: systemClock });
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();

const mover = new Worker(new URL('./mover.child.ts', import.meta.url), { workerData: settings });
mover.on('message', (report: MoverReport) => {
  if ('blocks' in report) return viewers.picture.showBlocks(report.blocks);
  viewers.picture.showTick(report.tick);
  viewers.refresh();
});
const plain = new Uint8Array(settings.nodes);
viewers.connect({
  topology: () =>
    encodeTopology({
      sequence: 0,
      revision: 1,
      groups: plain,
      sizes: plain,
      edges: new Uint32Array(0),
      groupNames: ['nodes'],
    }),
  wish: (keys) => mover.postMessage({ keys } satisfies MoverOrder),
  onCount: () => undefined,
  onServed: () => mover.postMessage({ ready: true } satisfies MoverOrder),
});
const server = createServer();
viewers.listen(server, {
  access: {
    admit: () => ANONYMOUS,
    admitSocket: () => ANONYMOUS,
    hold: () => undefined,
    refused: () => null,
    addressOf: () => HOST,
  },
  audit: null,
});
server.listen(0, HOST, () => {
  process.send?.({
    url: `ws://${HOST}:${(server.address() as AddressInfo).port}/ws/graph`,
  } satisfies StreamServerReport);
});

process.on('message', () => {
  // Only what is reachable counts, so that garbage of the moment does not look like growth.
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const ms = (nanoseconds: number): number => nanoseconds / 1e6;
  process.send?.({
    viewers: viewers.count,
    memory: process.memoryUsage(),
    loopDelayMs: { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), most: ms(delay.max) },
    cpuSeconds: (user + system) / 1e6,
  } satisfies StreamServerReport);
  delay.reset();
});
process.on('disconnect', () => process.exit());
