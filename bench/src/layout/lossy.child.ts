/** The graphics process of `loss.ts`: as the real one, and its device goes away on SIGUSR2. */
import { bufferLimitOf, createWebGpuKernel, openDawnDevice, serveKernel } from '@vortexflow/layout/internal';

serveKernel(async ({ memoryLimit, ...wanted }) => {
  const device = await openDawnDevice(wanted);
  process.on('SIGUSR2', () => device.destroy());
  return { kernel: await createWebGpuKernel(device, { memoryLimit }), bufferLimit: bufferLimitOf(device) };
});
