/** The graphics process of `loss.ts`: as the real one, and its device goes away on SIGUSR2. */
import { openDawnDevice, serveKernel } from '@vortexflow/layout';
import { bufferLimitOf, createWebGpuKernel } from '@vortexflow/layout/internal';

serveKernel(async ({ memoryLimit, ...wanted }) => {
  const device = await openDawnDevice(wanted);
  process.on('SIGUSR2', () => device.destroy());
  return { kernel: await createWebGpuKernel(device, { memoryLimit }), bufferLimit: bufferLimitOf(device) };
});
