/** The first module of a worker thread that hosts a placed actor. */
import { parentPort, workerData } from 'node:worker_threads';
import { Host } from './host.ts';
import { SharedProgress } from './progress.ts';
import { describeThrown, type FromHost, type ThreadSetup, type Thrown, type ToHost } from './wire.ts';

const port = parentPort;
if (port === null) throw new Error('this module runs on a worker thread');
const setup = workerData as ThreadSetup;
const host = new Host(
  (message, transfer) => port.postMessage(message, transfer),
  new SharedProgress(setup.progress),
  // The owner ends the thread once it has heard that the actor has ended.
  () => undefined,
);
let thrown: Thrown | undefined;
process.on('uncaughtExceptionMonitor', (error) => {
  thrown = describeThrown(error);
  // Whatever handles it may survive it.
  setImmediate(() => (thrown = undefined));
});
// What is left to do with a large heap takes many milliseconds; the next one need not wait for it.
process.on('exit', (code) => port.postMessage({ type: 'leaving', code, thrown } satisfies FromHost));
port.on('message', (message: ToHost) => host.receive(message));
await host.prepare(setup);
