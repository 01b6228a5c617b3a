/**
 * How much of what is stored is on whose account, whether more fits, and who may replace it. Kept with the documents, in memory: a few words for
 * each document that is on an account, none for the others.
 */
import { errorFactory } from '@vortexflow/primitives';

const ACCOUNT_ERRORS = {
  document_of_another: {
    type: 'AccessError',
    status: 403,
    recovery: 'Propagate',
    message: 'The document "{id}" is not on your account, and you may not change what others added.',
    hint: 'Choose another id, or use a key with the scope "change".',
  },
  storage_quota_exceeded: {
    type: 'ValidationError',
    // Not 507: it is the caller who has too much, and nothing that whoever runs the server must be told of.
    status: 413,
    recovery: 'Propagate',
    message: 'This account has {stored} {quota} stored and may have {limit}; this would make it {wanted}.',
    hint: 'Take documents away first. /api/v1/auth/me/quota shows what is left.',
  },
} as const;
const accountError = errorFactory(ACCOUNT_ERRORS);

export interface StoredAmount {
  readonly documents: number;
  /** Of titles and texts, in UTF-8. */
  readonly bytes: number;
}

/** Most that an account may have stored; 0: any amount. */
export type StorageQuota = StoredAmount;

/** On whose account documents are stored. */
export interface Contributor {
  /** null: on none; nothing is counted and nothing is too much. */
  readonly account: string | null;
  readonly quota: StorageQuota;
  /** Whether he may put something in the place of documents that are on another account, or on none. */
  readonly mayReplaceOthers: boolean;
}

/** For whoever stores without limits. */
export const UNCOUNTED: Contributor = { account: null, quota: { documents: 0, bytes: 0 }, mayReplaceOthers: true };

interface Sized {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

interface Share {
  readonly account: string;
  readonly bytes: number;
}

const NOTHING: StoredAmount = { documents: 0, bytes: 0 };
const QUOTAS = ['documents', 'bytes'] as const;

export class StoredUsage {
  readonly #shares = new Map<string, Share>();
  readonly #stored = new Map<string, StoredAmount>();
  /** What is on its way to the store, as if it replaced nothing. */
  readonly #coming = new Map<string, StoredAmount>();

  of(account: string): StoredAmount {
    return this.#stored.get(account) ?? NOTHING;
  }

  /** On whose account a document is; null: on none. */
  ownerOf(id: string): string | null {
    return this.#shares.get(id)?.account ?? null;
  }

  /** A document is stored. Who replaces it has it on his account from then on. */
  put(document: Sized, account: string | null): void {
    this.remove(document.id);
    if (account === null) return;
    const bytes = bytesOf(document);
    this.#shares.set(document.id, { account, bytes });
    add(this.#stored, account, { documents: 1, bytes });
  }

  remove(id: string): void {
    const share = this.#shares.get(id);
    if (!share) return;
    this.#shares.delete(id);
    add(this.#stored, share.account, { documents: -1, bytes: -share.bytes });
  }

  /**
   * Makes room for documents before they are stored. What is beyond the quota already may shrink.
   * @returns gives the room back, once they are stored or not to be stored; again it does nothing
   * @throws CodedError `storage_quota_exceeded`
   */
  reserve(documents: readonly Sized[], { account, quota }: Omit<Contributor, 'mayReplaceOthers'>): () => void {
    if (account === null || (quota.documents === 0 && quota.bytes === 0)) return () => undefined;
    const gross = { documents: documents.length, bytes: sum(documents.map(bytesOf)) };
    const own = documents.flatMap(({ id }) => this.#shares.get(id) ?? []).filter((share) => share.account === account);
    const net = { documents: gross.documents - own.length, bytes: gross.bytes - sum(own.map(({ bytes }) => bytes)) };
    const [stored, coming] = [this.of(account), this.#coming.get(account) ?? NOTHING];
    for (const name of QUOTAS) {
      const [limit, wanted] = [quota[name], stored[name] + coming[name] + net[name]];
      if (limit > 0 && net[name] > 0 && wanted > limit)
        throw accountError('storage_quota_exceeded', { quota: name, stored: stored[name], limit, wanted });
    }
    add(this.#coming, account, gross);
    let isHeld = true;
    return () => {
      if (isHeld) add(this.#coming, account, { documents: -gross.documents, bytes: -gross.bytes });
      isHeld = false;
    };
  }
}

/**
 * @param owner on whose account the document is that is there already
 * @throws CodedError `document_of_another`
 */
export function requireReplaceable(id: string, owner: string | null, by: Contributor): void {
  if (by.mayReplaceOthers || (owner !== null && owner === by.account)) return;
  throw accountError('document_of_another', { id });
}

const bytesOf = ({ title, text }: Sized): number => Buffer.byteLength(title) + Buffer.byteLength(text);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** An account with nothing is forgotten. */
function add(amounts: Map<string, StoredAmount>, account: string, more: StoredAmount): void {
  const before = amounts.get(account) ?? NOTHING;
  const after = { documents: before.documents + more.documents, bytes: before.bytes + more.bytes };
  if (after.documents === 0 && after.bytes === 0) amounts.delete(account);
  else amounts.set(account, after);
}
