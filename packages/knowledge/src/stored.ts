/** Reads what is stored when the knowledge opens. */
import { parseDocument } from './documents/parse.ts';
import type { ParsedDocument } from './documents/parsed.ts';
import type { DocumentRecord, DocumentStore } from './store/store.ts';

/** Stored documents that are put into the graph at once. */
export interface StoredBatch {
  readonly records: readonly DocumentRecord[];
  /** As many as records, in their order. */
  readonly parsed: readonly ParsedDocument[];
  readonly unread: readonly UnreadDocument[];
}

/** A stored document that cannot be read: it is there by its title alone. */
export interface UnreadDocument {
  readonly id: string;
  /** Why, in sentences. */
  readonly reason: string;
}

const MIN_BATCH = 1_000;
/** Characters of a batch, unless one document alone is longer. */
const MAX_BATCH_LENGTH = 32 * 1024 * 1024;

/**
 * All stored documents in their order. A node that many documents speak of (a tag) costs each batch what all of them say
 * of it, so batches grow with what is there: the time stays proportional to the number of documents.
 */
export async function* storedBatches(store: DocumentStore): AsyncGenerator<StoredBatch, void, undefined> {
  let records: DocumentRecord[] = [];
  let length = 0;
  let before = 0;
  for await (const record of store.all()) {
    records.push(record);
    length += record.text.length;
    if (records.length < Math.max(MIN_BATCH, before / 4) && length < MAX_BATCH_LENGTH) continue;
    yield parseBatch(records);
    before += records.length;
    records = [];
    length = 0;
  }
  if (records.length > 0) yield parseBatch(records);
}

function parseBatch(records: readonly DocumentRecord[]): StoredBatch {
  const unread: UnreadDocument[] = [];
  return { records, parsed: records.map((record) => parseStored(record, unread)), unread };
}

/** A document that an earlier version took and this one cannot read is still there, by its title. */
function parseStored(record: DocumentRecord, unread: UnreadDocument[]): ParsedDocument {
  try {
    return parseDocument(record);
  } catch (failure) {
    unread.push({ id: record.id, reason: failure instanceof Error ? failure.message : String(failure) });
    return parseDocument({ id: record.id, title: record.title, text: '' });
  }
}
