/**
 * One WebGPU device for the whole page: the renderer draws with it, and whatever computes in the page shares it, so that
 * positions never leave the GPU.
 */

/** A device and what is known of it. */
export interface GpuContext {
  readonly device: GPUDevice;
  /** Vendor and architecture as the browser tells them, e.g. `nvidia ampere`; for people, not for decisions. */
  readonly name: string;
}

/** Limits that a layout of a large graph needs more of than every device must have; taken as the adapter has them. */
const WANTED = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupStorageSize',
] as const;

/**
 * Opens a device.
 *
 * @param lost called once if the device is lost, unless it was destroyed by hand
 * @throws Error when this browser has none to give
 */
export async function openGpu(lost: (why: string) => void): Promise<GpuContext> {
  // Typed as always there, but absent in older browsers and on pages that did not come over HTTPS or from this machine.
  const gpu = navigator.gpu as GPU | undefined;
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('WebGPU is not available in this browser.');
  const requiredLimits = Object.fromEntries(WANTED.map((name) => [name, adapter.limits[name]]));
  const device = await adapter.requestDevice({ requiredLimits });
  void tellLoss(device, lost);
  const { vendor, architecture } = adapter.info;
  return { device, name: `${vendor} ${architecture}`.trim() };
}

async function tellLoss(device: GPUDevice, lost: (why: string) => void): Promise<void> {
  const { reason, message } = await device.lost;
  if (reason !== 'destroyed') lost(message);
}
