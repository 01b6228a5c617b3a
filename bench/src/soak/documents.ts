/**
 * Writes documents all through a soak and takes the oldest away again, and looks at its end whether every change that was
 * acknowledged has lasted. So many are kept at a time, no more: memory that grows all the same is a leak.
 */
import { loadWordNet } from '@vortexflow/knowledge';

export interface Installation {
  readonly url: string;
  readonly key: string;
}

/** What became of the writes. */
export interface WriteCounts {
  readonly acknowledged: number;
  /** Of them, taken away again. */
  readonly removed: number;
  /** Refused or failed changes by status and code, or by the error of the connection. */
  readonly refused: Readonly<Record<string, number>>;
}

const PREFIX = 'soak/';
const MISSING = '404 document_not_found';
/** After so long, ms, a write counts as not acknowledged. */
const PATIENCE_MS = 10_000;
/** Documents that are there at a time. */
const KEPT = 60;
/** Sentences of a document, about 1.5 KB. */
const SENTENCES = 20;

/** Texts of glosses: every document is about something else, as documents are. */
export async function textsOfGlosses(): Promise<(index: number) => string> {
  const glosses = (await loadWordNet()).nodes.map(({ text }) => text.split(';')[0] as string);
  return (index) =>
    // Strides without a common factor walk through all of them.
    Array.from({ length: SENTENCES }, (_, i) => glosses[(index * 7_919 + i * 104_729) % glosses.length])
      .map((gloss) => `It is said of ${gloss}.`)
      .join(' ');
}

export class DocumentWriter {
  readonly #at: Installation;
  readonly #textOf: (index: number) => string;
  /** In the order in which they were acknowledged; without those that may have been taken away. */
  readonly #present = new Set<string>();
  readonly #removed = new Set<string>();
  /** To be taken away again: the server refused, or whether it did so is not known. */
  readonly #left = new Set<string>();
  /** Acknowledged, and not there when they were to be taken away. */
  readonly #missed: string[] = [];
  readonly #refused: Record<string, number> = {};
  readonly #underWay = new Set<Promise<void>>();
  #acknowledged = 0;
  #next = 0;

  /** @param textOf text of each document by its number, from 0 */
  constructor(at: Installation, textOf: (index: number) => string) {
    this.#at = at;
    this.#textOf = textOf;
  }

  /** Sends one document, and takes one away when there are enough; does not wait. */
  write(): void {
    const index = this.#next++;
    this.#begin(this.#add(`${PREFIX}${index}`, this.#textOf(index)));
    const [oldest] = this.#present;
    if (oldest !== undefined && this.#present.size > KEPT) this.#begin(this.#remove(oldest));
    // Else every refusal would leave a document more, and the load would not be the same at the end.
    const [left] = this.#left;
    if (left !== undefined) this.#begin(this.#removeAgain(left));
  }

  #begin(change: Promise<void>): void {
    const noted = change.finally(() => this.#underWay.delete(noted));
    this.#underWay.add(noted);
  }

  async #add(id: string, text: string): Promise<void> {
    const outcome = await this.#send('POST', '', { documents: [{ id, title: id, text }] });
    if (outcome !== null) return this.#refuse(outcome);
    this.#acknowledged++;
    this.#present.add(id);
  }

  async #remove(id: string): Promise<void> {
    this.#present.delete(id);
    const outcome = await this.#send('DELETE', `/${encodeURIComponent(id)}`);
    if (outcome === null) this.#removed.add(id);
    else if (outcome === MISSING) this.#missed.push(id);
    else this.#leave(id, outcome);
  }

  async #removeAgain(id: string): Promise<void> {
    this.#left.delete(id);
    const outcome = await this.#send('DELETE', `/${encodeURIComponent(id)}`);
    // It may be gone since the first time.
    if (outcome === null || outcome === MISSING) this.#removed.add(id);
    else this.#leave(id, outcome);
  }

  #leave(id: string, outcome: string): void {
    this.#left.add(id);
    this.#refuse(outcome);
  }

  #refuse(outcome: string): void {
    this.#refused[outcome] = (this.#refused[outcome] ?? 0) + 1;
  }

  async finish(): Promise<WriteCounts> {
    await Promise.all(this.#underWay);
    return { acknowledged: this.#acknowledged, removed: this.#removed.size, refused: { ...this.#refused } };
  }

  /** Ids whose last acknowledged change a server does not show: written and not there, or taken away and there. */
  async lost(at: Installation): Promise<string[]> {
    const missing = new Set(this.#present);
    const risen: string[] = [];
    for (let after = ''; ;) {
      const query = new URLSearchParams({ prefix: PREFIX, after });
      const response = await fetch(`${at.url}/api/v1/documents?${query.toString()}`, { headers: bearer(at) });
      if (response.status !== 200) throw new Error(`the documents cannot be listed: ${response.status}`);
      const { documents, next } = (await response.json()) as { documents: { id: string }[]; next: string | null };
      for (const { id } of documents) {
        missing.delete(id);
        if (this.#removed.has(id)) risen.push(id);
      }
      if (next === null) return [...this.#missed, ...missing, ...risen];
      after = next;
    }
  }

  /** null: acknowledged; else why not. */
  async #send(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<string | null> {
    try {
      const response = await fetch(`${this.#at.url}/api/v1/documents${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...bearer(this.#at) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const { code = '' } = (await response.json()) as { code?: string };
      return response.status === 200 ? null : `${response.status} ${code}`;
    } catch (failure) {
      const { name, cause } = failure as { name: string; cause?: { code?: string } };
      return cause?.code ?? name;
    }
  }
}

const bearer = ({ key }: Installation): { authorization: string } => ({ authorization: `Bearer ${key}` });
