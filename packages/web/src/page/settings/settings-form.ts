/**
 * The settings while somebody changes them: what holds, what he has typed over it, and what the server says to that. Changes
 * are made against the version that was read (compare-and-set): what others change meanwhile is shown, never overwritten.
 */
import { type ConfigCalls, type ConfigState, VortexflowError } from '@vortexflow/client';
import { Cell } from '../cell.ts';
import { type Difference, schemaOf, type SettingSchema, textOf, valueOf } from './setting.ts';
import type { Draft, UnsavedStore } from './unsaved.ts';

/** Somebody else has changed the configuration since it was read. */
interface Conflict {
  readonly next: ConfigState;
  /** What he changed; null when that is not known any more. */
  readonly differences: readonly Difference[] | null;
}

export interface SettingsState {
  readonly schema: readonly SettingSchema[];
  /** What was read last; null until it was. */
  readonly config: ConfigState | null;
  /** By the names of settings: those that differ from what holds. */
  readonly drafts: Readonly<Record<string, Draft>>;
  /** By the names of settings: why the server does not take what was typed. */
  readonly refusals: Readonly<Record<string, string>>;
  readonly conflict: Conflict | null;
  /** Names of the authors of versions, by what the versions say of them. */
  readonly authors: Readonly<Record<string, string>>;
  readonly busy: boolean;
  /** Why something did not work, for people; empty when there is nothing to say. */
  readonly problem: string;
  /** What has been done, for people. */
  readonly done: string;
}

/** Statuses whose hints are about headers, which nobody sends by hand. */
const FOR_PROGRAMS: ReadonlySet<number> = new Set([401, 412]);

interface Person {
  readonly id: string;
  readonly name: string;
}

export interface SettingsFormOptions {
  readonly config: ConfigCalls;
  /** Everybody who may have made a version. */
  readonly people: () => Promise<readonly Person[]>;
  /** The server does not know any more who this is. */
  readonly signedOut: () => void;
  /** Keeps what was typed for the next form. */
  readonly unsaved?: UnsavedStore;
}

export class SettingsForm {
  readonly state = new Cell<SettingsState>({
    schema: [],
    config: null,
    drafts: {},
    refusals: {},
    conflict: null,
    authors: {},
    busy: false,
    problem: '',
    done: '',
  });
  readonly #options: SettingsFormOptions;

  constructor(options: SettingsFormOptions) {
    this.#options = options;
    const unsaved = options.unsaved?.read();
    if (unsaved) this.#set(unsaved);
  }

  /** Reads what holds, anew. What has been typed stays, and what has changed under it is told. */
  load(): Promise<void> {
    return this.run(async () => {
      const { schema, config, drafts } = this.state.get();
      const rows = schema.length > 0 ? schema : schemaOf(await this.#options.config.schema());
      const next = await this.#options.config.show();
      // Without their names, versions say less, and nothing else is missing.
      const people = await this.#options.people().catch(() => []);
      this.#set({ schema: rows, authors: Object.fromEntries(people.map(({ id, name }) => [id, name])) });
      if (config && next.etag !== config.etag && Object.keys(drafts).length > 0) await this.#meet(next);
      else this.#take(next);
    });
  }

  edit(name: string, text: string): void {
    this.#draft(name, text);
  }

  /** The layer below is to have the say again. */
  takeBack(name: string): void {
    this.#draft(name, null);
  }

  /** Forgets what was typed for one setting. */
  undo(name: string): void {
    const { drafts, refusals } = this.state.get();
    this.#set({ drafts: without(drafts, name), refusals: without(refusals, name) });
  }

  /** Forgets all that was typed. */
  discard(): void {
    this.#set({ drafts: {}, refusals: {}, problem: '', done: '' });
  }

  /** Sends all that was typed, as one change. */
  save(): Promise<void> {
    const { config, drafts, schema, conflict, busy } = this.state.get();
    if (!config || conflict || busy || Object.keys(drafts).length === 0) return Promise.resolve();
    const kinds = new Map(schema.map((row) => [row.name, row]));
    const set = Object.entries(drafts).map(([name, draft]) => {
      const row = kinds.get(name);
      return [name, draft === null || !row ? draft : valueOf(row, draft)] as const;
    });
    return this.run(async () => {
      try {
        const next = await this.#options.config.change(Object.fromEntries(set), { ifMatch: config.etag });
        this.#set({ drafts: {} });
        this.adopt(next, `Saved. Version ${next.version} is in force.`);
      } catch (failure) {
        await this.#refused(failure);
      }
    });
  }

  /** Goes on with what others have made of it. @param keep what was typed here stays, to be saved over it */
  resolve(keep: boolean): void {
    const { conflict, drafts } = this.state.get();
    if (!conflict) return;
    this.#set({ drafts: keep ? drafts : {}, conflict: null });
    this.adopt(conflict.next, `This is version ${conflict.next.version}.`);
  }

  /** Takes over what holds now. @param done what has been done, for people */
  adopt(config: ConfigState, done: string): void {
    this.#take(config);
    this.#set({ done });
  }

  /** Does something that takes time; what goes wrong is told. */
  async run(work: () => Promise<void>): Promise<void> {
    this.#set({ busy: true, problem: '', done: '' });
    try {
      await work();
    } catch (failure) {
      this.#tell(failure);
    }
    this.#set({ busy: false });
  }

  async #refused(failure: unknown): Promise<void> {
    if (!(failure instanceof VortexflowError)) throw failure;
    if (failure.code === 'config_conflict') return this.#meet(await this.#options.config.show());
    const refusals = refusalsOf(failure);
    if (Object.keys(refusals).length === 0) throw failure;
    this.#set({ refusals, problem: 'Nothing was changed: see what is marked.' });
  }

