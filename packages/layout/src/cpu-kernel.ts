/** The best kernel that this machine's processor has. */
import { availableParallelism } from 'node:os';
import type { Clock } from '@vortexflow/primitives';
import { createTypeScriptKernel } from './cpu-ts/typescript-kernel.ts';
import type { StartKernel } from './kernel.ts';
import { createWasmKernel } from './wasm/wasm-kernel.ts';

/** More threads than this wait for each other more than they help. */
const MOST_THREADS = 8;

/** What the kernel may take. */
export interface CpuKernelOptions {
  readonly clock: Clock;
  /** Threads, the calling one included. Default: one per core, 8 at most. */
  readonly threads?: number;
  /** Most bytes. */
  readonly memoryLimit?: number;
  /** Told why WebAssembly cannot be used, when it cannot. */
  readonly onFallback?: (reason: Error) => void;
}

/** WebAssembly on several threads, or plain TypeScript where that cannot run. */
export async function createCpuKernel(options: CpuKernelOptions): Promise<StartKernel> {
  const { threads = Math.min(MOST_THREADS, availableParallelism()), memoryLimit, onFallback } = options;
  try {
    return await createWasmKernel({ clock: options.clock, threads, ...(memoryLimit && { memoryLimit }) });
  } catch (reason) {
    onFallback?.(reason as Error);
    return createTypeScriptKernel(memoryLimit);
  }
}
