/** The child's half: serves a kernel to the parent process, and ends with it. */
import type { CallName, Calls, Failure, FromChild, OpenOptions, Results, ToChild } from './child-messages.ts';
import type { LosableKernel } from './webgpu-kernel.ts';

/** A kernel, and the bytes that its device can bind. */
export interface OpenedKernel {
  readonly kernel: LosableKernel;
  readonly bufferLimit: number;
}

/**
 * Serves until the channel to the parent closes; then the process ends at once, whatever the device is doing.
 *
 * @param open called once, with what the parent wants
 */
export function serveKernel(open: (options: OpenOptions) => Promise<OpenedKernel>): void {
  let kernel: LosableKernel | undefined;
  // Not process.exit(): the device's destructors may hang.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.on('message', (message: ToChild) => {
    if (message.kind === 'ping') send({ kind: 'pong' });
    else if (message.kind === 'open') void start(message.options);
    else if (kernel) void answer(kernel, message.id, message.name, message.argument);
  });

  async function start(options: OpenOptions): Promise<void> {
    try {
      const opened = await open(options);
      kernel = opened.kernel;
      void kernel.lost.then((error) => send({ kind: 'lost', failure: failureOf(error) }));
      send({ kind: 'opened', adapter: kernel.adapter, bufferLimit: opened.bufferLimit });
    } catch (error) {
      send({ kind: 'unopened', failure: failureOf(error) });
    }
  }
}

async function answer(kernel: LosableKernel, id: number, name: CallName, argument: Calls[CallName]): Promise<void> {
  try {
    const result = await call(kernel, name, argument);
    send({ kind: 'done', id, result, bytes: kernel.bytes });
  } catch (error) {
    send({ kind: 'failed', id, failure: failureOf(error), bytes: kernel.bytes });
  }
}

async function call(kernel: LosableKernel, name: CallName, argument: Calls[CallName]): Promise<Results[CallName]> {
  switch (name) {
    case 'load':
      return kernel.load((argument as Calls['load']).graph) as Promise<undefined>;
    case 'run':
      return kernel.run((argument as Calls['run']).steps);
    case 'forces':
      return kernel.forces((argument as Calls['forces']).step);
    case 'read':
      return kernel.read();
    case 'place': {
      const { nodes, places } = argument as Calls['place'];
      return kernel.place(nodes, places) as Promise<undefined>;
    }
  }
}

const failureOf = (error: unknown): Failure =>
  error instanceof Error ? { name: error.name, message: error.message } : { name: 'Error', message: String(error) };

// Without a parent there is nobody to tell, and the disconnect ends the process.
const send = (message: FromChild): void => void process.send?.(message, undefined, undefined, () => {});
