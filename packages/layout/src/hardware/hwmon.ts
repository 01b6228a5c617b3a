/** Sensors that Linux shows as files (kernel documentation: hwmon/sysfs-interface, gpu/amdgpu/thermal). */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadSensors, SensorReading } from './sensors.ts';

/** Drivers whose chip is the processor or the graphics card; others watch disks, batteries and boards. */
const KINDS: Readonly<Record<string, SensorReading['kind']>> = {
  amdgpu: 'gpu',
  radeon: 'gpu',
  nouveau: 'gpu',
  i915: 'gpu',
  xe: 'gpu',
  coretemp: 'cpu',
  k10temp: 'cpu',
  zenpower: 'cpu',
  cpu_thermal: 'cpu',
};

/** Reads the chips below a folder. No readings where it is missing: other systems, most virtual machines. */
export function hwmon(root = '/sys/class/hwmon'): ReadSensors {
  return async () => {
    const chips = (await readdir(root).catch(() => [])).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    const readings = await Promise.all(chips.map((chip) => readChip(root, chip)));
    return readings.filter((reading) => reading !== null);
  };
}

async function readChip(root: string, chip: string): Promise<SensorReading | null> {
  const folder = join(root, chip);
  const driver = await readText(join(folder, 'name'));
  const kind = driver === null ? undefined : KINDS[driver];
  if (kind === undefined) return null;
  const temperature = await readTemperature(folder);
  const busy = await readNumber(join(folder, 'device', 'gpu_busy_percent'));
  if (temperature === null && busy === null) return null;
  return { device: `${chip} (${driver})`, kind, temperature, utilisation: busy === null ? null : busy / 100 };
}

/** The first sensor is that of the whole chip (edge, package, Tctl); without it, the hottest of the others. */
async function readTemperature(folder: string): Promise<number | null> {
  const files = (await readdir(folder).catch(() => [])).filter((file) => /^temp\d+_input$/.test(file));
  const first = files.includes('temp1_input') ? await readNumber(join(folder, 'temp1_input')) : null;
  if (first !== null) return first / 1000;
  const all = await Promise.all(files.map((file) => readNumber(join(folder, file))));
  const known = all.filter((value) => value !== null);
  return known.length > 0 ? Math.max(...known) / 1000 : null;
}

async function readNumber(file: string): Promise<number | null> {
  const text = await readText(file);
  return text !== null && /^-?\d+$/.test(text) ? Number(text) : null;
}

/** A sensor that sleeps answers with an error; so does one that is not there. */
const readText = (file: string): Promise<string | null> =>
  readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
