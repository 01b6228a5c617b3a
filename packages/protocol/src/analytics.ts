/** `GET /api/v1/graph/analytics`: one measure of the whole graph, its best nodes or its clusters. */
import { type Static, Type } from 'typebox';
import { GraphNodeSummary } from './graph.ts';
import { GRAPH_MEASURES } from './words.ts';

export const GraphAnalyticsResponse = Type.Object(
  {
    measure: Type.Enum([...GRAPH_MEASURES]),
    nodes: Type.Integer({ description: 'Nodes measured.' }),
    edges: Type.Integer({ description: 'Edges between them.' }),
    revision: Type.Integer({ description: 'Revision of the graph that was measured.' }),
    layout_tick: Type.Union([Type.Integer(), Type.Null()], {
      description: 'Tick of the layout from which on positions were measured; null where they do not matter.',
    }),
    figures: Type.Record(Type.String(), Type.Number(), {
      description: 'What describes the result as a whole, for example the modularity of communities.',
    }),
    top: Type.Array(
      Type.Object({
        ...GraphNodeSummary.properties,
        score: Type.Number({ description: 'In the unit of the measure.' }),
      }),
      { description: 'Best nodes first; empty for measures that make clusters.' },
    ),
    clusters: Type.Array(
      Type.Object({
        size: Type.Integer({ description: 'Number of nodes.' }),
        share: Type.Number({ minimum: 0, maximum: 1, description: 'Of all nodes measured.' }),
        centre: Type.Optional(
          Type.Array(Type.Number(), { description: 'Mean position, x, y, z; for measures of positions.' }),
        ),
        nodes: Type.Array(GraphNodeSummary, { description: 'Members of the highest degree, at most 5.' }),
      }),
      { description: 'Largest first; empty for measures that rank nodes.' },
    ),
    duration_ms: Type.Number({ description: 'What the computation took when it was made.' }),
    cached: Type.Boolean({ description: 'True when an earlier request had it computed, or one at the same time.' }),
    request_id: Type.String(),
  },
  { $id: 'GraphAnalyticsResponse' },
);
export type GraphAnalyticsResponse = Static<typeof GraphAnalyticsResponse>;
