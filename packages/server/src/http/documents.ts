/** `/api/v1/documents`: the installation's own texts. */
import { DocumentsRequest, DocumentsResponse, ErrorResponse, StoredDocument, wireError } from '@vortexflow/protocol';
import { Type } from 'typebox';
import type { App } from './app-type.ts';
import { requireServices, type ServerContext } from './services.ts';

/** Largest body of one request, bytes. */
const DOCUMENTS_LIMIT = 32 * 1024 * 1024;

const ERRORS = { 400: ErrorResponse, 401: ErrorResponse, 413: ErrorResponse, 415: ErrorResponse, 503: ErrorResponse };
const Params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 512 }) });

export function registerDocuments(app: App, context: ServerContext): void {
  registerAdding(app, context);
  app.get(
    '/api/v1/documents/:id',
    {
      config: { permission: 'look' },
      schema: {
        tags: ['documents'],
        summary: 'One document',
        params: Params,
        response: { 200: StoredDocument, 404: ErrorResponse, 503: ErrorResponse },
      },
    },
    async (request) => {
      const { id } = request.params;
      const document = await requireServices(context).knowledge.document(id);
      if (!document) throw wireError('document_not_found', { id });
      const { title, text, updatedAt } = document;
      return { id, title, text, updated_at: new Date(updatedAt).toISOString(), request_id: request.id };
    },
  );
  app.delete(
    '/api/v1/documents/:id',
    {
      config: { permission: 'change' },
      schema: {
        tags: ['documents'],
        summary: 'Remove a document',
        params: Params,
        security: [{ ownerKey: [] }],
        response: {
          200: Type.Object({ removed: Type.Literal(true), request_id: Type.String() }),
          401: ErrorResponse,
          404: ErrorResponse,
          503: ErrorResponse,
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      if (!(await requireServices(context).knowledge.removeDocument(id))) throw wireError('document_not_found', { id });
      return { removed: true as const, request_id: request.id };
    },
  );
}

function registerAdding(app: App, context: ServerContext): void {
  app.post(
    '/api/v1/documents',
    {
      config: { permission: 'change' },
      bodyLimit: DOCUMENTS_LIMIT,
      schema: {
        tags: ['documents'],
        summary: 'Add or replace documents',
        description: 'Answers when they are stored durably, searchable and in the graph. All of them or none.',
        body: DocumentsRequest,
        security: [{ ownerKey: [] }],
        response: { 200: DocumentsResponse, ...ERRORS },
      },
    },
    async (request) => {
      const start = performance.now();
      const { knowledge } = requireServices(context);
      const added = await knowledge.addDocuments(request.body.documents);
      context.metrics.documentsWritten(added.stored);
      return {
        stored: added.stored,
        replaced: added.replaced,
        nodes: added.nodes,
        edges: added.edges,
        unresolved_links: [...added.unresolvedLinks],
        duration_ms: Math.round((performance.now() - start) * 1000) / 1000,
        request_id: request.id,
      };
    },
  );
}
