/** `/api/v1/graph/import` and `/api/v1/graph/export`: whole graphs as files. */
import { Readable } from 'node:stream';
import { writeEdgeTable, writeGexf, writeGraphml, writeJson, writeNodeTable, writeNTriples } from '@vortexflow/graph';
import {
  EXPORTED_ATTRIBUTES,
  exportEdges,
  exportNodes,
  type ExportOptions,
  formatOfMedia,
  GRAPH_FORMATS,
  type KnowledgeBase,
  mediaOf,
  parseFormat,
} from '@vortexflow/knowledge';
import type { CodedError } from '@vortexflow/primitives';
import { DocumentsResponse, ErrorResponse, wireError } from '@vortexflow/protocol';
import { Type } from 'typebox';
import { someOf } from '../audit/carried.ts';
import type { BodyReader } from '../reading/body-reader.ts';
import { collectedBody, hasLeft, whileHeld } from '../reading/checked-parser.ts';
import type { CollectedBody } from '../reading/collected-body.ts';
import { onlyRefused, runTierAsync } from '../validation/tiers.ts';
import type { App } from './app-type.ts';
import { tellAudit } from './audit.ts';
import { addOnAccount } from './contributing.ts';
import { type DocumentPointer, placedFault } from './document-faults.ts';
import { documentsResponse } from './documents.ts';
import { requireServices, type ServerContext } from './services.ts';

const ImportQuery = Type.Object(
  {
    format: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 64,
        description: `${GRAPH_FORMATS.join(', ')}; a table may name its columns (csv;source=From;target=To). Else by the content type.`,
      }),
    ),
    id: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 512,
        description: 'Of the file; the same id again replaces it. Default: by its content.',
      }),
    ),
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 512, description: 'Default: the id.' })),
  },
  { additionalProperties: false },
);

/** Registers the import in a scope of its own: there, a body is what it is, whatever its content type. */
export function registerImport(app: App, context: ServerContext, reader: BodyReader): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', collectedBody);
  app.post(
    '/api/v1/graph/import',
    {
      config: { permission: 'contribute' },
      bodyLimit: context.bodyLimits.import,
      schema: {
        tags: ['graph'],
        summary: 'Take in a graph as a file: the body is the file',
        description:
          'GraphML, GEXF, CSV, TSV, JSON, JSONL, N-Triples, Turtle. Answers when its nodes and edges are stored durably and ' +
          'searchable. Rows and edges that make no sense are left out and named under "problems"; a file that cannot be ' +
          'read at all is refused with the line. It is a document: /api/v1/documents has it under its id.',
        querystring: ImportQuery,
        security: [{ ownerKey: [] }],
        response: {
          200: DocumentsResponse,
          400: ErrorResponse,
          401: ErrorResponse,
          403: ErrorResponse,
          413: ErrorResponse,
          503: ErrorResponse,
        },
      },
    },
    async (request, reply) => {
      const start = performance.now();
      const body = requireBody(request.body as CollectedBody | undefined);
      const format = request.query.format ?? formatOfMedia(request.headers['content-type'] ?? '');
      const name = graphFormat(format);
      const refused = onlyRefused(context.validation.observe);
      const options = { timed: () => undefined, hasLeft: () => hasLeft(request) };
      const reading = runTierAsync('schema', refused, () => reader.file(body, name, options));
      const { text, digest } = await whileHeld(request, reading);
      const { id = defaultId(digest, name), title = id } = request.query;
      tellAudit(reply, {
        detail: { documents: 1, format: name },
        personal: { documents: someOf([id]) },
      });
      const document = { id, title, text, format: format ?? name };
      const added = await addOnAccount(context, request, [document], inQuery);
      return documentsResponse(added, start, request.id);
    },
  );
}

/** The text is the body itself. */
const inQuery: DocumentPointer = (_place, field) => (field === 'text' ? '' : `/querystring/${field}`);

