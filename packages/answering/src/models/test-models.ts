/** Models for tests: settings that point at a local endpoint. */
import { keyReader } from './key.ts';
import type { ModelCall, ModelContext } from './language-model.ts';
import { MODEL_DEFAULTS, type ModelSettings } from './settings.ts';
import { type Clock, seededRandom, systemClock } from '@vortexflow/primitives';

/** Settings of a model at the given address. */
export const modelAt = (baseUrl: string, changes: Partial<ModelSettings> = {}): ModelSettings => ({
  ...MODEL_DEFAULTS,
  name: 'mock',
  baseUrl,
  model: 'mock-1',
  ...changes,
});

/** A context with the real clock unless another one is given; calls are collected. */
export function modelContext(
  changes: { clock?: Clock; environment?: Record<string, string> } = {},
): ModelContext & { readonly calls: ModelCall[] } {
  const calls: ModelCall[] = [];
  return {
    clock: changes.clock ?? systemClock,
    random: seededRandom(1),
    readKey: keyReader(changes.environment ?? {}),
    onCall: (call) => void calls.push(call),
    calls,
  };
}
