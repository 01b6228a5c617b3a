/**
 * Sets from files: `{"sets": [{name, K, tasks: [{votes: [[source, label]...], truth}]}]}` (label sets), or
 * `{"name", "items": [{candidates: [{source, answer, confidence, alternatives?}], gold: [...]}]}` (candidate sets).
 */
import { readFile } from 'node:fs/promises';
import type { BenchSet } from './bench-set.ts';

interface LabelFile {
  readonly sets: readonly {
    readonly name: string;
    readonly K: number;
    readonly tasks: readonly { readonly votes: readonly [number, number][]; readonly truth: number | null }[];
  }[];
}

interface CandidateFile {
  readonly name: string;
  readonly items: readonly {
    readonly candidates: BenchSet['items'][number]['candidates'];
    readonly gold: readonly string[];
  }[];
}

const isLabelFile = (file: unknown): file is LabelFile => typeof file === 'object' && file !== null && 'sets' in file;
const isCandidateFile = (file: unknown): file is CandidateFile =>
  typeof file === 'object' && file !== null && 'items' in file && 'name' in file;

/** @throws Error when the file is neither */
export async function readSets(path: string): Promise<BenchSet[]> {
  const file: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (isLabelFile(file)) return file.sets.map(labelSet);
  if (isCandidateFile(file)) return [candidateSet(file)];
  throw new Error(`${path} holds neither label sets nor a candidate set`);
}

function labelSet({ name, K, tasks }: LabelFile['sets'][number]): BenchSet {
  const items = tasks.flatMap(({ votes, truth }) => {
    const candidates = votes.map(([s, l]) => ({ source: `s${s}`, answer: `L${l}`, confidence: null }));
    return truth === null ? [] : [{ candidates, truth: [`L${truth}`] }];
  });
  return { name, labels: Array.from({ length: K }, (_, k) => `L${k}`), items };
}

function candidateSet({ name, items }: CandidateFile): BenchSet {
  return {
    name,
    labels: null,
    items: items.map(({ candidates, gold }) => ({
      candidates: candidates.map(({ source, answer, confidence, alternatives }) => ({
        source,
        answer,
        confidence,
        ...(alternatives && { alternatives }),
      })),
      truth: gold,
    })),
  };
}
