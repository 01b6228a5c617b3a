/**
 * `node bench/src/validation/train.ts --attacks FILE --harmless FILE [--check]`: trains the weighted tokens of the content
 * scanner and writes them into the validation package. Both options may be given several times. First it is tried on
 * texts that were left out: five folds by the hash of the text. `--check` writes nothing.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { seededRandom } from '@vortexflow/primitives';
import {
  type AttackClass,
  ContentScanner,
  readingsOf,
  repetitionOf,
  writeModel,
} from '@vortexflow/validation/internal';
import { circumstances } from '../figure.ts';
import { foldOf, type LabelledText, readTexts } from './corpus.ts';
import { featuresOf, type Sample } from './features.ts';
import { fit, type FitOptions, type Fitted, scoreOf } from './fit.ts';
import { harmlessTexts } from './harmless.ts';
import { ownTexts } from './own-texts.ts';
import { isPlain, printRates, thresholdOf } from './rates.ts';
import { attackClassOf, classesOf } from './token-classes.ts';

const TARGET = fileURLToPath(new URL('../../../packages/validation/src/content/tokens.tsv', import.meta.url));
const FOLDS = 5;
/** Texts in which a token must be. What only one source says in a row teaches nothing about others. */
const LEAST_TEXTS = 4;
const SEED = 5;
/** What a harmless window counts beside one of an attack; one of plain language; one that is known for false alarms. */
const [HARMLESS, PLAIN, ALARMING] = [1, 2, 4];
/** Our own come in rows that differ in a word; those of the checkout are many. */
const [OWN, CHECKOUT] = [0.3, 0.1];
/** Texts on which other detectors have raised false alarms. */
const ALARMING_CLASS = 'libinjection-fp-list';
const HUNDREDTHS = 100;
/** Weights smaller than that are left out, in hundredths: half of all, and no text is judged otherwise without them. */
const LEAST_WEIGHT = 20;

const { values } = parseArgs({
  options: {
    attacks: { type: 'string', multiple: true, default: [] },
    harmless: { type: 'string', multiple: true, default: [] },
    check: { type: 'boolean', default: false },
  },
});

function importanceOf(text: LabelledText): number {
  if (own.has(text)) return checkout.has(text) ? CHECKOUT : OWN;
  if (text.isAttack) return 1;
  return text.cls === ALARMING_CLASS ? ALARMING : isPlain(text) ? PLAIN : HARMLESS;
}

const options = (): FitOptions => ({
  random: seededRandom(SEED),
  epochs: 30,
  alpha: 1,
  beta: 1,
  l1: 0.3,
  l2: 0.02,
  importance: ({ of }) => importanceOf(of),
});

/** On the texts that are known and on our own. */
function train(known: (text: LabelledText) => boolean): {
  fitted: Fitted;
  samples: readonly Sample[];
  tokens: readonly string[];
} {
  const isKnown = (text: LabelledText): boolean => own.has(text) || known(text);
  const { samples, tokens } = featuresOf([...texts, ...own], isKnown, LEAST_TEXTS);
  const learnt = samples.filter(({ of }) => isKnown(of));
  return {
    fitted: pruned(fit(learnt, tokens.length, options())),
    samples: samples.filter(({ of }) => !own.has(of)),
    tokens,
  };
}

const pruned = ({ bias, weights }: Fitted): Fitted => ({
  bias,
  weights: weights.map((weight) => (Math.abs(weight) * HUNDREDTHS < LEAST_WEIGHT ? 0 : weight)),
});

/** As the scanner scores a text. */
function scoreLike(sample: Sample, fitted: Fitted): number {
  const isRepeated = readingsOf(sample.of.text).some((symbols) => repetitionOf(symbols) !== null);
  return isRepeated ? Infinity : HUNDREDTHS * scoreOf(sample, fitted);
}

const about = circumstances();
const texts = [
  ...values.attacks.flatMap((file) => readTexts(file, true)),
  ...values.harmless.flatMap((file) => readTexts(file, false)),
];
const harmless = await harmlessTexts();
const checkout = new Set(harmless.trained);
const own = new Set([...ownTexts(), ...checkout]);
const tried: { of: LabelledText; score: number }[] = [];
for (let fold = 0; fold < FOLDS; fold++) {
  const { fitted, samples } = train((text) => foldOf(text, FOLDS) !== fold);
  for (const sample of samples) {
    if (foldOf(sample.of, FOLDS) === fold) tried.push({ of: sample.of, score: scoreLike(sample, fitted) });
  }
  process.stderr.write(`… fold ${fold + 1} of ${FOLDS}\n`);
}
const threshold = thresholdOf(tried);
process.stdout.write(`${about.join('\n')}\n\nLeft out, five folds; threshold ${threshold}:\n\n`);
printRates(tried.map(({ of, score }) => ({ of, isFlagged: score >= threshold })));

const { fitted, samples, tokens } = train(() => true);
const classes = classesOf(samples, tokens.length);
const rows = tokens
  .map((token, i) => ({
    token,
    weight: Math.round(HUNDREDTHS * (fitted.weights[i] as number)),
    attack: classes[i] as AttackClass,
  }))
  .filter(({ weight }) => weight !== 0)
  .sort((a, b) => (a.token < b.token ? -1 : 1));
const model = { bias: Math.round(HUNDREDTHS * fitted.bias), threshold, tokens: rows };
if (!values.check) writeFileSync(TARGET, writeModel(model));
const scanner = new ContentScanner(model);
const seen = texts.map((of) => ({ of, ...scanner.scan(of.text) }));
const named = seen.filter(({ of, isFlagged }) => of.isAttack && isFlagged);
const right = named.filter(({ of, attack }) => attack === attackClassOf(of.cls)).length;
process.stdout.write(
  `\n${rows.length} tokens; on the texts it was trained on: ${seen.filter(({ of, isFlagged }) => isFlagged === of.isAttack).length} of ` +
    `${seen.length} right, class right of ${((100 * right) / named.length).toFixed(1)} % of the flagged attacks\n`,
);
process.stdout.write('\nHarmless texts of this checkout that it was not trained on:\n\n');
printRates(harmless.measured.map((of) => ({ of, isFlagged: scanner.scan(of.text).isFlagged })));
