/** `/api/v1/documents`: the installation's own texts. */
import type { AddedDocuments } from '@vortexflow/knowledge';
import {
  DocumentsList,
  DocumentsRequest,
  DocumentsResponse,
  ErrorResponse,
  StoredDocument,
  wireError,
} from '@vortexflow/protocol';
import { Type } from 'typebox';
import { someOf } from '../audit/carried.ts';
import type { BodyReader } from '../reading/body-reader.ts';
import { addCheckedParser, CHECKED } from '../reading/checked-parser.ts';
import { givenTexts } from '../reading/given-texts.ts';
import type { RouteChecks } from '../validation/checks.ts';
import type { App } from './app-type.ts';
import { tellAudit } from './audit.ts';
import { addOnAccount } from './contributing.ts';
import { Digits } from './graph.ts';
import { requireServices, type ServerContext } from './services.ts';

const ERRORS = {
  400: ErrorResponse,
  401: ErrorResponse,
  403: ErrorResponse,
  413: ErrorResponse,
  415: ErrorResponse,
  503: ErrorResponse,
};
const Params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 512 }) });

/** Documents of one page of the list, unless asked for fewer. */
const MAX_LISTED = 1_000;

/** Registers them in a scope of their own, for the parser. */
export function registerDocuments(app: App, context: ServerContext, reader: BodyReader): void {
  addCheckedParser(app, context.validation, reader);
  registerAdding(app, context);
  registerListing(app, context);
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
      const { title, text, format, updatedAt } = document;
      return { id, title, text, format, updated_at: new Date(updatedAt).toISOString(), request_id: request.id };
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

const DOCUMENT_CHECKS: RouteChecks = {
  body: 'documents',
  texts: ({ body }) => givenTexts('documents', body),
};

function registerAdding(app: App, context: ServerContext): void {
  app.post(
    '/api/v1/documents',
    {
      ...CHECKED,
      config: { permission: 'contribute', checks: DOCUMENT_CHECKS },
      bodyLimit: context.bodyLimits.documents,
      schema: {
        tags: ['documents'],
        summary: 'Add or replace documents',
        description:
          'Answers when they are stored durably, searchable and in the graph. All of them or none are stored; of many, the ' +
          'first are found before the last. Without the permission ' +
          '"change", an id that is on another account, or on none, is refused (document_of_another).',
        body: DocumentsRequest,
        security: [{ ownerKey: [] }],
        response: { 200: DocumentsResponse, ...ERRORS },
      },
    },
    async (request, reply) => {
      const start = performance.now();
      const { documents } = request.body;
      tellAudit(reply, {
        detail: { documents: documents.length },
        personal: { documents: someOf(documents.map(({ id }) => id)) },
      });
      return documentsResponse(await addOnAccount(context, request, documents), start, request.id);
    },
  );
}

/** @param start when the request began, as `performance.now()` has it */
export function documentsResponse(added: AddedDocuments, start: number, requestId: string): DocumentsResponse {
  return {
    stored: added.stored,
    replaced: added.replaced,
    nodes: added.nodes,
    edges: added.edges,
    unresolved_links: [...added.unresolvedLinks],
    problems: [...added.problems],
    duration_ms: Math.round((performance.now() - start) * 1000) / 1000,
    request_id: requestId,
  };
}

function registerListing(app: App, context: ServerContext): void {
  app.get(
    '/api/v1/documents',
    {
      config: { permission: 'look' },
      schema: {
        tags: ['documents'],
        summary: `Ids, titles and fingerprints of documents, up to ${MAX_LISTED} at once`,
        querystring: Type.Object(
          {
            prefix: Type.Optional(Type.String({ maxLength: 512, description: 'How the ids begin.' })),
            after: Type.Optional(Type.String({ maxLength: 2048, description: 'Id behind which the list begins.' })),
            limit: Type.Optional(Digits),
          },
          { additionalProperties: false },
        ),
        response: { 200: DocumentsList, 400: ErrorResponse, 503: ErrorResponse },
      },
    },
    async (request) => {
      const { prefix = '', after = '', limit = String(MAX_LISTED) } = request.query;
      const most = Math.min(MAX_LISTED, Math.max(1, Number(limit)));
      const documents = requireServices(context).knowledge.documentsBelow(prefix, after, most + 1);
      const listed = documents.slice(0, most);
      return {
        documents: listed,
        next: documents.length > most ? (listed.at(-1)?.id ?? null) : null,
        request_id: request.id,
      };
    },
  );
}