/** The name of a format. @throws CodedError `format_unknown`, `request_invalid` */
function graphFormat(written: string | null): string {
  if (written === null)
    throw formatRefused('The content type names no format of graphs; say ?format=graphml, for example.');
  try {
    const { name } = parseFormat(written);
    if (GRAPH_FORMATS.includes(name)) return name;
  } catch (failure) {
    throw placedFault(failure, [], inQuery);
  }
  throw formatRefused(`"${written}" is no format of graphs; send texts to /api/v1/documents.`);
}

const formatRefused = (problem: string): CodedError =>
  wireError('request_invalid', {
    problem,
    field: 'format',
    pointer: '/querystring/format',
    expected: `one of ${GRAPH_FORMATS.join(', ')}`,
  });

function requireBody(body: CollectedBody | undefined): CollectedBody {
  if (body !== undefined && body.length > 0) return body;
  throw wireError('body_empty', { expected: 'a graph as a file', suggestion: 'Send the file as the body.' });
}

/** @param name of the format */
const defaultId = (digest: string, name: string): string => `import/${digest.slice(0, 12)}.${name}`;

type Writer = (base: KnowledgeBase, options: ExportOptions) => Generator<string>;
type WriteGraph = (
  nodes: ReturnType<typeof exportNodes>,
  edges: ReturnType<typeof exportEdges>,
  attributes: readonly string[],
) => Generator<string>;

const asGraph =
  (write: WriteGraph): Writer =>
  (base, options) =>
    write(exportNodes(base, options), exportEdges(base, options), EXPORTED_ATTRIBUTES);

/** What a graph can be written as. A table holds either its edges or its nodes. */
const WRITERS = {
  graphml: { media: mediaOf('graphml'), file: 'graph.graphml', write: asGraph(writeGraphml) },
  gexf: { media: mediaOf('gexf'), file: 'graph.gexf', write: asGraph(writeGexf) },
  json: { media: mediaOf('json'), file: 'graph.json', write: asGraph(writeJson) },
  ntriples: { media: mediaOf('ntriples'), file: 'graph.nt', write: asGraph(writeNTriples) },
  csv: {
    media: mediaOf('csv'),
    file: 'edges.csv',
    write: (base, options) => writeEdgeTable(exportEdges(base, options)),
  },
  'csv-nodes': {
    media: mediaOf('csv'),
    file: 'nodes.csv',
    write: (base, options) => writeNodeTable(exportNodes(base, options), EXPORTED_ATTRIBUTES),
  },
} as const satisfies Record<string, { media: string; file: string; write: Writer }>;

export function registerExport(app: App, context: ServerContext): void {
  app.get(
    '/api/v1/graph/export',
    {
      config: { permission: 'look' },
      schema: {
        tags: ['graph'],
        summary: 'The graph as a file',
        querystring: Type.Object(
          {
            format: Type.Enum(Object.keys(WRITERS) as (keyof typeof WRITERS)[], {
              description: 'csv gives the edges, csv-nodes the nodes.',
            }),
            built_in: Type.Optional(
              Type.Enum(['true', 'false'], { description: 'Also what the built-in source holds. Default false.' }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: Type.Any({ description: 'The file.' }), 400: ErrorResponse, 503: ErrorResponse },
      },
    },
    async (request, reply) => {
      const { base, groupNames } = requireServices(context).knowledge;
      const { media, file, write } = WRITERS[request.query.format];
      const pieces = write(base, { builtIn: request.query.built_in === 'true', groupNames });
      return reply
        .type(media)
        .header('content-disposition', `attachment; filename="${file}"`)
        .send(Readable.from(inPieces(pieces), { objectMode: false }));
    },
  );
}

/** Pieces of about 64 KB, with a turn for others between them. */
async function* inPieces(pieces: Iterable<string>): AsyncGenerator<Buffer> {
  let gathered = '';
  for (const piece of pieces) {
    gathered += piece;
    if (gathered.length < 65_536) continue;
    yield Buffer.from(gathered);
    gathered = '';
    await new Promise(setImmediate);
  }
  yield Buffer.from(gathered);
}
