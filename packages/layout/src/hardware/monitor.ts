/** Watches temperatures, says when one is too high, and how much less to compute until it falls. */
import type { Clock, Timer } from '@vortexflow/primitives';
import type { ReadSensors, SensorReading } from './sensors.ts';

/** `unknown` while no device tells its temperature. */
export type HardwareState = 'unknown' | 'normal' | 'alert' | 'throttle';

/** Degrees Celsius. */
interface TemperatureLimits {
  /** From here on people should know. */
  readonly alert: number;
  /** From here on there is less work. Above `alert`. */
  readonly throttle: number;
}

export interface HardwareMonitorOptions {
  readonly sources: readonly ReadSensors[];
  readonly clock: Clock;
  /** Time between the end of a reading and the next, ms. Default 5000. While the machine offers nothing, 12 times that. */
  readonly periodMs?: number;
  /** Default 85 and 90 for graphics cards, 95 and 100 for processors, which are built to run hotter. */
  readonly limits?: Readonly<Partial<Record<SensorReading['kind'], TemperatureLimits>>>;
  /** Share of the work that remains while throttled, 0 < share <= 1. Default 0.25. */
  readonly throttledShare?: number;
  /** Called when the state changes. What it throws is thrown away. */
  readonly onChange?: (state: HardwareState, readings: readonly SensorReading[]) => void;
}

/** A state ends only this far below the limit that began it, degrees, so that it does not flicker. */
const HYSTERESIS = 5;
/** Readings that a device may miss before it is forgotten: one failure must not lift a throttle. */
const MISSES_ALLOWED = 3;
const IDLE_PERIODS = 12;
const DEFAULT_LIMITS: Readonly<Record<SensorReading['kind'], TemperatureLimits>> = {
  gpu: { alert: 85, throttle: 90 },
  cpu: { alert: 95, throttle: 100 },
};
const SEVERITY: readonly HardwareState[] = ['unknown', 'normal', 'alert', 'throttle'];

interface Device {
  readonly reading: SensorReading;
  readonly state: HardwareState;
  readonly missed: number;
}

/** Reads in the background; nothing of it throws, whatever the sensors do. */
export class HardwareMonitor {
  readonly #options: HardwareMonitorOptions;
  #devices: ReadonlyMap<string, Device> = new Map();
  #state: HardwareState = 'unknown';
  #timer: Timer | null = null;
  /** Counts the starts and stops: a reading under way when one comes must not go on after it. */
  #run = 0;
  #running = false;

  constructor(options: HardwareMonitorOptions) {
    this.#options = options;
  }

  /** Reads now and then again and again. Starting twice is harmless. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#poll(++this.#run);
  }

  /** Reads no more; the last state stays. */
  stop(): void {
    this.#running = false;
    this.#run++;
    this.#timer?.cancel();
  }

  /** The worst state of all devices. */
  state(): HardwareState {
    return this.#state;
  }

  /** The latest readings; empty where the machine offers none. */
  readings(): readonly SensorReading[] {
    return [...this.#devices.values()].map(({ reading }) => reading);
  }

  /** Share of the usual work that the machine should be given now: 1, or less while it is too hot. */
  throttleFactor(): number {
    return this.#state === 'throttle' ? (this.#options.throttledShare ?? 0.25) : 1;
  }

  async #poll(run: number): Promise<void> {
    const { sources, clock, periodMs = 5000 } = this.#options;
    const read = await Promise.all(sources.map((source) => source().catch(() => [])));
    if (run !== this.#run) return;
    this.#take(read.flat());
    const wait = this.#devices.size > 0 ? periodMs : periodMs * IDLE_PERIODS;
    this.#timer = clock.after(wait, () => void this.#poll(run));
  }

  #take(readings: readonly SensorReading[]): void {
    const devices = new Map<string, Device>();
    for (const [name, device] of this.#devices) {
      if (device.missed < MISSES_ALLOWED) devices.set(name, { ...device, missed: device.missed + 1 });
    }
    for (const reading of readings) {
      const state = this.#stateOf(reading, this.#devices.get(reading.device)?.state ?? 'unknown');
      devices.set(reading.device, { reading, state, missed: 0 });
    }
    this.#devices = devices;
    const severities = [...devices.values()].map(({ state }) => SEVERITY.indexOf(state));
    this.#change(SEVERITY[Math.max(0, ...severities)] ?? 'unknown');
  }

  #stateOf({ kind, temperature }: SensorReading, before: HardwareState): HardwareState {
    if (temperature === null) return 'unknown';
    const { alert, throttle } = this.#options.limits?.[kind] ?? DEFAULT_LIMITS[kind];
    if (temperature >= throttle - (before === 'throttle' ? HYSTERESIS : 0)) return 'throttle';
    const warned = before === 'alert' || before === 'throttle';
    return temperature >= alert - (warned ? HYSTERESIS : 0) ? 'alert' : 'normal';
  }

  #change(state: HardwareState): void {
    if (state === this.#state) return;
    this.#state = state;
    try {
      this.#options.onChange?.(state, this.readings());
    } catch {
      // Whoever listens must not stop the watch.
    }
  }
}
