export type { LayoutChange, LayoutEngine, LayoutGraph, LayoutParameters, TickReport } from './engine.ts';
export { createForceLayout, type ForceLayoutOptions } from './force-layout.ts';
export { type LayoutHost, type LayoutHostOptions, startLayoutHost } from './host.ts';
export type { LayoutHostState } from './messages.ts';
