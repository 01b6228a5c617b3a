/**
 * `node bench/src/wordnet/train.ts [--check]`: trains the intent model on the development bank and writes its weights
 * into the answering package. First it is tried on phrasings that it was not trained on, beside the rules alone:
 * phrasings are dealt into folds, each left out once. `--check` writes nothing.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { KnowledgeBase, openWordNetImage } from '@vortexflow/knowledge';
import { IntentModel, writeModel } from '@vortexflow/answering/internal';
import { circumstances } from '../figure.ts';
import { Lexicon } from './lexicon.ts';
import { readBank } from './template.ts';
import { examplesOf } from './train/examples.ts';
import { fit } from './train/fit.ts';
import { describe, isRight, type Tried, tryOut, tune, tuned } from './train/tune.ts';

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/vortexflow/wordnet.image', import.meta.url));
const TARGET = fileURLToPath(
  new URL('../../../packages/answering/src/understanding/model/weights.tsv', import.meta.url),
);
const FOLDS = 5;
const SEED = 11;

const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, errors: { type: 'boolean', default: false } },
});

const share = (rights: readonly boolean[]): string =>
  `${((100 * rights.filter(Boolean).length) / rights.length).toFixed(1)} %`;

const about = circumstances();
const { image } = await openWordNetImage(CACHE, () => undefined);
const knowledge = new KnowledgeBase(image);
const examples = examplesOf(new Lexicon(knowledge), readBank('dev'), SEED);
const templates = [...new Set(examples.map(({ template }) => template))];
const foldOf = new Map(templates.map((template, i) => [template, i % FOLDS]));

const tried: Tried[] = [];
for (let fold = 0; fold < FOLDS; fold++) {
  const model = new IntentModel(fit(examples.filter(({ template }) => foldOf.get(template) !== fold)));
  for (const example of examples) {
    if (foldOf.get(example.template) === fold) tried.push(tryOut(model, example));
  }
  process.stderr.write(`… fold ${fold + 1} of ${FOLDS}\n`);
}
const tuning = tune(tried);
const results = tried.map((one) => ({ example: one.example, right: isRight(one, tuning) }));
process.stdout.write(
  `${about.join('\n')}\n\n| section | n | rules alone | with the model, phrasing left out |\n| --- | --- | --- | --- |\n`,
);
const sections = [...new Set(examples.map(({ section }) => section))];
for (const section of [...sections, 'all']) {
  const rows = results.filter(({ example }) => section === 'all' || example.section === section);
  const cells = [share(rows.map(({ example }) => example.ruledRight)), share(rows.map(({ right }) => right))];
  process.stdout.write(`| ${section} | ${rows.length} | ${cells.join(' | ')} |\n`);
}
process.stdout.write(
  `\nbonus of the rules ${tuning.bonus}, temperature ${tuning.temperature}, log-loss ${tuning.loss.toFixed(3)}\n`,
);
if (values.errors) {
  for (const one of tried) if (!isRight(one, tuning)) process.stdout.write(`${describe(one, tuning)}\n`);
}
if (!values.check) {
  const data = tuned(fit(examples), tuning);
  writeFileSync(TARGET, writeModel(data));
  const { frames, weights } = data;
  process.stdout.write(
    `\nwritten: ${Object.keys(weights).length} features, ${Object.keys(frames).length} stems, ${templates.length} phrasings\n`,
  );
}