  async #meet(next: ConfigState): Promise<void> {
    const { config } = this.state.get();
    if (!config) return this.#take(next);
    const differences = await this.#options.config.diff(config.version, next.version).then(
      (answer) => answer.differences,
      // The older one may be kept no more.
      () => null,
    );
    this.#set({ conflict: { next, differences } });
  }

  /** What was typed stays as far as it still says something else than what holds. */
  #take(config: ConfigState): void {
    const drafts = Object.entries(this.state.get().drafts).filter(([name, draft]) => says(config, name, draft));
    this.#set({ config, drafts: Object.fromEntries(drafts), refusals: {}, conflict: null });
  }

  #draft(name: string, draft: Draft): void {
    const { config, drafts, refusals } = this.state.get();
    if (!config) return;
    const rest = without(drafts, name);
    this.#set({
      drafts: says(config, name, draft) ? { ...rest, [name]: draft } : rest,
      refusals: without(refusals, name),
      problem: '',
      done: '',
    });
  }

  #tell(failure: unknown): void {
    const { message, hint, status } = failure as Partial<VortexflowError>;
    if (status === 401) this.#options.signedOut();
    const isForPeople = !FOR_PROGRAMS.has(status ?? 0);
    this.#set({ problem: [message ?? String(failure), isForPeople ? hint : ''].filter(Boolean).join(' ') });
  }

  #set(change: Partial<SettingsState>): void {
    this.state.set({ ...this.state.get(), ...change });
    const { config, drafts } = this.state.get();
    if (change.drafts)
      this.#options.unsaved?.write(config && Object.keys(drafts).length > 0 ? { config, drafts } : null);
  }
}

/** Whether a draft is something else than what holds. */
function says({ settings }: ConfigState, name: string, draft: Draft): boolean {
  const held = settings[name];
  if (!held) return false;
  return draft === null ? held.source === 'runtime' : draft !== textOf(held.value);
}

/** What the server says of single settings, by their names: pointers (RFC 6901) into the change, and a sentence for each. */
export function refusalsOf({ details, message }: Pick<VortexflowError, 'details' | 'message'>): Record<string, string> {
  const { pointers, problems } = details ?? {};
  if (!Array.isArray(pointers)) return {};
  const sentences: readonly (string | undefined)[] = Array.isArray(problems) ? problems : [];
  return Object.fromEntries(
    pointers.map((pointer, i) => {
      const name = memberOf(String(pointer));
      return [name, sentence(name, sentences[i] ?? message)];
    }),
  );
}

/** The key that a pointer to a member of an object names. */
const memberOf = (pointer: string): string => pointer.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');

/** As a sentence of its own, which stands where the name does. */
function sentence(name: string, problem: string): string {
  const text = problem.startsWith(`${name} `) ? problem.slice(name.length + 1) : problem;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}

function without<T>(record: Readonly<Record<string, T>>, name: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
}
