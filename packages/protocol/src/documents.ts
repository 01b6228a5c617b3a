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
      description:
        'In the language that "format" names. Headings become sections; [[wikilinks]], links and #tags become edges.',
    }),
    format: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        pattern: '^[!-~]+$',
        default: 'markdown',
        description:
          'markdown, text, html; of a graph csv, tsv, json, jsonl, graphml, gexf, ntriples, turtle. A table may name its ' +
          'columns, by name or number: csv;source=From;target=3;delimiter=semicolon. Larger graphs: /api/v1/graph/import.',
      }),
    ),
  },
  { additionalProperties: false, $id: 'DocumentInput' },
);
export type DocumentInput = Static<typeof DocumentInput>;

export const DocumentsRequest = Type.Object(
  { documents: Type.Array(DocumentInput, { minItems: 1, maxItems: MAX_DOCUMENTS_PER_REQUEST }) },
  { additionalProperties: false, $id: 'DocumentsRequest' },
);
export type DocumentsRequest = Static<typeof DocumentsRequest>;

export const DocumentProblem = Type.Object(
  {
    document: Type.String({ description: 'Id of the document.' }),
    line: Type.Union([Type.Integer(), Type.Null()], { description: 'From 1; null where the format has no lines.' }),
    reason: Type.String(),
  },
  { $id: 'DocumentProblem' },
);
export type DocumentProblem = Static<typeof DocumentProblem>;

export const DocumentsResponse = Type.Object(
  {
    stored: Type.Integer({ description: 'Documents written durably by this request.' }),
    replaced: Type.Integer({ description: 'How many of them took the place of an earlier one with their id.' }),
    nodes: Type.Integer({ description: 'Nodes the graph gained.' }),
    edges: Type.Integer({ description: 'Edges the graph gained.' }),
    unresolved_links: Type.Array(Type.String(), { description: 'Link targets no document has yet.' }),
    problems: Type.Array(DocumentProblem, {
      description: 'What was left out of these documents: rows, statements, edges. The first hundred of each.',
    }),
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
    format: Type.String(),
    updated_at: Type.String({ description: 'RFC 3339, UTC.' }),
    request_id: Type.String(),
  },
  { $id: 'StoredDocument' },
);
export type StoredDocument = Static<typeof StoredDocument>;

export const DocumentSummary = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    fingerprint: Type.String({
      description: 'SHA-256, base64url, of format, title and text, line feeds between them.',
    }),
  },
  { $id: 'DocumentSummary' },
);
export type DocumentSummary = Static<typeof DocumentSummary>;

export const DocumentsList = Type.Object(
  {
    documents: Type.Array(DocumentSummary, { description: 'In the order of their ids (by UTF-16 units).' }),
    next: Type.Union([Type.String(), Type.Null()], {
      description: 'Send it as "after" for the next ones; null at the end.',
    }),
    request_id: Type.String(),
  },
  { $id: 'DocumentsList' },
);
export type DocumentsList = Static<typeof DocumentsList>;
