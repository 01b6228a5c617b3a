/** Documents on the account of whoever sends them, as far as his quota goes and nobody else's are replaced without leave. */
import { accountOf } from '@vortexflow/identity';
import type { AddedDocuments, NewDocument } from '@vortexflow/knowledge';
import { CodedError } from '@vortexflow/primitives';
import type { FastifyRequest } from 'fastify';
import { type DocumentPointer, inBody, placedFault } from './document-faults.ts';
import { requireServices, type ServerContext } from './services.ts';

/**
 * @param pointer to a document in the request, for errors
 * @throws CodedError `storage_quota_exceeded`, which is counted, `document_of_another`, and whatever else adding may throw
 */
export async function addOnAccount(
  context: ServerContext,
  { principal }: FastifyRequest,
  documents: readonly NewDocument[],
  pointer: DocumentPointer = inBody,
): Promise<AddedDocuments> {
  const { knowledge } = requireServices(context);
  try {
    const added = await knowledge.addDocuments(documents, {
      account: accountOf(principal),
      quota: context.storageQuota(),
      mayReplaceOthers: principal.permissions.has('change'),
    });
    context.metrics.documentsWritten(added.stored);
    return added;
  } catch (failure) {
    if (failure instanceof CodedError && failure.code === 'storage_quota_exceeded')
      context.onQuota(failure.details?.['quota'] === 'bytes' ? 'bytes' : 'documents');
    throw placedFault(failure, documents, pointer);
  }
}
