/**
 * A device in Node, through Dawn. Dawn runs inside the process and can take it down, so the server never calls this: a
 * child process does (child-kernel.ts).
 */
/// <reference types="@webgpu/types" />

/** Which device is wanted. */
export interface DawnOptions {
  readonly powerPreference?: GPUPowerPreference;
  /** Take a device that computes on the processor, too. Slower than the CPU kernels: for tests. */
  readonly allowSoftware?: boolean;
}

/** Thrown when this machine has no device for {@link openDawnDevice}. */
export class NoAdapterError extends Error {
  override readonly name = 'NoAdapterError';
}

interface DawnModule {
  create(flags: readonly string[]): GPU;
}

/** Held for the life of the process: it crashes when Dawn's instance is garbage-collected. */
const instances: GPU[] = [];

/**
 * Opens a device of this machine.
 *
 * @throws NoAdapterError (rejects) when Dawn is not installed, finds no device, or only one in software that is not allowed
 */
export async function openDawnDevice({ powerPreference, allowSoftware = false }: DawnOptions = {}): Promise<GPUDevice> {
  const gpu = (instances[0] ??= await createInstance());
  const adapter = await gpu.requestAdapter(powerPreference ? { powerPreference } : {});
  if (!adapter) throw new NoAdapterError('there is no graphics device (or no Vulkan driver) on this machine');
  if (adapter.info.isFallbackAdapter && !allowSoftware)
    throw new NoAdapterError(`the only graphics device computes in software: ${adapter.info.description}`);
  return adapter.requestDevice();
}

async function createInstance(): Promise<GPU> {
  try {
    // The package is optional and has no types that Node resolves.
    const dawn = (await import('webgpu')) as DawnModule;
    return dawn.create([]);
  } catch (cause) {
    throw new NoAdapterError('the package webgpu (Dawn) is not installed or does not load here', { cause });
  }
}
