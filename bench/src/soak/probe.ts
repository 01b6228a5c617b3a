/** Asks /health again and again, and keeps what it said. */

/** One look at the server. */
export interface Look {
  /** Ms from the start of the soak. */
  readonly atMs: number;
  /** What /health says; `none` when nothing came. */
  readonly status: 'Healthy' | 'Degraded' | 'Unhealthy' | 'none';
  /** Restarts by component, as far as /health names them. */
  readonly restarts: Readonly<Record<string, number>>;
}

const EVERY_MS = 250;
const PATIENCE_MS = 1000;

interface Health {
  readonly status: Look['status'];
  readonly components: Readonly<Record<string, { readonly detail?: string }>>;
}

export class Probe {
  readonly #url: string;
  readonly #elapsedMs: () => number;
  readonly looks: Look[] = [];
  #running: Promise<void> | null = null;
  #stopped = false;

  /** @param elapsedMs since the start of the soak */
  constructor(url: string, elapsedMs: () => number) {
    this.#url = url;
    this.#elapsedMs = elapsedMs;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const began = performance.now();
      this.looks.push(await this.#look());
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, EVERY_MS - (performance.now() - began))));
    }
  }

  async #look(): Promise<Look> {
    const atMs = this.#elapsedMs();
    try {
      const response = await fetch(`${this.#url}/health`, { signal: AbortSignal.timeout(PATIENCE_MS) });
      const { status, components } = (await response.json()) as Health;
      return { atMs, status, restarts: restartsOf(components) };
    } catch {
      return { atMs, status: 'none', restarts: {} };
    }
  }
}

function restartsOf(components: Health['components']): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [name, { detail = '' }] of Object.entries(components)) {
    const count = /(\d+) restarts?\b/.exec(detail)?.[1];
    if (count !== undefined) found[name] = Number(count);
  }
  return found;
}
