/** For the training of the intent model: what it sees and how it decides. */
export { type KnowsName } from './understanding/names.ts';
export { writeModel } from './understanding/model/file.ts';
export { labelNumber, type Label, LABEL_MEANINGS, LABELS } from './understanding/model/labels.ts';
export { IntentModel, type ModelData, observe, type Score, type Scored } from './understanding/model/model.ts';
export { read } from './understanding/reading.ts';
export { readByRules } from './understanding/understand.ts';
