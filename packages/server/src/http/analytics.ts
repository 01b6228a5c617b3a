/** `/api/v1/graph/analytics`: measures of the whole graph. */
import {
  ErrorResponse,
  GRAPH_MEASURES,
  GraphAnalyticsResponse,
  MAX_ANALYTICS_K,
  MAX_ANALYTICS_LIMIT,
} from '@vortexflow/protocol';
import type { Claim, StateView } from '@vortexflow/validation';
import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Analysis } from '../analytics/analytics.ts';
import { needsPositions } from '../analytics/measures.ts';
import type { RouteChecks } from '../validation/checks.ts';
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

const ANALYTICS_CHECKS: RouteChecks = { claims: rangesOf };

/** A cluster needs a node, and a neighbour another one: how many there can be, the graph decides. */
export function rangesOf({ query }: FastifyRequest, state: StateView): Claim[] {
  const { measure, limit, k } = query as Static<typeof Query>;
  const most = k === undefined || !needsPositions(measure) ? MAX_ANALYTICS_K : Math.max(2, state.nodes);
  return [...rangeOf('limit', limit, 1, MAX_ANALYTICS_LIMIT), ...rangeOf('k', k, 2, Math.min(MAX_ANALYTICS_K, most))];
}

const rangeOf = (field: string, given: string | undefined, least: number, most: number): Claim[] =>
  given === undefined ? [] : [{ is: 'range', pointer: `/querystring/${field}`, value: Number(given), least, most }];

export function registerAnalytics(app: App, context: ServerContext): void {
  app.get(
    '/api/v1/graph/analytics',
    {
      config: { permission: 'look', checks: ANALYTICS_CHECKS },
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
      const { measure, limit: given = DEFAULT_LIMIT, k = DEFAULT_K } = request.query;
      const limit = Number(given);
      const services = requireServices(context);
      const { analysis, cached } = await services.analytics.of(measure, Number(k));
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
