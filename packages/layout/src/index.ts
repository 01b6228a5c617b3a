export type { LayoutChange, LayoutEngine, LayoutGraph, LayoutParameters, TickReport } from './engine.ts';
export { createForceLayout, type ForceLayoutOptions } from './force-layout.ts';
export type { HardwareState } from './hardware/monitor.ts';
export type { SensorReading } from './hardware/sensors.ts';
export { type LayoutHost, type LayoutHostOptions, startLayoutHost } from './host.ts';
export type { LayoutBackend, LayoutHostState, LayoutNotice } from './messages.ts';
