/** The main module of a child process that hosts a placed actor. */
import { Host } from './host.ts';
import { FileProgress, PROGRESS_FD } from './progress.ts';
import { describeThrown, type FromHost, type Setup, type ToHost } from './wire.ts';

let sending = 0;
let closing = false;

const sent = (): void => {
  sending--;
  if (closing && sending === 0) process.exit();
};

/** Without an owner there is nobody to tell. Throws when the message cannot be cloned. */
const send = (message: FromHost): void => {
  if (!process.connected) return;
  process.send?.(message, undefined, undefined, sent);
  sending++;
};

/** Leaves once all that was sent is out. */
const close = (): void => {
  closing = true;
  if (sending === 0 || !process.connected) process.exit();
};

const host = new Host((message) => send(message), new FileProgress(PROGRESS_FD), close);
// Before whatever handles it, so that the owner knows why; it may well be survived.
process.on('uncaughtExceptionMonitor', (error) => send({ type: 'uncaught', thrown: describeThrown(error) }));
process.on('disconnect', () => host.quit());
// A terminal sends this to the whole group, and the owner decides; asked by name, it leaves in order.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => host.quit());
process.once('message', (setup: Setup) => {
  process.on('message', (message: ToHost) => host.receive(message));
  void host.prepare(setup);
});
