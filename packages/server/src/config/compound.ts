/** Settings that are lists or tables of fields, which only the file spells out. */
import { EMBEDDING_FIELDS } from './embeddings.ts';
import type { FieldTable } from './fields.ts';
import { MAX_MODELS, MODEL_FIELDS } from './models.ts';

interface CompoundSetting {
  readonly kind: 'list' | 'record';
  readonly title: string;
  readonly help: string;
  readonly takes: string;
  readonly fields: FieldTable;
}

/** By their names in the file. All of them hold in serving processes that start later (`roll`) and are the owner's. */
export const COMPOUND = {
  models: {
    kind: 'list',
    title: 'Language models',
    help: 'Language models, asked in the mode Reasoning and, with cascade, in others. A single one may stand in the environment instead.',
    takes: `a list of at most ${MAX_MODELS} models`,
    fields: MODEL_FIELDS,
  },
  embeddings: {
    kind: 'record',
    title: 'Embeddings',
    help: 'The endpoint that embeds passages and questions.',
    takes: 'the fields of one endpoint',
    fields: EMBEDDING_FIELDS,
  },
} as const satisfies Readonly<Record<string, CompoundSetting>>;

export type CompoundName = keyof typeof COMPOUND;

export const COMPOUND_NAMES = Object.keys(COMPOUND) as readonly CompoundName[];
