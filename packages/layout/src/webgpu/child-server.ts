/** The child's half: serves a kernel to the parent process, and ends with it. */
import type { LosableKernel } from '../kernel.ts';
import type { CallName, Calls, Failure, FromChild, OpenOptions, Results, ToChild } from './child-messages.ts';

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
    const result = (await CALLS[name](kernel, argument as never)) as Results[CallName];
    send({ kind: 'done', id, result, bytes: kernel.bytes });
  } catch (error) {
    send({ kind: 'failed', id, failure: failureOf(error), bytes: kernel.bytes });
  }
}

const CALLS: { readonly [N in CallName]: (kernel: LosableKernel, argument: Calls[N]) => Promise<Results[N] | void> } = {
  load: async (kernel, { graph }) => kernel.load(graph),
  run: async (kernel, { steps }) => kernel.run(steps),
  forces: async (kernel, { step }) => kernel.forces(step),
  read: async (kernel) => kernel.read(),
  place: async (kernel, { nodes, places }) => kernel.place(nodes, places),
};

const failureOf = (error: unknown): Failure =>
  error instanceof Error ? { name: error.name, message: error.message } : { name: 'Error', message: String(error) };

// Without a parent there is nobody to tell, and the disconnect ends the process.
const send = (message: FromChild): void => void process.send?.(message, undefined, undefined, () => {});
