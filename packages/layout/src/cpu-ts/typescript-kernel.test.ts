import { describeKernel } from '../kernel-conformance.ts';
import { createTypeScriptKernel } from './typescript-kernel.ts';

describeKernel('cpu-ts', async ({ memoryLimit }) => createTypeScriptKernel(memoryLimit));
