/** What somebody may use, and how much of it he has used. */
import type { AccessCalls } from '@vortexflow/client';
import type { QuotaResponse } from '@vortexflow/protocol';
import { Section } from './section.ts';

interface QuotaState {
  /** null until the server has said it. */
  readonly quota: QuotaResponse | null;
}

export class Quota extends Section<QuotaState> {
  readonly #access: AccessCalls;

  constructor(access: AccessCalls, signedOut: () => void) {
    super({ quota: null }, signedOut);
    this.#access = access;
  }

  load(): Promise<void> {
    return this.run('quota', async () => {
      this.set({ quota: await this.#access.quota() });
      return '';
    });
  }
}

export interface QuotaLine {
  readonly title: string;
  readonly used: number;
  /** null: none. */
  readonly limit: number | null;
  /** Both in words. */
  readonly text: string;
  /** When counting begins anew, ISO 8601; null: never. */
  readonly resetsAt: string | null;
}

export function quotaLines({ cost_per_day: cost, documents, bytes }: QuotaResponse): QuotaLine[] {
  return [
    lineOf('Questions today', cost, countText, cost.resets_at),
    lineOf('Documents', documents, countText),
    lineOf('Text stored', bytes, bytesText),
  ];
}

/** On whose account it is counted. @param account as the server names it */
export function accountText(account: string | null): string {
  if (account === null) return 'Nothing is counted for you, and nothing is limited.';
  if (account.startsWith('key:')) return 'Counted for the key that this session was begun with.';
  return 'Counted for you, with all your keys and sessions together.';
}

function lineOf(
  title: string,
  { used, limit }: QuotaResponse['documents'],
  inWords: (value: number) => string,
  resetsAt: string | null = null,
): QuotaLine {
  const text = limit === null ? `${inWords(used)}, no limit` : `${inWords(used)} of ${inWords(limit)}`;
  return { title, used, limit, text, resetsAt };
}

const countText = (count: number): string => count.toLocaleString('en');

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** Decimal units, at most three digits that count. */
export function bytesText(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** power;
  return `${value.toLocaleString('en', { maximumSignificantDigits: value < 1000 ? 3 : 4 })} ${UNITS[power]}`;
}
