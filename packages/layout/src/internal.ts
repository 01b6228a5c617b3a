/** For siblings that measure: single kernels and a stream of positions, without threads around them. */
export { createTypeScriptKernel } from './cpu-ts/typescript-kernel.ts';
export { rangeFor } from './force-layout.ts';
export type { KernelGraph, KernelStep, StartKernel } from './kernel.ts';
export { LayoutState } from './layout-state.ts';
export { PositionStream } from './position-stream.ts';
export { createWasmKernel } from './wasm/wasm-kernel.ts';
export { createResilientKernel } from './resilient-kernel.ts';
export { createChildKernel } from './webgpu/child-kernel.ts';
export { serveKernel } from './webgpu/child-server.ts';
export { NoAdapterError, openDawnDevice } from './webgpu/dawn.ts';
export { bufferLimitOf, createWebGpuKernel } from './webgpu/webgpu-kernel.ts';
