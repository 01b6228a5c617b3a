/** Endpoints from DNS service records (RFC 2782). */
import type { Clock } from '@vortexflow/primitives';
import type { Endpoint } from '../endpoint.ts';
import { resilienceError } from '../errors.ts';
import type { Discovery } from './contract.ts';
import { PollingDiscovery } from './polling.ts';

/** As `dns.promises.resolveSrv` of Node gives it. */
export interface SrvRecord {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

export interface DnsSrvOptions {
  /** E.g. `_vllm._tcp.models.internal`. */
  readonly service: string;
  /** `dns.promises.resolveSrv`, or a stand-in. */
  readonly resolve: (service: string) => Promise<readonly SrvRecord[]>;
  readonly clock: Clock;
  /** How often it is asked, ms. Default 30,000. */
  readonly intervalMs?: number;
  /** What is put in front of host and port. Default `http`. */
  readonly scheme?: 'http' | 'https';
}

/** Records of the lowest priority are used first. A weight of 0 means hardly ever. */
export function dnsSrvDiscovery(options: DnsSrvOptions): Discovery {
  const { service, resolve, clock, intervalMs = 30_000, scheme = 'http' } = options;
  const read = async (): Promise<Endpoint[]> => {
    const records = await resolve(service);
    // "." says that the service is decidedly not there.
    const offered = records.filter(({ name }) => name !== '.' && name !== '');
    if (offered.length === 0) throw resilienceError('endpoint_invalid', { id: service, problem: 'there is no record' });
    return offered
      .map(({ name, port, priority, weight }) => ({
        id: `${scheme}://${name}:${port}`,
        priority,
        weight: weight === 0 ? LEAST_WEIGHT : weight,
      }))
      .sort((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1));
  };
  return new PollingDiscovery({ name: `dns:${service}`, clock, intervalMs, read });
}

const LEAST_WEIGHT = 0.1;
