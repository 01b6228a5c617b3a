/** The trained model, read once per thread. */
import { readFileSync } from 'node:fs';
import { IntentModel, type ModelData } from './model.ts';

let model: IntentModel | undefined;

/** Weights by `bench/src/wordnet/train.ts`. */
export function intentModel(): IntentModel {
  model ??= new IntentModel(JSON.parse(readFileSync(new URL('./weights.json', import.meta.url), 'utf8')) as ModelData);
  return model;
}
