/** Entry of the process with the device; started by child-kernel.ts. */
import { serveKernel } from './child-server.ts';
import { openDawnDevice } from './dawn.ts';
import { bufferLimitOf, createWebGpuKernel } from './webgpu-kernel.ts';

serveKernel(async ({ memoryLimit, ...wanted }) => {
  const device = await openDawnDevice(wanted);
  return { kernel: await createWebGpuKernel(device, { memoryLimit }), bufferLimit: bufferLimitOf(device) };
});
