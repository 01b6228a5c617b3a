/** The built-in reasoners by name. */
import { createAsi } from './asi/asi.ts';
import type { CreateReasoner } from './contract.ts';
import { createFlux } from './flux/flux.ts';

export const REASONERS = { asi: createAsi, flux: createFlux } as const satisfies Readonly<
  Record<string, CreateReasoner>
>;

/** Name of a built-in reasoner. */
export type ReasonerId = keyof typeof REASONERS;

/** Names of the built-in reasoners, in the order in which answers list them. */
export const REASONER_IDS: readonly ReasonerId[] = ['asi', 'flux'];
