/** Writes documents all through a soak, and looks at its end whether all that were acknowledged are there. */
import { loadWordNet } from '@vortexflow/knowledge';

export interface Installation {
  readonly url: string;
  readonly key: string;
}

/** What became of the writes. */
export interface WriteCounts {
  readonly acknowledged: number;
  /** Refused or failed writes by status and code, or by the error of the connection. */
  readonly refused: Readonly<Record<string, number>>;
}

const PREFIX = 'soak/';
/** After so long, ms, a write counts as not acknowledged. */
const PATIENCE_MS = 10_000;
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
  readonly #acknowledged = new Set<string>();
  readonly #refused: Record<string, number> = {};
  readonly #underWay = new Set<Promise<void>>();
  #next = 0;

  /** @param textOf text of each document by its number, from 0 */
  constructor(at: Installation, textOf: (index: number) => string) {
    this.#at = at;
    this.#textOf = textOf;
  }

  /** Sends one document; does not wait. */
  write(): void {
    const index = this.#next++;
    const writing = this.#note(`${PREFIX}${index}`, this.#textOf(index)).finally(() => this.#underWay.delete(writing));
    this.#underWay.add(writing);
  }

  async #note(id: string, text: string): Promise<void> {
    const outcome = await this.#send(id, text);
    if (outcome === null) this.#acknowledged.add(id);
    else this.#refused[outcome] = (this.#refused[outcome] ?? 0) + 1;
  }

  async finish(): Promise<WriteCounts> {
    await Promise.all(this.#underWay);
    return { acknowledged: this.#acknowledged.size, refused: { ...this.#refused } };
  }

  /** Ids that were acknowledged and are not listed by a server. */
  async lost(at: Installation): Promise<string[]> {
    const missing = new Set(this.#acknowledged);
    for (let after = ''; ;) {
      const query = new URLSearchParams({ prefix: PREFIX, after });
      const response = await fetch(`${at.url}/api/v1/documents?${query.toString()}`, { headers: bearer(at) });
      if (response.status !== 200) throw new Error(`the documents cannot be listed: ${response.status}`);
      const { documents, next } = (await response.json()) as { documents: { id: string }[]; next: string | null };
      for (const { id } of documents) missing.delete(id);
      if (next === null) return [...missing];
      after = next;
    }
  }

  /** null: acknowledged; else why not. */
  async #send(id: string, text: string): Promise<string | null> {
    try {
      const response = await fetch(`${this.#at.url}/api/v1/documents`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...bearer(this.#at) },
        body: JSON.stringify({ documents: [{ id, title: id, text }] }),
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
