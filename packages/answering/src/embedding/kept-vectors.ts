/** Vectors beside the documents, so that a restart does not ask for them again: by model and content, as signed bytes. */
import { createHash } from 'node:crypto';
import type { KeyValueStore } from '@vortexflow/knowledge';

const NAMESPACE = 'embeddings';

/** What is needed of the store. */
export type VectorStore = Pick<KeyValueStore, 'put' | 'remove' | 'list'>;

const hashOf = (...parts: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('base64url');
};

/** Of one model. Vectors of other models are forgotten when they are met. */
export class KeptVectors {
  readonly #store: VectorStore;
  readonly #prefix: string;

  /** @param model what tells its vectors from those of others: name, address, length */
  constructor(store: VectorStore, model: string) {
    this.#store = store;
    this.#prefix = `${hashOf(model).slice(0, 16)}:`;
  }

  /** Key of a text's vector. */
  keyOf(text: string): string {
    return this.#prefix + hashOf(text);
  }

  /** All vectors by key; those that nobody can use any more are removed. @param isUsed whether a text has this key */
  async read(isUsed: (key: string) => boolean): Promise<Map<string, Int8Array>> {
    const found = new Map<string, Int8Array>();
    const useless: string[] = [];
    for await (const { key, value } of this.#store.list(NAMESPACE)) {
      const row = isUsed(key) ? rowOf(value) : null;
      if (row) found.set(key, row);
      else useless.push(key);
    }
    await Promise.all(useless.map((key) => this.remove(key)));
    return found;
  }

  async put(key: string, row: Int8Array): Promise<void> {
    await this.#store.put(NAMESPACE, key, Buffer.from(row.buffer, row.byteOffset, row.length).toString('base64'));
  }

  async remove(key: string): Promise<void> {
    await this.#store.remove(NAMESPACE, key);
  }
}

function rowOf(value: unknown): Int8Array | null {
  if (typeof value !== 'string') return null;
  const bytes = Buffer.from(value, 'base64');
  return bytes.length === 0 ? null : new Int8Array(bytes);
}
