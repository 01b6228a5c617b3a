/** Kept HTTP connections, counted. */
import { type Dispatcher, Pool } from 'undici';

export interface HttpPoolOptions {
  /** Most connections to one origin; further requests wait for one. */
  readonly maxConnections: number;
  /** Default 10,000. */
  readonly connectMs?: number;
  /** Longest silence on a connection that nobody waits for any more, ms. Default 300,000. */
  readonly silenceMs?: number;
}

/** Plain numbers that only grow, but for `open`. */
export interface HttpPoolCounters {
  readonly requests: number;
  /** Connections made. */
  readonly connects: number;
  /** Connections that could not be made. */
  readonly connectsFailed: number;
  /** Requests that found a connection: those beyond the connections tried. */
  readonly reused: number;
  /** Connections open now. */
  readonly open: number;
}

/** One pool of connections for each origin, made when it is first asked for. */
export class HttpPools {
  readonly #options: HttpPoolOptions;
  readonly #pools = new Map<string, Pool>();
  #requests = 0;
  #connects = 0;
  #connectsFailed = 0;
  #open = 0;

  constructor(options: HttpPoolOptions) {
    this.#options = options;
  }

  /** Sends a request to an origin such as `http://127.0.0.1:8080`. @throws what undici throws */
  request(origin: string, options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData> {
    this.#requests++;
    return (this.#pools.get(origin) ?? this.#add(origin)).request(options);
  }

  counters(): HttpPoolCounters {
    return {
      requests: this.#requests,
      connects: this.#connects,
      connectsFailed: this.#connectsFailed,
      reused: Math.max(0, this.#requests - this.#connects - this.#connectsFailed),
      open: this.#open,
    };
  }

  /** Ends the connections to an origin; requests under way fail. */
  async drop(origin: string): Promise<void> {
    const pool = this.#pools.get(origin);
    this.#pools.delete(origin);
    await pool?.destroy();
  }

  /** Ends all connections; requests under way fail. */
  async close(): Promise<void> {
    await Promise.all([...this.#pools.keys()].map((origin) => this.drop(origin)));
  }

  #add(origin: string): Pool {
    const { maxConnections, connectMs = 10_000, silenceMs = 300_000 } = this.#options;
    const pool = new Pool(origin, {
      connections: maxConnections,
      pipelining: 1,
      connect: { timeout: connectMs },
      // The deadline of each request is its signal's; these only end what nobody waits for.
      headersTimeout: silenceMs,
      bodyTimeout: silenceMs,
    });
    pool.on('connect', () => {
      this.#connects++;
      this.#open++;
    });
    pool.on('disconnect', () => this.#open--);
    pool.on('connectionError', () => this.#connectsFailed++);
    this.#pools.set(origin, pool);
    return pool;
  }
}
