/** `/api/v1/graph/analytics`: measures of the whole graph. */
import {
  ErrorResponse,
  GRAPH_MEASURES,
  GraphAnalyticsResponse,
  MAX_ANALYTICS_K,
  MAX_ANALYTICS_LIMIT,
  wireError,
} from '@vortexflow/protocol';
import { Type } from 'typebox';
import type { Analysis } from '../analytics/analytics.ts';
import type { App } from './app-type.ts';
import { Digits, summaryOf } from './graph.ts';
import { requireServices, type ServerContext, type Services } from './services.ts';

const DEFAULT_LIMIT = 20;
const DEFAULT_K = 8;

const Query = Type.Object(
  {
    measure: Type.Enum([...GRAPH_MEASURES]),
    limit: Type.Optional(Digits),
    k: Type.Optional(Digits),
  },
  { additionalProperties: false },
);

export function registerAnalytics(app: App, context: ServerContext): void {
  app.get(
    '/api/v1/graph/analytics',
    {
      config: { permission: 'look' },
      schema: {
        tags: ['graph'],
        summary: 'Ranks, communities, clusters and outliers of the whole graph',
        description:
          'degree, pagerank and outliers rank nodes; components, communities (Louvain), labels (label propagation) and ' +
          'kmeans make clusters. kmeans and outliers look at positions, the others at edges. k (2 to 64, default 8) is ' +
          'the number of clusters or of neighbours; limit (1 to 100, default 20) cuts the lists. Computed beside the ' +
          'event loop, one at a time, and kept until the graph changes.',
        querystring: Query,
        response: { 200: GraphAnalyticsResponse, 400: ErrorResponse, 503: ErrorResponse },
      },
    },
    async (request) => {
      const { measure } = request.query;
      const limit = integer('limit', request.query.limit, DEFAULT_LIMIT, 1, MAX_ANALYTICS_LIMIT);
      const k = integer('k', request.query.k, DEFAULT_K, 2, MAX_ANALYTICS_K);
      const services = requireServices(context);
      const { analysis, cached } = await services.analytics.of(measure, k);
      if (!cached) context.metrics.analysed(measure, analysis.durationMs / 1000);
      return { measure, ...describe(services, analysis, limit), cached, request_id: request.id };
    },
  );
}

function describe({ knowledge }: Services, { result, revision, layoutTick, durationMs }: Analysis, limit: number) {
  const { base, groupNames } = knowledge;
  // A node may have been removed while the computation ran.
  const summaries = (nodes: readonly number[]) =>
    nodes.filter((node) => base.has(node)).map((node) => summaryOf(base, node, groupNames));
  return {
    nodes: result.nodes,
    edges: result.edges,
    revision,
    layout_tick: layoutTick,
    figures: { ...result.figures },
    top: result.top
      .slice(0, limit)
      .flatMap(({ node, score }) => summaries([node]).map((summary) => ({ ...summary, score }))),
    clusters: result.clusters.slice(0, limit).map(({ size, centre, nodes }) => ({
      size,
      share: size / result.nodes,
      ...(centre && { centre: [...centre] }),
      nodes: summaries(nodes),
    })),
    duration_ms: Math.round(durationMs * 10) / 10,
  };
}

/** @throws CodedError `request_invalid` when the text is a number outside the range */
function integer(field: string, text: string | undefined, fallback: number, least: number, most: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (value >= least && value <= most) return value;
  throw wireError('request_invalid', { problem: `"${field}" must be from ${least} to ${most}.`, field });
}
