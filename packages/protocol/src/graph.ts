/** `/api/v1/graph`: reading the graph over HTTP. Positions come over the WebSocket; see `frames/`. */
import { type Static, Type } from 'typebox';

export const GraphStats = Type.Object(
  {
    nodes: Type.Integer(),
    edges: Type.Integer({ description: 'Undirected; two nodes joined by several relations count once.' }),
    documents: Type.Integer(),
    groups: Type.Array(Type.String(), { description: 'Names of the node groups; a node names its group by index.' }),
    revision: Type.Integer({ description: 'Grows with every change of nodes or edges.' }),
    layout: Type.Object({
      backend: Type.String(),
      state: Type.Enum(['loading', 'moving', 'settled', 'failed']),
      ticks: Type.Integer(),
      tick_ms: Type.Union([Type.Number(), Type.Null()], {
        description: 'Median of the latest ticks; null before the first.',
      }),
      hardware: Type.Enum(['unknown', 'normal', 'alert', 'throttle'], {
        description: 'What temperatures say: from alert on people should know, throttled the layout takes a quarter.',
      }),
    }),
    viewers: Type.Integer(),
    request_id: Type.String(),
  },
  { $id: 'GraphStats' },
);
export type GraphStats = Static<typeof GraphStats>;

export const GraphNodeSummary = Type.Object(
  {
    id: Type.String(),
    index: Type.Integer({ description: 'Place of the node in frames. Stable while the server runs.' }),
    label: Type.String(),
    group: Type.String(),
  },
  { $id: 'GraphNodeSummary' },
);
export type GraphNodeSummary = Static<typeof GraphNodeSummary>;

export const EdgeSource = Type.Object(
  {
    document: Type.String({ description: 'Id of the document in which the edge stands.' }),
    line: Type.Union([Type.Integer(), Type.Null()], { description: 'From 1; null where the format has no lines.' }),
    text: Type.String({ description: 'The sentence, row or statement that made the edge.' }),
  },
  { $id: 'EdgeSource' },
);
export type EdgeSource = Static<typeof EdgeSource>;

export const GraphNode = Type.Object(
  {
    id: Type.String(),
    index: Type.Integer(),
    label: Type.String(),
    names: Type.Array(Type.String(), { description: 'All words or titles of the node, best known first.' }),
    text: Type.String({ description: 'Gloss or text.' }),
    group: Type.String(),
    degree: Type.Integer({ description: 'Number of distinct neighbours.' }),
    neighbours: Type.Array(
      Type.Object({
        id: Type.String(),
        index: Type.Integer(),
        label: Type.String(),
        relation: Type.String(),
        weight: Type.Number({ description: '1 unless a document says otherwise.' }),
        source: Type.Union([EdgeSource, Type.Null()], { description: 'null for edges of the built-in source.' }),
      }),
      { description: 'At most 50.' },
    ),
    request_id: Type.String(),
  },
  { $id: 'GraphNode' },
);
export type GraphNode = Static<typeof GraphNode>;

export const GraphSearchResponse = Type.Object(
  { results: Type.Array(GraphNodeSummary), request_id: Type.String() },
  { $id: 'GraphSearchResponse' },
);
export type GraphSearchResponse = Static<typeof GraphSearchResponse>;

export const GraphNamesResponse = Type.Object(
  {
    names: Type.Array(Type.Union([Type.String(), Type.Null()]), {
      description: 'Name i is that of the i-th index asked for; null where no node is, or no longer.',
    }),
    request_id: Type.String(),
  },
  { $id: 'GraphNamesResponse' },
);
export type GraphNamesResponse = Static<typeof GraphNamesResponse>;

export const GraphPathResponse = Type.Object(
  {
    path: Type.Array(GraphNodeSummary),
    relations: Type.Array(Type.String(), { description: 'Relation i joins path[i] and path[i + 1].' }),
    sources: Type.Array(Type.Union([EdgeSource, Type.Null()]), {
      description: 'Where each of these relations stands written; null for those of the built-in source.',
    }),
    request_id: Type.String(),
  },
  { $id: 'GraphPathResponse' },
);
export type GraphPathResponse = Static<typeof GraphPathResponse>;
