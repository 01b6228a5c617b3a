/** The trained model, read once per thread. */
import { readFileSync } from 'node:fs';
import { readModel } from './file.ts';
import { IntentModel } from './model.ts';

let model: IntentModel | undefined;

/** Weights by `bench/src/wordnet/train.ts`. */
export function intentModel(): IntentModel {
  model ??= new IntentModel(readModel(readFileSync(new URL('./weights.tsv', import.meta.url), 'utf8')));
  return model;
}
