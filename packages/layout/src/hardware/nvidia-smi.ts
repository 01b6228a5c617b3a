/** Sensors of NVIDIA cards, by the `nvidia-smi` that comes with their driver. */
import type { RunCommand } from './command.ts';
import type { ReadSensors, SensorReading } from './sensors.ts';

const QUERY = ['--query-gpu=index,name,temperature.gpu,utilization.gpu', '--format=csv,noheader,nounits'];
/** It takes 0.05 s with a loaded driver and a second without persistence mode; a card that has fallen off the bus hangs it. */
const TIMEOUT_MS = 4000;

/** Asks `nvidia-smi`. No readings where there is none, no card, or a driver that does not answer. */
export function nvidiaSmi(run: RunCommand): ReadSensors {
  return async () => {
    try {
      return parseNvidiaSmi(await run('nvidia-smi', QUERY, TIMEOUT_MS));
    } catch {
      // Most machines have no NVIDIA card: that is no news.
      return [];
    }
  };
}

/**
 * Reads lines of index, name, degrees Celsius, per cent busy. What is no number, e.g. `[N/A]`, is null; lines of another
 * form, e.g. messages, are left out.
 */
export function parseNvidiaSmi(output: string): SensorReading[] {
  return output.split(/\r?\n/).flatMap((line) => {
    // The name may hold commas.
    const match = /^\s*(\d+)\s*,\s*(.+?)\s*,\s*([^,]*?)\s*,\s*([^,]*?)\s*$/.exec(line);
    if (!match) return [];
    const [, index, name, temperature, utilisation] = match as unknown as [string, string, string, string, string];
    const busy = numberOf(utilisation);
    return [
      {
        device: `nvidia ${index} (${name})`,
        kind: 'gpu',
        temperature: numberOf(temperature),
        utilisation: busy === null ? null : busy / 100,
      },
    ];
  });
}

const numberOf = (text: string): number | null => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : null);
