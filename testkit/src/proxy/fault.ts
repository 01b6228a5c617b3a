/** The faults that the proxy can inject, as data. */

/** `up` is from the client to the server, `down` the way back. */
export type Direction = 'up' | 'down' | 'both';

interface Aim {
  /** Which way is faulty. Default `both`. */
  readonly direction?: Direction;
  /** Share of connections that have the fault, 0 to 1, drawn once for each connection. Default 1. */
  readonly toxicity?: number;
}

/** One fault. Several at once add up, in the order in which they were injected. */
export type Fault =
  /** Every piece arrives later by `ms` and up to `jitterMs` more, in order. */
  | (Aim & { readonly kind: 'latency'; readonly ms: number; readonly jitterMs?: number })
  | (Aim & { readonly kind: 'bandwidth'; readonly bytesPerSecond: number })
  /** Connections are accepted and stay open, and nothing passes, not even their end. What was held back passes after healing. */
  | (Aim & { readonly kind: 'black-hole' })
  /** Both sides get a TCP reset once `afterBytes` (default 0: at once) have passed in the direction. */
  | (Aim & { readonly kind: 'reset'; readonly afterBytes?: number })
  /** Pieces of at most `bytes`, with `pauseMs` after each. */
  | (Aim & { readonly kind: 'slice'; readonly bytes: number; readonly pauseMs: number })
  /** Both sides are closed in good order after so many bytes in the direction. */
  | (Aim & { readonly kind: 'limit'; readonly bytes: number })
  /** The end of a connection is told `ms` later. */
  | (Aim & { readonly kind: 'slow-close'; readonly ms: number })
  /** Each byte is changed with the probability `share`. */
  | (Aim & { readonly kind: 'corrupt'; readonly share: number })
  /** `up`: the server's side is closed and the client is not told; `down`: the other way round. What is still sent is lost. */
  | (Omit<Aim, 'direction'> & { readonly kind: 'half-open'; readonly direction: 'up' | 'down' })
  /** New connections are accepted and closed at once; those that are open stay. */
  | (Omit<Aim, 'direction'> & { readonly kind: 'drop-new' })
  /** Nobody listens any more (ECONNREFUSED); connections that are open stay. */
  | { readonly kind: 'refuse' };

/** Faults of one kind. */
export type FaultOf<Kind extends Fault['kind']> = Extract<Fault, { kind: Kind }>;

/** Whether a fault touches what goes one way. */
export function concerns(fault: Fault, way: 'up' | 'down'): boolean {
  const direction = 'direction' in fault ? (fault.direction ?? 'both') : 'both';
  return direction === 'both' || direction === way;
}

/** Least and greatest of each number of a fault. */
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  toxicity: [0, 1],
  share: [0, 1],
  ms: [0, 3_600_000],
  jitterMs: [0, 3_600_000],
  pauseMs: [0, 3_600_000],
  bytesPerSecond: [1, 1e12],
  bytes: [0, 1e12],
  afterBytes: [0, 1e12],
};

/** @throws RangeError when a number of the fault is none that makes sense */
export function checkFault(fault: Fault): void {
  for (const [name, value] of Object.entries(fault)) {
    const range = RANGES[name];
    if (range && !(typeof value === 'number' && value >= range[0] && value <= range[1]))
      throw new RangeError(`${fault.kind}: ${name} is ${String(value)}; it takes ${range[0]} to ${range[1]}`);
  }
  if (fault.kind === 'slice' && fault.bytes < 1) throw new RangeError('slice: bytes takes 1 or more');
}
