/** One client's connection through the proxy: two sockets and two pipes between them. */
import type { Socket } from 'node:net';
import type { Clock, Random } from '@vortexflow/primitives';
import type { FaultShare } from './fault-set.ts';
import { Pipe, type ProxyCounters } from './pipe.ts';

/** What a connection is made of. */
export interface ConnectionOptions {
  readonly client: Socket;
  readonly upstream: Socket;
  readonly faults: FaultShare;
  readonly clock: Clock;
  readonly random: Random;
  readonly counters: ProxyCounters;
  /** Sees what the client sends as it arrives; false: it was taken care of. */
  readonly inspect: (data: Buffer, connection: Connection) => boolean;
  readonly onClosed: () => void;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #up: Pipe;
  readonly #down: Pipe;
  #isHalf = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { client, upstream, faults, clock, random, counters, inspect, onClosed } = options;
    const shared = { faults, clock, random, counters, end: (how: 'close' | 'reset') => this.#end(how) };
    const inspectUp = (data: Buffer): boolean => inspect(data, this);
    this.#up = new Pipe({ ...shared, way: 'up', source: client, sink: upstream, inspect: inspectUp });
    this.#down = new Pipe({ ...shared, way: 'down', source: upstream, sink: client });
    let open = 2;
    for (const socket of [client, upstream]) {
      socket.on('error', () => undefined);
      socket.once('close', () => {
        if (--open > 0) return;
        this.#stop();
        onClosed();
      });
    }
    this.meetFaults();
  }

  /** Applies faults that do not wait for bytes. Called when the connection opens and when the faults change. */
  meetFaults(): void {
    const { faults } = this.#options;
    for (const { direction } of faults.of('half-open')) this.lose(direction);
    const isReset = (way: 'up' | 'down', pipe: Pipe): boolean =>
      faults.of('reset', way).some(({ afterBytes = 0 }) => pipe.passed >= afterBytes);
    if (isReset('up', this.#up) || isReset('down', this.#down)) this.#end('reset');
  }

  /** Closes one side and leaves the other one in the belief that nothing happened. @param way that leads to the lost side */
  lose(way: 'up' | 'down'): void {
    const { client, upstream, counters } = this.#options;
    if (this.#isHalf || client.destroyed || upstream.destroyed) return;
    this.#isHalf = true;
    counters.halfOpened++;
    this.#stop();
    const [gone, left] = way === 'up' ? [upstream, client] : [client, upstream];
    left.on('data', (data: Buffer) => (counters.lost += data.length));
    left.once('end', () => left.end());
    gone.destroySoon();
  }

  /** Hands bytes to the server past all faults. */
  deliver(data: Buffer): void {
    this.#options.upstream.write(data);
  }

  /** Closes both sides. */
  cut(): void {
    this.#stop();
    this.#options.client.destroy();
    this.#options.upstream.destroy();
  }

  #end(how: 'close' | 'reset'): void {
    const { client, upstream, counters } = this.#options;
    this.#stop();
    for (const socket of [client, upstream]) {
      if (how === 'close') socket.destroySoon();
      else socket.resetAndDestroy();
    }
    if (how === 'reset') counters.resets++;
  }

  #stop(): void {
    this.#up.stop();
    this.#down.stop();
  }
}
