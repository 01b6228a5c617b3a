/**
 * The weighted tokens as text, so that a change of them can be read: `bias` and `threshold` first, then a line for each
 * token: weight in hundredths, class, token in the alphabet of `symbols.ts`. Columns are separated by tabs.
 */
import { SYMBOLS } from './symbols.ts';

/** What an attack text is after, as flags name it. */
export const ATTACK_CLASSES = [
  'xss',
  'sqli',
  'nosqli',
  'traversal',
  'cmdi',
  'ssti',
  'xxe',
  'ssi',
  'ldap',
  'crlf',
  'redirect',
  'protopollution',
  'java',
  'promptinj',
  'unicode',
  'flood',
] as const;
export type AttackClass = (typeof ATTACK_CLASSES)[number];

interface WeightedToken {
  /** In the alphabet of the scanner. */
  readonly token: string;
  /** In hundredths; positive speaks for an attack. */
  readonly weight: number;
  /** The class in which the token is commonest. */
  readonly attack: AttackClass;
}

export interface ContentModel {
  /** In hundredths. */
  readonly bias: number;
  /** Score from which a text is flagged, in hundredths. */
  readonly threshold: number;
  readonly tokens: readonly WeightedToken[];
}

export function writeModel({ bias, threshold, tokens }: ContentModel): string {
  const rows = tokens.map(({ weight, attack, token }) => `${weight}\t${attack}\t${token}\n`);
  return `${bias}\tbias\n${threshold}\tthreshold\n${rows.join('')}`;
}

/** @throws Error when a line is malformed */
export function readModel(text: string): ContentModel {
  const lines = text.split('\n').filter((line) => line !== '');
  const [bias, threshold] = ['bias', 'threshold'].map((name, i) => {
    const [value, given] = lines[i]?.split('\t') ?? [];
    if (given !== name || !Number.isInteger(Number(value))) throw new Error(`malformed ${name} of the content model`);
    return Number(value);
  }) as [number, number];
  return { bias, threshold, tokens: lines.slice(2).map(readToken) };
}

function readToken(line: string): WeightedToken {
  const [weight = '', name = '', token = ''] = line.split('\t');
  const attack = ATTACK_CLASSES.find((one) => one === name);
  const isSound =
    /^-?\d{1,6}$/.test(weight) && token !== '' && Array.from(token).every((symbol) => SYMBOLS.includes(symbol));
  if (!isSound || attack === undefined) throw new Error(`malformed line of the content model: ${line}`);
  return { token, weight: Number(weight), attack };
}

/** A token as the numbers of its symbols. */
export const symbolNumbers = (token: string): Uint8Array =>
  Uint8Array.from(Array.from(token), (symbol) => SYMBOLS.indexOf(symbol));
