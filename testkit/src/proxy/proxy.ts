/** A TCP proxy on loopback that fails as it is told, and can be told otherwise at any moment. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type Clock, type Random, seededRandom, systemClock } from '@vortexflow/primitives';
import { Connection } from './connection.ts';
import type { Fault } from './fault.ts';
import { FaultSet } from './fault-set.ts';
import type { ProxyCounters } from './pipe.ts';

/**
 * What happens when a client sends the awaited bytes: `swallow` cuts both sides before the server sees them;
 * `deliver` hands them on, then cuts the client alone. The server still believes in its side.
 */
type CutKind = 'swallow' | 'deliver';

export interface ProxyOptions {
  /** Delays are measured and waited for on this clock. Default: the machine's own. */
  readonly clock?: Clock;
  /** Decides jitter, corrupted bytes, and which connections a fault hits. Default: seed 1. */
  readonly random?: Random;
}

export interface FaultProxy {
  readonly port: number;
  /** While true, new connections are closed at once: the fault `drop-new`. */
  closed: boolean;
  /** Faults that are being injected, oldest first. */
  readonly faults: readonly Fault[];
  /**
   * Injects a fault into new connections and into those that are open. Resolves with what takes it back.
   * @throws RangeError for a fault that makes no sense
   */
  inject(fault: Fault): Promise<() => Promise<void>>;
  /** Takes all faults back. */
  heal(): Promise<void>;
  /** What happened so far. */
  counters(): Readonly<ProxyCounters>;
  /** Fails the next connection that sends these bytes; resolves when it has been cut. */
  cutAt(bytes: string, kind: CutKind): Promise<void>;
  /** Cuts every connection, on both sides. */
  cut(): void;
  stop(): Promise<void>;
}

interface Trap {
  readonly bytes: string;
  readonly kind: CutKind;
  readonly sprung: () => void;
}

/** @param target port on this machine */
export async function launchProxy(target: number, options: ProxyOptions = {}): Promise<FaultProxy> {
  const proxy = new LoopbackProxy(target, options);
  await proxy.listen();
  return proxy;
}

const noCounts = (): ProxyCounters => ({
  connections: 0,
  open: 0,
  dropped: 0,
  bytesUp: 0,
  bytesDown: 0,
  delayed: 0,
  slices: 0,
  corrupted: 0,
  lost: 0,
  resets: 0,
  limited: 0,
  halfOpened: 0,
});

class LoopbackProxy implements FaultProxy {
  readonly #target: number;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #faults: FaultSet;
  readonly #connections = new Set<Connection>();
  readonly #counters = noCounts();
  #server: Server | null = null;
  #port = 0;
  #trap: Trap | null = null;
  #reopen: (() => Promise<void>) | null = null;

  constructor(target: number, { clock = systemClock, random = seededRandom(1) }: ProxyOptions) {
    this.#target = target;
    this.#clock = clock;
    this.#random = random;
    this.#faults = new FaultSet(random);
  }

  get port(): number {
    return this.#port;
  }

  get faults(): readonly Fault[] {
    return this.#faults.list();
  }

  get closed(): boolean {
    return this.#reopen !== null;
  }

  set closed(closed: boolean) {
    if (closed === this.closed) return;
    if (!closed) {
      void this.#reopen?.();
      this.#reopen = null;
      return;
    }
    const dropping = this.#faults.add({ kind: 'drop-new' });
    this.#reopen = async () => this.#faults.remove(dropping);
  }

  async listen(): Promise<void> {
    if (this.#server) return;
    // Each side's end is handed on by itself, as late as the faults say.
    const server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
    this.#server = server;
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
  }

  async inject(fault: Fault): Promise<() => Promise<void>> {
    const active = this.#faults.add(fault);
    for (const connection of this.#connections) connection.meetFaults();
    await this.#openOrShut();
    return async () => {
      this.#faults.remove(active);
      await this.#openOrShut();
    };
  }

  async heal(): Promise<void> {
    this.#reopen = null;
    this.#faults.clear();
    await this.#openOrShut();
  }

  counters(): Readonly<ProxyCounters> {
    return { ...this.#counters, open: this.#connections.size };
  }

  cutAt(bytes: string, kind: CutKind): Promise<void> {
    return new Promise((sprung) => (this.#trap = { bytes, kind, sprung }));
  }

  cut(): void {
    for (const connection of this.#connections) connection.cut();
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    this.cut();
    if (!server) return;
    server.close();
    await once(server, 'close');
  }

  async #openOrShut(): Promise<void> {
    if (!this.#faults.has('refuse')) return this.listen();
    // It stops listening at once; its own close event waits for the connections.
    this.#server?.close();
    this.#server = null;
  }

  #accept(client: Socket): void {
    this.#counters.connections++;
    const faults = this.#faults.share();
    if (faults.of('drop-new').length > 0) {
      this.#counters.dropped++;
      client.on('error', () => undefined).destroy();
      return;
    }
    const connection: Connection = new Connection({
      client,
      upstream: connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true }),
      faults,
      clock: this.#clock,
      random: this.#random,
      counters: this.#counters,
      inspect: (data, on) => !this.#springs(data, on),
      onClosed: () => this.#connections.delete(connection),
    });
    this.#connections.add(connection);
  }

  /** True when these bytes were awaited. */
  #springs(data: Buffer, connection: Connection): boolean {
    const trap = this.#trap;
    if (trap === null || !data.includes(trap.bytes)) return false;
    this.#trap = null;
    if (trap.kind === 'deliver') {
      connection.deliver(data);
      connection.lose('down');
    } else connection.cut();
    trap.sprung();
    return true;
  }
}
