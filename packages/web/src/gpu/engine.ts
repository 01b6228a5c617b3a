/** The server's engine, in the page: a part of the page's code that is loaded only when somebody asks for it. */
import { createWebGpuLayout, type WebGpuLayout } from '@vortexflow/layout/internal';
import { seededRandom } from '@vortexflow/primitives';

/** The picture's own buffers and whatever else the card does need room too. */
const SHARE_OF_BUFFER = 0.5;

/** @throws GPUPipelineError (rejects) when the device refuses a shader */
export const openEngine = (device: GPUDevice): Promise<WebGpuLayout> =>
  createWebGpuLayout(device, { memoryLimit: SHARE_OF_BUFFER * device.limits.maxBufferSize, random: seededRandom(1) });
