/** A process with a child, threads and a port, for the tests of what is done to processes from outside. */
import { fork } from 'node:child_process';
import { createServer } from 'node:net';
import { isMainThread, Worker } from 'node:worker_threads';

const role = process.argv[2] ?? 'parent';

if (!isMainThread) setInterval(() => undefined, 1000);
else if (role === 'child') {
  // It owns the port, as a serving process does.
  const server = createServer((socket) => socket.end('hello'));
  server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
  process.on('disconnect', () => process.exit());
} else {
  const here = new URL(import.meta.url);
  const threads = [0, 1].map(() => new Worker(here));
  threads.forEach((thread, i) => thread.on('exit', () => process.send?.({ ended: i })));
  process.on('SIGHUP', () => process.send?.({ signal: 'SIGHUP' }));
  const child = fork(here, ['child']);
  child.once('message', (address) => process.send?.({ child: child.pid, address }));
  process.on('disconnect', () => process.exit());
}
