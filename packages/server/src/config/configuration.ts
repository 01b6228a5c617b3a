/**
 * The configuration of a running server: what holds, what held before, and the ways to change it. Changes come one at a
 * time, each from a version to the next: resolved from all layers, kept on disk, then in force everywhere at once. Whatever
 * goes wrong on that way leaves the last good version in force.
 */
import { basename } from 'node:path';
import type { Clock } from '@vortexflow/primitives';
import { type ConfigValidateRequest, wireError } from '@vortexflow/protocol';
import { contentHash } from './canonical.ts';
import {
  appliesByKey,
  applicable,
  checkChange,
  isChangeable,
  overridesOf,
  refuseProtected,
  unrestored,
  usableOverrides,
  type WaitingSetting,
  withChange,
} from './changes.ts';
import { contentOf, differences } from './content.ts';
import { type ChangeOrder, type ConfigurationDoor, etagOf, matches, type RollbackOrder } from './door.ts';
import { type ConfigFile, configPath, parseConfig } from './file.ts';
import { FileWatch } from './file-watch.ts';
import { LiveSettings } from './live-settings.ts';
import { SettingError } from './setting-error.ts';
import { type Environment, type Overrides, readSettings, type Settings } from './settings.ts';
import { type FileRead, readAtRest } from './read-at-rest.ts';
import { changedBy, type VersionChange, VersionKeeper, type VersionListener } from './version-keeper.ts';
import { type ConfigVersion, VersionLog } from './version-log.ts';

/** What became of a file that has changed. `failed`: it is good, but could not be kept; it is tried again. */
export const RELOAD_OUTCOMES = ['applied', 'unchanged', 'refused', 'failed'] as const;
export type ReloadOutcome = (typeof RELOAD_OUTCOMES)[number];

export interface ConfigurationOptions {
  readonly environment: Environment;
  /** Where the versions are kept. */
  readonly history: string;
  readonly clock: Clock;
  /** For the log. */
  readonly onNotice: (level: 'info' | 'warn' | 'error', text: string, more?: object) => void;
  readonly onReload?: (outcome: ReloadOutcome) => void;
}

/** For health and metrics. */
export interface ConfigurationStatus {
  readonly version: number;
  /** Why what is written does not hold; null when it does. */
  readonly problem: string | null;
  readonly waiting: readonly string[];
}

interface Problem {
  readonly message: string;
  readonly since: string;
}

type Origin = Pick<ConfigVersion, 'source' | 'author'> & Partial<Pick<ConfigVersion, 'restored'>>;

