export type { LayoutChange, LayoutEngine, LayoutGraph, LayoutParameters, TickReport } from './engine.ts';
export { createForceLayout, type ForceLayoutOptions } from './force-layout.ts';
export { runCommand, type RunCommand } from './hardware/command.ts';
export { hwmon } from './hardware/hwmon.ts';
export {
  HardwareMonitor,
  type HardwareMonitorOptions,
  type HardwareState,
  type TemperatureLimits,
} from './hardware/monitor.ts';
export { nvidiaSmi } from './hardware/nvidia-smi.ts';
export type { ReadSensors, SensorReading } from './hardware/sensors.ts';
export { type LayoutHost, type LayoutHostOptions, startLayoutHost } from './host.ts';
export type { LayoutHostState } from './messages.ts';
export { createWasmKernel } from './wasm/wasm-kernel.ts';
