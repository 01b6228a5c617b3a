export { type CpuLayoutOptions, createCpuLayout } from './cpu.ts';
export type { LayoutEngine, LayoutGraph, LayoutGrowth, LayoutParameters, TickReport } from './engine.ts';
export { type LayoutHost, type LayoutHostOptions, startLayoutHost } from './host.ts';
export type { LayoutHostState } from './messages.ts';