export class Configuration implements ConfigurationDoor {
  /** The settings that hold, for all parts of this process. */
  readonly live: LiveSettings;
  /** Has them reach other processes; resolves when all go by them. */
  distribute: (settings: Settings) => Promise<void> = () => Promise.resolve();
  readonly #options: ConfigurationOptions;
  readonly #log: VersionLog;
  readonly #keeper: VersionKeeper;
  #version: ConfigVersion;
  /** The greatest number that was ever given, kept or not. */
  #latest: number;
  /** The last good one. */
  #file: ConfigFile | null;
  #problem: Problem | null = null;
  #waiting: readonly WaitingSetting[] = [];
  #known: string;
  #watch: FileWatch | null = null;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(options: ConfigurationOptions, log: VersionLog, read: FileRead, overrides: Overrides) {
    this.#options = options;
    this.#log = log;
    this.#keeper = new VersionKeeper(log);
    this.#file = read.file;
    this.#known = read.signature;
    this.#latest = log.last?.version ?? 0;
    const settings = readSettings(options.environment, read.file, { overrides });
    this.live = new LiveSettings(settings, (failure) =>
      options.onNotice('error', 'a part could not take its new settings', { err: failure }),
    );
    this.#version = this.#next(settings, overrides, { source: 'start', author: 'system' });
    const { last } = log;
    if (last && differences(last, this.#version).length === 0) this.#version = last;
  }

  /**
   * Reads all layers, and writes nothing.
   * @throws SettingError for what the file or the environment cannot hold
   */
  static async open(options: ConfigurationOptions): Promise<Configuration> {
    const { environment, history: file, onNotice } = options;
    const log = await VersionLog.read({ file, onNotice: (text) => onNotice('warn', text) });
    const kept = log.last?.overrides ?? {};
    const overrides = usableOverrides(kept);
    const lost = Object.keys(kept).filter((key) => !Object.hasOwn(overrides, key));
    if (lost.length > 0) onNotice('warn', 'settings that were set at run time are no longer valid', { settings: lost });
    return new Configuration(options, log, await readAtRest(environment), overrides);
  }

  /**
   * Begins to keep versions and to watch the file. The data folder must be this server's by now.
   * @param tell told of every version before it is kept, such as for an audit; one that it rejects does not come into force
   */
  async begin(tell: VersionListener = () => Promise.resolve()): Promise<void> {
    await this.#alone(async () => {
      if (this.#watch) return;
      this.#keeper.tell = tell;
      if (this.#version !== this.#log.last) await this.#keepAnyway(this.#version);
      this.#latest = this.#version.version;
      const { path } = configPath(this.#options.environment);
      const onRest = async (): Promise<boolean> => (await this.reload()) !== 'failed';
      this.#watch = new FileWatch({ path, clock: this.#options.clock, onRest }, this.#known);
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#watch?.idle();
    await this.#queue;
  }

  /** Ends the watching; resolves when changes under way are over. */
  async stop(): Promise<void> {
    await this.#watch?.stop();
    await this.#queue;
  }

  status(): ConfigurationStatus {
    const waiting = this.#waiting.map(({ setting }) => setting);
    return { version: this.#version.version, problem: this.#problem?.message ?? null, waiting };
  }

  /** Reads the file anew, as it does by itself when the file has changed. */
  reload(): Promise<ReloadOutcome> {
    return this.#alone(async () => {
      const outcome = await this.#reload();
      this.#options.onReload?.(outcome);
      return outcome;
    });
  }

  /**
   * Reads the file anew for processes that are about to start.
   * @param take starts them with the settings; tells how many have taken over
   * @throws SettingError for a file that is wrong; then nothing was started
   */
  roll(take: (settings: Settings) => Promise<number>): Promise<number> {
    return this.#alone(async () => {
      const { file, signature } = await this.#readGood();
      const { overrides } = this.#version;
      const candidate = readSettings(this.#options.environment, file, { overrides, profile: this.#profile });
      const { settings, waiting } = applicable(candidate, this.live.current, 'roll');
      const taken = await take(settings);
      if (taken === 0) return 0;
      this.#good(file, signature, waiting);
      const next = this.#next(settings, overrides, { source: 'roll', author: 'system' });
      const isNew = differences(this.#version, next).length > 0;
      if (isNew) await this.#keepAnyway(next);
      await this.#enforce(settings, isNew ? next : this.#version);
      return taken;
    });
  }

  async show(): ReturnType<ConfigurationDoor['show']> {
    const { values, sources, overrides: _, ...head } = this.#version;
    const settings = Object.entries(values).map(([key, value]) => {
      const applies = appliesByKey[key] ?? 'restart';
      return [key, { value, source: sources[key] ?? 'default', applies, changeable: isChangeable(key) }] as const;
    });
    return {
      ...head,
      settings: Object.fromEntries(settings),
      problem: this.#problem && { ...this.#problem },
      waiting: [...this.#waiting],
    };
  }

  change({ set, ifMatch, author, ...by }: ChangeOrder): ReturnType<ConfigurationDoor['change']> {
    return this.#alone(async () => {
      if (ifMatch === null) throw wireError('config_unconditional');
      this.#match(ifMatch);
      checkChange(set, by.role);
      const overrides = withChange(this.#version.overrides, set);
      await this.#accept(this.#resolve(overrides), overrides, { source: 'api', author }, by);
      return this.show();
    });
  }

  rollback({ version, ifMatch, author, ...by }: RollbackOrder): ReturnType<ConfigurationDoor['rollback']> {
    return this.#alone(async () => {
      if (ifMatch !== null) this.#match(ifMatch);
      const old = this.#find(version);
      const overrides = overridesOf(old, (one) => this.#resolve(one));
      const settings = this.#resolve(overrides);
      const next = this.#next(settings, overrides, { source: 'rollback', author, restored: version });
      refuseProtected(changedBy(this.#version, next), by.role);
      await this.#keep(next, by);
      await this.#enforce(settings, next);
      return { ...(await this.show()), unrestored: unrestored(old, next.values) };
    });
  }

  async versions({ limit, before }: Parameters<ConfigurationDoor['versions']>[0]) {
    const heads = this.#log.list(limit, before ?? Infinity);
    return heads.map(({ values: _values, sources: _sources, overrides: _overrides, ...head }) => head);
  }

  async version({ version }: { readonly version: number }): Promise<ConfigVersion> {
    return this.#find(version);
  }

  async diff({ from, to }: { readonly from: number; readonly to: number }): ReturnType<ConfigurationDoor['diff']> {
    return { from, to, differences: differences(this.#find(from), this.#find(to)) };
  }

  async validate(request: ConfigValidateRequest): ReturnType<ConfigurationDoor['validate']> {
    try {
      const { settings, waiting } = 'yaml' in request ? this.#withFile(request.yaml) : this.#withChange(request.set);
      return {
        valid: true,
        problems: [],
        differences: differences(this.#version, contentOf(settings)),
        waiting: [...waiting],
      };
    } catch (failure) {
      return { valid: false, problems: [this.#explain(failure)], differences: [], waiting: [] };
    }
  }

  #withFile(text: string): ReturnType<typeof applicable> {
    const { environment } = this.#options;
    const file = parseConfig(text, configPath(environment).path);
    const { overrides } = this.#version;
    const candidate = readSettings(environment, file, { overrides, profile: this.#profile });
    return applicable(candidate, this.live.current, 'at once');
  }

  #withChange(set: Readonly<Record<string, unknown>>): ReturnType<typeof applicable> {
    checkChange(set, 'owner');
    return { settings: this.#resolve(withChange(this.#version.overrides, set)), waiting: this.#waiting };
  }

  async #reload(): Promise<ReloadOutcome> {
    try {
      const { file, signature } = await this.#readGood();
      const { overrides } = this.#version;
      const candidate = readSettings(this.#options.environment, file, { overrides, profile: this.#profile });
      const { settings, waiting } = applicable(candidate, this.live.current, 'at once');
      const isNew = await this.#accept(settings, overrides, { source: 'file', author: 'file' });
      this.#good(file, signature, waiting);
      return isNew ? 'applied' : 'unchanged';
    } catch (failure) {
      this.#bad(failure);
      return failure instanceof SettingError ? 'refused' : 'failed';
    }
  }

  /** @throws SettingError for a file that cannot be meant; what is wrong is noted */
  async #readGood(): Promise<FileRead> {
    try {
      const read = await readAtRest(this.#options.environment);
      if (this.#file && !read.file) throw new SettingError('The configuration file is gone.');
      if (this.#file?.isBlank === false && read.file?.isBlank)
        throw new SettingError('The configuration file is empty; a comment in it says that this is meant.');
      // Also what only some processes would look at.
      readSettings(this.#options.environment, read.file, { profile: this.#profile });
      return read;
    } catch (failure) {
      this.#bad(failure);
      throw failure;
    }
  }

  #good(file: ConfigFile | null, signature: string, waiting: readonly WaitingSetting[]): void {
    this.#file = file;
    this.#known = signature;
    if (this.#problem) this.#options.onNotice('info', 'the configuration file is as it should be again');
    this.#problem = null;
    if (waiting.some(({ setting }) => !this.#waiting.some((one) => one.setting === setting)))
      this.#options.onNotice('warn', 'settings do not hold yet', { settings: waiting.map(({ setting }) => setting) });
    this.#waiting = waiting;
  }

  #bad(failure: unknown): void {
    const message = this.#explain(failure);
    if (this.#problem?.message === message) return;
    this.#problem = { message, since: new Date(this.#options.clock.now()).toISOString() };
    const { version } = this.#version;
    this.#options.onNotice('warn', `the configuration was refused, and version ${version} stays: ${message}`);
  }

  /** For the owner; where files are is nobody's business. */
  #explain(failure: unknown): string {
    const { path } = configPath(this.#options.environment);
    return (failure as Error).message.replaceAll(path, basename(path));
  }

  get #profile(): Settings['values']['profile'] {
    return this.live.current.values.profile;
  }

  #find(version: number): ConfigVersion {
    const found = version === this.#version.version ? this.#version : this.#log.find(version);
    if (!found) throw wireError('config_version_not_found', { version });
    return found;
  }

  #match(ifMatch: string): void {
    if (!matches(ifMatch, etagOf(this.#version)))
      throw wireError('config_conflict', { version: this.#version.version });
  }

  /** What holds with other overrides, by the last good file. */
  #resolve(overrides: Overrides): Settings {
    const candidate = readSettings(this.#options.environment, this.#file, { overrides, profile: this.#profile });
    return applicable(candidate, this.live.current, 'at once').settings;
  }

  #next(settings: Settings, overrides: Overrides, origin: Origin): ConfigVersion {
    const content = contentOf(settings);
    return {
      version: this.#latest + 1,
      hash: contentHash(content.values),
      restored: null,
      time: new Date(this.#options.clock.now()).toISOString(),
      ...origin,
      ...content,
      overrides,
    };
  }

  /** @returns false when nothing is different */
  async #accept(
    settings: Settings,
    overrides: Overrides,
    origin: Origin,
    by: VersionChange['by'] = {},
  ): Promise<boolean> {
    const next = this.#next(settings, overrides, origin);
    if (differences(this.#version, next).length === 0) return false;
    await this.#keep(next, by);
    await this.#enforce(settings, next);
    return true;
  }

  async #keep(version: ConfigVersion, by: VersionChange['by'] = {}): Promise<void> {
    try {
      await this.#keeper.keep(version, by);
    } catch (failure) {
      this.#options.onNotice('error', 'a version of the configuration could not be kept', { err: failure });
      throw wireError('config_unwritable', undefined, failure);
    }
  }

  /** What is in force already is in force, whether it can be kept or not. */
  async #keepAnyway(version: ConfigVersion): Promise<void> {
    await this.#keep(version).catch(() => undefined);
  }

  async #enforce(settings: Settings, version: ConfigVersion): Promise<void> {
    const isNew = version !== this.#version;
    this.#version = version;
    this.#latest = version.version;
    this.live.set(settings);
    await this.distribute(settings);
    if (!isNew) return;
    const { version: number, source, author } = version;
    this.#options.onNotice('info', 'a new configuration is in force', { version: number, source, author });
  }

  #alone<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(run);
    this.#queue = done.catch(() => undefined);
    return done;
  }
}
