/** A child without a device, for tests of the process's door. Its adapter's name tells its process. */
import type { KernelGraph, KernelStep } from '../kernel.ts';
import { serveKernel } from './child-server.ts';

const PLACES = 3;
let graph: KernelGraph | undefined;

serveKernel(async ({ memoryLimit }) => {
  if (memoryLimit === 0) {
    process.stderr.write('no room\n', () => process.exit(3));
    await new Promise<never>(() => {});
  }
  return {
    bufferLimit: 1e6,
    kernel: {
      backend: 'fake',
      adapter: String(process.pid),
      lost: new Promise<Error>(() => {}),
      get bytes() {
        return 100 * (graph?.nodes ?? 0);
      },
      async load(next: KernelGraph) {
        graph = next;
      },
      // Never answers a run without steps.
      run: async (steps: readonly KernelStep[]) =>
        steps.length > 0 ? { movement: steps.length } : new Promise<never>(() => {}),
      forces: async ({ theta }: KernelStep) => new Float32Array(PLACES).fill(theta),
      read: async () => graph!.positions,
      async place(nodes: Uint32Array, places: Float32Array) {
        if (nodes[0]! >= graph!.nodes) throw new RangeError(`there is no node ${nodes[0]}`);
        graph!.positions.set(places, PLACES * nodes[0]!);
      },
      async dispose() {},
    },
  };
});
