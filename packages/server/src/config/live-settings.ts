/**
 * The settings as they are now, for all parts of a process. Whoever needs several of them reads `current` once: it is one
 * object that never changes, and another one takes its place all at once.
 */
import type { Settings } from './settings.ts';

export type SettingsListener = (now: Settings, before: Settings) => void;

export class LiveSettings {
  #current: Settings;
  readonly #listeners = new Set<SettingsListener>();
  readonly #onFailure: (failure: unknown) => void;

  /** @param onFailure told what a listener threw; the others hear all the same */
  constructor(settings: Settings, onFailure: (failure: unknown) => void = () => undefined) {
    this.#current = settings;
    this.#onFailure = onFailure;
  }

  get current(): Settings {
    return this.#current;
  }

  /** Calls the listener after each change. @returns ends that */
  onChange(listener: SettingsListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** From here on these hold; all listeners have heard of it when it returns. */
  set(settings: Settings): void {
    const before = this.#current;
    if (settings === before) return;
    this.#current = settings;
    for (const listener of this.#listeners) {
      try {
        listener(settings, before);
      } catch (failure) {
        this.#onFailure(failure);
      }
    }
  }
}
