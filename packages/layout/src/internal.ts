/** For siblings that measure, and for the page: parts of an engine that run in Node and in browsers alike. */
export { createTypeScriptKernel } from './cpu-ts/typescript-kernel.ts';
export { rangeFor } from './force-layout.ts';
export type { KernelGraph, KernelStep, StartKernel } from './kernel.ts';
export { LayoutState } from './layout-state.ts';
export { PositionStream } from './position-stream.ts';
export { createResilientKernel } from './resilient-kernel.ts';
export { bufferLimitOf, createWebGpuKernel } from './webgpu/webgpu-kernel.ts';
export { createWebGpuLayout, type WebGpuLayout } from './webgpu/webgpu-layout.ts';
