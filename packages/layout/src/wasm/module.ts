/** The compiled kernel. `npm ci` builds the file from `assembly/`; without it there is no `cpu-wasm` backend. */
import { readFile } from 'node:fs/promises';

/** What the module exports. All works on the shared memory it was given. */
export interface KernelExports {
  /** Takes tasks of the present phase until none is left; returns how many. */
  work(worker: number): number;
  partOrder(): void;
  fitUpwards(): void;
  spreadRatio(): number;
  leafRadius(): number;
  meanGroups(): void;
  sumPartials(tasks: number): void;
  resetNodes(firstShare: number): void;
  scratchBytes(levels: number): number;
}

const FILE = new URL('../../dist/kernel.wasm', import.meta.url);

/**
 * Reads and compiles the module.
 * @throws Error when it has not been built, or the machine has no SIMD or threads in WebAssembly
 */
export async function compileKernel(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(FILE));
}

/** An instance on a shared memory; one per thread. */
export function instantiateKernel(module: WebAssembly.Module, memory: WebAssembly.Memory): KernelExports {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports;
}
