/** The versions of the configuration: what each one changed, and the way back to one. */
import { type ConfigCalls, VortexflowError } from '@vortexflow/client';
import type { ConfigResponse, ConfigVersionHead } from '@vortexflow/protocol';
import { Cell } from '../cell.ts';
import type { Difference } from './setting.ts';
import type { SettingsForm } from './settings-form.ts';

/** A version, and in what it differs. */
interface Compared {
  readonly version: number;
  /** null when there is no version to compare with. */
  readonly differences: readonly Difference[] | null;
}

export interface HistoryState {
  /** Newest first. */
  readonly versions: readonly ConfigVersionHead[];
  readonly hasOlder: boolean;
  /** The one that is looked at, and what it changed. */
  readonly opened: Compared | null;
  /** The one to go back to, once that is confirmed, and what that would change of what holds now. */
  readonly target: Compared | null;
}

const PAGE = 20;
const CLOSED = { opened: null, target: null } as const;

export class SettingsHistory {
  readonly state = new Cell<HistoryState>({ versions: [], hasOlder: false, ...CLOSED });
  readonly #config: ConfigCalls;
  /** Says what goes wrong, and takes over what a way back makes. */
  readonly #form: SettingsForm;

  constructor(config: ConfigCalls, form: SettingsForm) {
    this.#config = config;
    this.#form = form;
  }

  /** Reads the newest versions. */
  load(): Promise<void> {
    return this.#form.run(async () => {
      await this.#read();
      this.#set(CLOSED);
    });
  }

  /** Reads what came before those that are known. */
  older(): Promise<void> {
    return this.#form.run(async () => {
      const { versions } = this.state.get();
      const last = versions.at(-1);
      if (!last) return;
      const more = (await this.#config.versions({ limit: PAGE, before: last.version })).versions;
      this.#set({ versions: [...versions, ...more], hasOlder: more.length === PAGE });
    });
  }

  /** Shows what a version changed; a second time, puts it away. One thing at a time: nothing while another is under way. */
  toggle(version: number): Promise<void> {
    if (this.state.get().opened?.version === version) {
      this.#set(CLOSED);
      return Promise.resolve();
    }
    return this.#alone(async () => {
      const before = await this.#before(version);
      const differences = before === null ? null : (await this.#config.diff(before, version)).differences;
      this.#set({ opened: { version, differences }, target: null });
    });
  }

  /** Shows what a way back would change. */
  ask(version: number): Promise<void> {
    return this.#alone(() => this.#compare(version));
  }

  cancel(): void {
    this.#set({ target: null });
  }

  /** Makes a new version with the values of the one that was asked for, if nothing has changed since. */
  rollBack(): Promise<void> {
    const { target } = this.state.get();
    const { config } = this.#form.state.get();
    if (!target || !config) return Promise.resolve();
    return this.#alone(async () => {
      try {
        const next = await this.#config.rollback(target.version, { ifMatch: config.etag });
        await this.#read();
        this.#set(CLOSED);
        this.#form.adopt(next, restoredText(target.version, next));
      } catch (failure) {
        if (!(failure instanceof VortexflowError) || failure.code !== 'config_conflict') throw failure;
        // What was confirmed is not what would happen now.
        this.#form.adopt(await this.#config.show(), '');
        await this.#read();
        await this.#compare(target.version);
        throw failure;
      }
    });
  }

  #alone(work: () => Promise<void>): Promise<void> {
    return this.#form.state.get().busy ? Promise.resolve() : this.#form.run(work);
  }

  async #read(): Promise<void> {
    const { versions } = await this.#config.versions({ limit: PAGE });
    this.#set({ versions, hasOlder: versions.length === PAGE });
  }

  async #compare(version: number): Promise<void> {
    const { config } = this.#form.state.get();
    if (!config) return;
    const { differences } = await this.#config.diff(config.version, version);
    this.#set({ target: { version, differences } });
  }

  /** The version before one; null when none is kept. Numbers may have gaps. */
  async #before(version: number): Promise<number | null> {
    const { versions } = this.state.get();
    const known = versions[versions.findIndex((one) => one.version === version) + 1];
    if (known) return known.version;
    return (await this.#config.versions({ limit: 1, before: version })).versions[0]?.version ?? null;
  }

  #set(change: Partial<HistoryState>): void {
    this.state.set({ ...this.state.get(), ...change });
  }
}

function restoredText(
  version: number,
  { version: next, unrestored }: Pick<ConfigResponse, 'version'> & { readonly unrestored: ConfigResponse['waiting'] },
): string {
  const rest = unrestored.map(({ setting, reason }) => `${setting} (${reason})`);
  const kept = rest.length === 0 ? '' : ` Not brought back: ${rest.join(', ')}.`;
  return `Version ${next} is in force, with the values of version ${version}.${kept}`;
}
