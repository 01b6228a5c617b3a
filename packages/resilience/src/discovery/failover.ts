import type { Endpoint } from '../endpoint.ts';
import type { Discovery, Listener } from './contract.ts';

/** Further than any priority within one source (RFC 2782: 16 bits). */
const TIER = 65_536;

/** Several sources in order: endpoints of a later one are used when none of the earlier ones' is usable. */
export function failover(...sources: readonly (Discovery | readonly Endpoint[])[]): Discovery {
  return new FailoverDiscovery(sources);
}

class FailoverDiscovery implements Discovery {
  readonly name: string;
  readonly #sources: readonly (Discovery | readonly Endpoint[])[];
  readonly #found: (readonly Endpoint[] | null)[];

  constructor(sources: readonly (Discovery | readonly Endpoint[])[]) {
    this.#sources = sources;
    this.#found = sources.map((source) => (isDiscovery(source) ? null : source));
    this.name = sources.map((source) => (isDiscovery(source) ? source.name : 'list')).join(', ');
  }

  start(listener: Listener): void {
    this.#tell(listener);
    this.#sources.forEach((source, i) => {
      if (!isDiscovery(source)) return;
      const onEndpoints = (endpoints: readonly Endpoint[]): void => {
        const before = this.#found[i] ?? null;
        this.#found[i] = endpoints;
        try {
          this.#tell(listener);
        } catch (failure) {
          this.#found[i] = before;
          throw failure;
        }
      };
      source.start({ onEndpoints, onFailure: listener.onFailure });
    });
  }

  close(): void {
    for (const source of this.#sources) if (isDiscovery(source)) source.close();
  }

  /** An endpoint that several sources name belongs to the first of them. */
  #tell(listener: Listener): void {
    const all = new Map<string, Endpoint>();
    this.#found.forEach((endpoints, tier) => {
      for (const endpoint of endpoints ?? []) {
        if (all.has(endpoint.id)) continue;
        all.set(endpoint.id, { ...endpoint, priority: (endpoint.priority ?? 0) + tier * TIER });
      }
    });
    if (all.size > 0) listener.onEndpoints([...all.values()]);
  }
}

const isDiscovery = (source: Discovery | readonly Endpoint[]): source is Discovery => !Array.isArray(source);
