/** What a process goes by: its settings as they are now, and whoever can be asked to change them. */
import { type Clock, systemClock } from '@vortexflow/primitives';
import type { Registry } from 'prom-client';
import { configurationEvents } from '../audit/configuration-events.ts';
import type { AuditSink } from '../audit/sink.ts';
import { Configuration, type ConfigurationStatus } from '../config/configuration.ts';
import { dataFiles } from '../config/data-folder.ts';
import type { ConfigurationDoor } from '../config/door.ts';
import { secretsOf } from '../config/secrets.ts';
import type { LiveSettings } from '../config/live-settings.ts';
import type { Environment, Settings } from '../config/settings.ts';
import { configMetrics } from '../telemetry/config-metrics.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';

/** The configuration, here or in the root process. */
export interface Configured {
  readonly settings: LiveSettings;
  readonly logger: Logger;
  /** What must never be seen in a line of the log; what is found out later is added. */
  readonly secrets: string[];
  /** null until the data folder is this server's. */
  readonly door: () => ConfigurationDoor | null;
  /** null where it is in the root process, whose health tells of it. */
  readonly status: () => ConfigurationStatus | null;
  /** The data folder is this server's now. @param audit the log of versions; null where another process has it */
  readonly begin: (audit: Pick<AuditSink, 'append'> | null) => Promise<void>;
  readonly register: (registry: Registry) => void;
}

/** A configuration that this process has, with all that goes with it. */
export interface OwnConfiguration extends Configured {
  readonly configuration: Configuration;
}

/**
 * Opens the configuration of a server in this process.
 * @param settings those with which the command was called
 * @throws SettingError for what the file or the environment cannot hold
 */
export async function openConfiguration(
  given: Settings,
  environment: Environment,
  clock: Clock = systemClock,
): Promise<OwnConfiguration> {
  const { values } = given;
  const secrets = secretsOf(given);
  const logger = createLogger(values.logLevel, values.logFormat, null, secrets);
  const counters = configMetrics();
  const configuration = await Configuration.open({
    environment,
    history: dataFiles(values.dataFolder).configHistory,
    clock,
    onNotice: (level, text, more = {}) => logger[level](more, text),
    onReload: counters.reloaded,
  });
  let hasBegun = false;
  followLogLevel(logger, configuration.live);
  return {
    configuration,
    settings: configuration.live,
    logger,
    secrets,
    door: () => (hasBegun ? configuration : null),
    status: () => configuration.status(),
    begin: async (audit) => {
      await configuration.begin(audit ? configurationEvents(audit) : undefined);
      hasBegun = true;
    },
    register: (registry) => counters.register(registry, () => configuration.status()),
  };
}

/** Writes what the settings say is to be written, from now on. */
export function followLogLevel(logger: Logger, settings: LiveSettings): void {
  logger.level = settings.current.values.logLevel;
  settings.onChange(({ values }) => void (logger.level = values.logLevel));
}
