/** Metrics of the configuration, where it is: in the only process, or in the root process. */
import { Counter, Gauge, type Registry } from 'prom-client';
import { type ConfigurationStatus, RELOAD_OUTCOMES, type ReloadOutcome } from '../config/configuration.ts';

export interface ConfigMetrics {
  /** The file has changed, and this is what became of it. */
  readonly reloaded: (outcome: ReloadOutcome) => void;
  readonly register: (registry: Registry, read: () => ConfigurationStatus) => void;
}

/** Counts from the beginning, whenever it is registered. */
export function configMetrics(): ConfigMetrics {
  const reloads = new Counter({
    name: 'vortex_config_reloads_total',
    help: 'Changes of the configuration file by what became of them.',
    labelNames: ['outcome'],
    registers: [],
  });
  // Present before the first one: a rate needs a zero to begin with.
  for (const outcome of RELOAD_OUTCOMES) reloads.inc({ outcome }, 0);
  return {
    reloaded: (outcome) => reloads.inc({ outcome }),
    register: (registry, read) => {
      registry.registerMetric(reloads);
      const gauge = (name: string, help: string, value: (status: ConfigurationStatus) => number): void => {
        const one: Gauge = new Gauge({
          name,
          help,
          aggregator: 'max',
          registers: [registry],
          collect: () => one.set(value(read())),
        });
      };
      gauge('vortex_config_version', 'Version of the configuration that is in force.', ({ version }) => version);
      gauge('vortex_config_problem', '1 while what the file says does not hold.', ({ problem }) =>
        Number(problem !== null),
      );
      gauge('vortex_config_waiting', 'Settings that do not hold before a restart.', ({ waiting }) => waiting.length);
    },
  };
}
