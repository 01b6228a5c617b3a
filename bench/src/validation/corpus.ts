/** Texts with what they are, from files of JSON lines `{ "id", "text", "cls" }`. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface LabelledText {
  readonly id: string;
  readonly text: string;
  readonly cls: string;
  readonly isAttack: boolean;
}

/** @throws Error for a file that is no JSON lines */
export function readTexts(file: string, isAttack: boolean): LabelledText[] {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => {
    const { id, text, cls } = JSON.parse(line) as Record<string, string>;
    if (typeof text !== 'string' || typeof cls !== 'string')
      throw new Error(`${file} holds a line without text or cls`);
    return { id: id ?? text, text, cls, isAttack };
  });
}

/** Fold of a text, by the hash of what it says: the same in every run and whatever else there is. */
export function foldOf({ text }: LabelledText, folds: number): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) % folds;
}
