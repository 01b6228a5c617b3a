/**
 * Loaded into a server before its own code (`--import`, see `thread-killer.ts`), so that a test can end a thread of a
 * process from outside: nothing of the operating system can, and the server itself has no door for it.
 */
import { syncBuiltinESMExports } from 'node:module';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import threads, { isMainThread, Worker } from 'node:worker_threads';

const folder = process.env['VORTEXFLOW_TEST_THREADS'];
const running = new Map<Worker, string>();

/** Notes which module each thread runs, and the texts that it was given at once, such as another module to load there. */
class NotedWorker extends Worker {
  constructor(...args: ConstructorParameters<typeof Worker>) {
    super(...args);
    const given: unknown = args[1]?.workerData;
    const texts = Object.values(given ?? {}).filter((value) => typeof value === 'string' || value instanceof URL);
    running.set(this, [args[0], ...texts].join(' '));
    this.once('exit', () => running.delete(this));
  }
}

/** One line in, one line out: `list`, or `end N MODULE` for the N-th thread (from 0, oldest first) that runs the module. */
async function obey(line: string): Promise<unknown> {
  if (line === 'list') return [...running.values()];
  const [, nth, name] = /^end (\d+) (.+)$/.exec(line) ?? [];
  const matching = [...running].filter(([, module]) => name !== undefined && module.includes(name));
  const worker = matching[Number(nth)]?.[0];
  await worker?.terminate();
  return worker !== undefined;
}

function serve(socket: Socket): void {
  socket.unref();
  socket.on('error', () => undefined);
  socket.once('data', (line) => {
    void obey(line.toString().trim()).then((answer) => socket.end(JSON.stringify(answer)));
  });
}

if (folder !== undefined && isMainThread) {
  threads.Worker = NotedWorker;
  // Also for modules that import the name.
  syncBuiltinESMExports();
  createServer(serve)
    .listen(join(folder, `${process.pid}.sock`))
    .unref();
}
