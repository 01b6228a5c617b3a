/** `/api/v1/documents`: a caller's own texts. */
import { type Static, Type } from 'typebox';
import { MAX_DOCUMENT_LENGTH, MAX_DOCUMENTS_PER_REQUEST } from './words.ts';

export const DocumentInput = Type.Object(
  {
    id: Type.String({
      minLength: 1,
      maxLength: 512,
      description: 'Chosen by the caller; sending it again replaces the document. A relative file path is a good id.',
    }),
    title: Type.String({ minLength: 1, maxLength: 512 }),
    text: Type.String({
      maxLength: MAX_DOCUMENT_LENGTH,
      description: 'Plain text or Markdown; headings, [[wikilinks]] and links become edges of the graph.',
    }),
  },
  { additionalProperties: false, $id: 'DocumentInput' },
);
export type DocumentInput = Static<typeof DocumentInput>;

export const DocumentsRequest = Type.Object(
  { documents: Type.Array(DocumentInput, { minItems: 1, maxItems: MAX_DOCUMENTS_PER_REQUEST }) },
  { additionalProperties: false, $id: 'DocumentsRequest' },
);
export type DocumentsRequest = Static<typeof DocumentsRequest>;

export const DocumentsResponse = Type.Object(
  {
    stored: Type.Integer({ description: 'Documents written durably by this request.' }),
    replaced: Type.Integer({ description: 'How many of them took the place of an earlier one with their id.' }),
    nodes: Type.Integer({ description: 'Nodes the graph gained.' }),
    edges: Type.Integer({ description: 'Edges the graph gained.' }),
    unresolved_links: Type.Array(Type.String(), { description: 'Link targets no document has yet.' }),
    duration_ms: Type.Number(),
    request_id: Type.String(),
  },
  { $id: 'DocumentsResponse' },
);
export type DocumentsResponse = Static<typeof DocumentsResponse>;

export const StoredDocument = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    text: Type.String(),
    updated_at: Type.String({ description: 'RFC 3339, UTC.' }),
    request_id: Type.String(),
  },
  { $id: 'StoredDocument' },
);
export type StoredDocument = Static<typeof StoredDocument>;
