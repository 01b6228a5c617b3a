/** A child whose device goes away on SIGUSR2. */
import { serveKernel } from './child-server.ts';
import { openDawnDevice } from './dawn.ts';
import { bufferLimitOf, createWebGpuKernel } from './webgpu-kernel.ts';

serveKernel(async ({ memoryLimit, ...wanted }) => {
  const device = await openDawnDevice(wanted);
  process.on('SIGUSR2', () => device.destroy());
  const kernel = await createWebGpuKernel(device, { memoryLimit });
  Object.defineProperty(kernel, 'adapter', { value: String(process.pid) });
  return { kernel, bufferLimit: bufferLimitOf(device) };
});
