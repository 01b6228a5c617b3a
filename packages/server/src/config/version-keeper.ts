/** Versions of the configuration on their way to disk, and what an audit is told of them: never a value, which may be secret. */
import { type Content, differences } from './content.ts';
import type { ChangeOrder } from './door.ts';
import type { ConfigVersion, VersionLog } from './version-log.ts';

/** A version that is about to be kept. */
export interface VersionChange {
  readonly version: ConfigVersion;
  /** Names of the settings that it changes, by the keys of the file. */
  readonly settings: readonly string[];
  /** Role and request of who asked for it; none where the file, a start or a signal did. */
  readonly by: Partial<Pick<ChangeOrder, 'role' | 'request'>>;
}

/** `noted` before it is kept; `failed` when it could not be kept after that. */
export type VersionListener = (change: VersionChange, outcome: 'noted' | 'failed') => Promise<void>;

export class VersionKeeper {
  tell: VersionListener = () => Promise.resolve();
  readonly #log: VersionLog;
  /** Hash of the version that was told and could not be kept; null when there is none. */
  #unkept: string | null = null;

  constructor(log: VersionLog) {
    this.#log = log;
  }

  /**
   * Told first: what was kept and not told would be in force after the next start all the same. A file is tried again until
   * it can be kept; that it could not is told once.
   * @throws what the listener threw, or Error of the system; then it is not kept
   */
  async keep(version: ConfigVersion, by: VersionChange['by']): Promise<void> {
    const { last } = this.#log;
    const change = { version, settings: last ? changedBy(last, version) : chosenIn(version), by };
    const isAgain = version.hash === this.#unkept;
    if (!isAgain) await this.tell(change, 'noted');
    try {
      await this.#log.append(version);
    } catch (failure) {
      if (!isAgain) await this.tell(change, 'failed').catch(() => undefined);
      this.#unkept = version.hash;
      throw failure;
    }
    this.#unkept = null;
    if (isAgain) await this.tell(change, 'noted').catch(() => undefined);
  }
}

/** Names of the settings whose values or layers differ. */
export const changedBy = (from: Content, to: Content): string[] => differences(from, to).map(({ setting }) => setting);

/** Names of the settings that somebody has chosen: what the first version changes. */
const chosenIn = ({ sources }: Content): string[] =>
  Object.keys(sources).filter((name) => sources[name] !== 'default' && sources[name] !== 'profile');
