/** Which faults come when, as data: the default, or a file of JSON. */

/** What can be done to the server. */
export const FAULT_KINDS = [
  /** A reasoning thread is ended. */
  'worker-kill',
  /** kill -9 of one of several serving processes. */
  'process-kill',
  /** The language model accepts connections and says nothing. */
  'black-hole',
  /** A share of the packets between clients and server is lost. */
  'packet-loss',
  /** All processes of the server stand still. */
  'freeze',
  /** The disk of the data has no byte left. */
  'disk-full',
  /** A settings file that makes no sense, and SIGHUP. */
  'bad-config',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** One fault of a schedule. */
export interface ScheduledFault {
  readonly kind: FaultKind;
  /** Seconds from the beginning of the soak. */
  readonly at: number;
  /** How long it lasts, seconds; kills are over at once. */
  readonly seconds: number;
  /** Of packets that are lost, 0 to 1; for `packet-loss`. */
  readonly share?: number;
}

/** Shares of the whole at which the faults begin, and how long they last at most, in seconds and as a share. */
const DEFAULT: readonly (readonly [kind: FaultKind, at: number, seconds: number, share: number])[] = [
  ['worker-kill', 0.05, 0, 0],
  ['freeze', 0.13, 1, 1],
  ['black-hole', 0.2, 60, 0.1],
  ['process-kill', 0.35, 0, 0],
  ['packet-loss', 0.45, 60, 0.1],
  ['worker-kill', 0.6, 0, 0],
  ['disk-full', 0.68, 30, 0.08],
  ['bad-config', 0.82, 10, 0.05],
];
const DEFAULT_LOSS = 0.2;

/** Eight faults; in ten minutes and more the black hole and the loss take a minute each, in less a tenth of the time. */
export function defaultSchedule(seconds: number): ScheduledFault[] {
  return DEFAULT.map(([kind, at, most, share]) => ({
    kind,
    at: round(at * seconds),
    seconds: round(Math.min(most, share * seconds)),
    ...(kind === 'packet-loss' ? { share: DEFAULT_LOSS } : {}),
  }));
}

const round = (seconds: number): number => Math.round(seconds * 10) / 10;

const FIELDS = new Set(['kind', 'at', 'seconds', 'share']);

/**
 * Reads a schedule: a list of `{ "kind", "at", "seconds", "share" }`.
 * @param total how long the soak takes, seconds
 * @returns the faults by their beginning
 * @throws Error that says which entry is wrong, and what it takes
 */
export function readSchedule(text: string, total: number): ScheduledFault[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (failure) {
    throw new Error(`the schedule is not JSON: ${(failure as Error).message}`, { cause: failure });
  }
  if (!Array.isArray(list)) throw new Error('the schedule takes a list of faults');
  const faults = list.map((entry: unknown, i) => readFault(entry, `fault ${i + 1}`, total));
  return faults.sort((a, b) => a.at - b.at);
}

function readFault(entry: unknown, name: string, total: number): ScheduledFault {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) throw new Error(`${name} is no object`);
  const fields = entry as Record<string, unknown>;
  const unknown = Object.keys(fields).find((field) => !FIELDS.has(field));
  if (unknown !== undefined) throw new Error(`${name}: "${unknown}" is not known; there are ${[...FIELDS].join(', ')}`);
  const kind = FAULT_KINDS.find((one) => one === fields['kind']);
  if (!kind) throw new Error(`${name}: kind takes one of ${FAULT_KINDS.join(', ')}`);
  const number = (field: string, fallback: number | undefined, most: number): number => {
    const value = fields[field] ?? fallback;
    if (typeof value !== 'number' || !(value >= 0 && value <= most))
      throw new Error(`${name}: ${field} takes a number from 0 to ${most}`);
    return value;
  };
  const at = number('at', undefined, total);
  const seconds = number('seconds', 0, total - at);
  return { kind, at, seconds, ...(kind === 'packet-loss' ? { share: number('share', DEFAULT_LOSS, 1) } : {}) };
}
