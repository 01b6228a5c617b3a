/** The settings of processes: what those that run go by, and what those start with that are about to take over. */
import type { Settings } from '../config/settings.ts';
import type { OwnConfiguration } from '../runtime/configured.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { ServingProcess } from './serving-process.ts';

export interface StartingSettings {
  /** What a process starts with that is started now. */
  readonly current: () => Settings;
  /**
   * Reads the configuration anew for new processes.
   * @param take takes them; tells how many have taken over. When none has, the settings stay as they are
   * @throws SettingError for a configuration that is wrong
   */
  readonly roll: (take: () => Promise<number>) => Promise<number>;
}

/** @param living all processes there are: a change holds when all of them go by it */
export function startingSettings(
  { configuration, settings }: OwnConfiguration,
  living: ReadonlySet<ServingProcess>,
  logger: Logger,
): StartingSettings {
  let next: Settings | null = null;
  configuration.distribute = async (changed) => {
    await Promise.all(
      [...living].map(async (serving) => {
        const applied = serving.configure(changed);
        // One that starts hears of it before it serves; one that is silent gets no requests, and hears of it first.
        if (!serving.isWell) return;
        if (!(await applied))
          logger.warn({ process: serving.number }, 'a serving process has not taken the new settings in time');
      }),
    );
  };
  return {
    current: () => next ?? settings.current,
    roll: (take) =>
      configuration.roll(async (wanted) => {
        next = wanted;
        try {
          return await take();
        } finally {
          next = null;
        }
      }),
  };
}
