/** What the machine says of its own heat and load. */

/** One device at one moment. */
export interface SensorReading {
  /** Name for people, the same at every reading: `nvidia 0 (NVIDIA H100 80GB HBM3)`, `hwmon2 (amdgpu)`. */
  readonly device: string;
  readonly kind: 'gpu' | 'cpu';
  /** Degrees Celsius; null where the device does not say. */
  readonly temperature: number | null;
  /** Share of the time that it was busy, 0 .. 1; null where the device does not say. */
  readonly utilisation: number | null;
}

/** Reads the sensors of one source. Resolves with none where the machine has no such source; never rejects. */
export type ReadSensors = () => Promise<readonly SensorReading[]>;
