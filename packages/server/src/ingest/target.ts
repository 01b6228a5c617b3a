/** Where documents go: to a running server, or into the knowledge of this process. */
import type { VortexflowClient } from '@vortexflow/client';
import { type FolderDocument, isGraphFormat, type Knowledge, parseFormat } from '@vortexflow/knowledge';
import { MAX_DOCUMENT_LENGTH } from '@vortexflow/protocol';
import { someOf } from '../audit/carried.ts';
import { type AuditSink, COMMAND_LINE } from '../audit/sink.ts';

/** What adding some documents did. */
interface Added {
  readonly stored: number;
  readonly replaced: number;
  readonly nodes: number;
  readonly edges: number;
  readonly unresolved_links: readonly string[];
  readonly problems: readonly { readonly document: string; readonly line: number | null; readonly reason: string }[];
}

/** Takes documents in. Every method rejects with the error of the server or the knowledge. */
export interface IngestTarget {
  /** Ids and fingerprints of the documents whose ids begin with this. */
  list(prefix: string): Promise<Map<string, string>>;
  add(documents: readonly FolderDocument[]): Promise<Added>;
  remove(id: string): Promise<void>;
}

/** Whether a document goes by itself, whatever else there is to send: graphs may be large, and may turn out to be none. */
export const goesAlone = ({ format, text }: FolderDocument): boolean =>
  isGraphFormat(parseFormat(format).name) || text.length > MAX_DOCUMENT_LENGTH;

export function serverTarget(client: VortexflowClient): IngestTarget {
  return {
    async list(prefix) {
      const known = new Map<string, string>();
      for (let after: string | null = ''; after !== null;) {
        const page = await client.documents.list({ prefix, after });
        for (const { id, fingerprint } of page.documents) known.set(id, fingerprint);
        after = page.next;
      }
      return known;
    },
    async add(documents) {
      const [first] = documents;
      return first && documents.length === 1 && goesAlone(first)
        ? client.graph.import(first)
        : client.documents.add(documents);
    },
    remove: (id) => client.documents.remove(id),
  };
}

/** Tells the log of each change before it is done and when it is, as the server does. */
export function auditedTarget(target: IngestTarget, sink: Pick<AuditSink, 'append' | 'note'>): IngestTarget {
  const told = async <T>(action: string, ids: readonly string[], run: () => Promise<T>): Promise<T> => {
    const record = {
      action,
      actor: COMMAND_LINE,
      detail: { documents: ids.length },
      personal: { documents: someOf(ids) },
    };
    await sink.append({ ...record, outcome: 'begun' });
    try {
      const done = await run();
      await sink.append({ ...record, outcome: 'done' });
      return done;
    } catch (failure) {
      sink.note({ ...record, outcome: 'failed' });
      throw failure;
    }
  };
  return {
    list: (prefix) => target.list(prefix),
    add: (documents) =>
      told(
        'document.put',
        documents.map(({ id }) => id),
        () => target.add(documents),
      ),
    remove: (id) => told('document.remove', [id], () => target.remove(id)),
  };
}

export function knowledgeTarget(knowledge: Knowledge): IngestTarget {
  return {
    list: async (prefix) =>
      new Map(knowledge.documentsBelow(prefix, '', Infinity).map(({ id, fingerprint }) => [id, fingerprint])),
    async add(documents) {
      const { stored, replaced, nodes, edges, unresolvedLinks, problems } = await knowledge.addDocuments(documents);
      return { stored, replaced, nodes, edges, unresolved_links: unresolvedLinks, problems };
    },
    async remove(id) {
      await knowledge.removeDocument(id);
    },
  };
}
