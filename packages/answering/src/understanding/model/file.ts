/**
 * The model as text, one line a row, so that a change of the weights can be read: `= stem count` for the stems of
 * frames, then `feature` with pairs of label number and weight in hundredths. Columns are separated by tabs.
 */
import type { ModelData } from './model.ts';

export function writeModel({ frames, weights }: ModelData): string {
  const stems = Object.entries(frames).map(([stem, count]) => `=\t${stem}\t${count}\n`);
  const rows = Object.entries(weights).map(([feature, row]) => `${feature}\t${row.join('\t')}\n`);
  return [...stems, ...rows].join('');
}

/** @throws Error when a line is malformed */
export function readModel(text: string): ModelData {
  const frames: Record<string, number> = {};
  const weights: Record<string, readonly number[]> = {};
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [name = '', ...cells] = line.split('\t');
    if (name === '=') frames[cells[0] as string] = Number(cells[1]);
    else weights[name] = cells.map(Number);
    const isSound =
      name === '=' ? cells.length === 2 : cells.length % 2 === 0 && weights[name]?.every(Number.isInteger);
    if (!isSound) throw new Error(`malformed line of the intent model: ${line}`);
  }
  return { frames, weights };
}
