/** `/api/v1/graph`: reading the graph. */
import { relationCost } from '@vortexflow/answering';
import { shortestPath } from '@vortexflow/graph';
import { type KnowledgeBase, terms } from '@vortexflow/knowledge';
import {
  ErrorResponse,
  GraphNamesResponse,
  GraphNode,
  type GraphNodeSummary,
  GraphPathResponse,
  GraphSearchResponse,
  GraphStats,
  wireError,
} from '@vortexflow/protocol';
import type { Claim } from '@vortexflow/validation';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { App } from './app-type.ts';
import { requireServices, type ServerContext } from './services.ts';

const MAX_NEIGHBOURS = 50;
const PATH_LIMIT = 50_000;
const MAX_NAMES = 100;
const ERRORS = { 400: ErrorResponse, 404: ErrorResponse, 503: ErrorResponse };
export const NodeId = Type.String({ minLength: 1, maxLength: 1100 });
/** Query parameters are text; what must be a number is said so by its form. */
export const Digits = Type.String({ pattern: '^\\d{1,9}$' });
const DigitsList = Type.String({ pattern: `^\\d{1,9}(,\\d{1,9}){0,${MAX_NAMES - 1}}$` });

export function registerGraph(app: App, context: ServerContext): void {
  app.get(
    '/api/v1/graph',
    {
      config: { permission: 'look' },
      schema: {
        tags: ['graph'],
        summary: 'Size and state of the graph',
        response: { 200: GraphStats, 503: ErrorResponse },
      },
    },
    async (request) => statsOf(context, request.id),
  );
  registerNodes(app, context);
  registerNames(app, context);
  registerFinding(app, context);
}

async function statsOf(context: ServerContext, requestId: string): Promise<GraphStats> {
  const { knowledge, layout } = requireServices(context);
  const { base } = knowledge;
  const state = layout.state();
  return {
    nodes: base.liveNodes,
    edges: base.edgeCount,
    documents: knowledge.documentCount,
    groups: [...knowledge.groupNames],
    revision: base.revision,
    layout: {
      backend: state.backend,
      state: state.state,
      ticks: state.ticks,
      tick_ms: state.tickMs,
      hardware: state.hardware,
    },
    viewers: context.viewers.count,
    request_id: requestId,
  };
}

function registerNodes(app: App, context: ServerContext): void {
  app.get(
    '/api/v1/graph/nodes/:id',
    {
      config: { permission: 'look', checks: { claims: nodeOf } },
      schema: {
        tags: ['graph'],
        summary: 'One node by its id',
        params: Type.Object({ id: NodeId }),
        response: { 200: GraphNode, ...ERRORS },
      },
    },
    async (request) => {
      const { base } = requireServices(context).knowledge;
      return nodeAt(context, base.indexOf(request.params.id), request.params.id, request.id);
    },
  );
  app.get(
    '/api/v1/graph/nodes',
    {
      config: { permission: 'look', checks: { claims: placeOf } },
      schema: {
        tags: ['graph'],
        summary: 'One node by its place in the frames',
        querystring: Type.Object({ index: Digits }, { additionalProperties: false }),
        response: { 200: GraphNode, ...ERRORS },
      },
    },
    async (request) => nodeAt(context, Number(request.query.index), `#${request.query.index}`, request.id),
  );
}

function registerNames(app: App, context: ServerContext): void {
  app.get(
    '/api/v1/graph/names',
    {
      config: { permission: 'look' },
      schema: {
        tags: ['graph'],
        summary: `Names of up to ${MAX_NAMES} nodes by their places in the frames, e.g. ?index=3,17,4`,
        querystring: Type.Object({ index: DigitsList }, { additionalProperties: false }),
        response: { 200: GraphNamesResponse, ...ERRORS },
      },
    },
    async (request) => {
      const { base } = requireServices(context).knowledge;
      const indices = request.query.index.split(',').map(Number);
      const names = indices.map((index) => (base.has(index) ? base.labelOf(index) : null));
      return { names, request_id: request.id };
    },
  );
}

function nodeAt(context: ServerContext, index: number, shown: string, requestId: string): GraphNode {
  const { knowledge } = requireServices(context);
  const { base } = knowledge;
  if (!base.has(index)) throw wireError('node_not_found', { id: shown });
  const relations = new Map<number, number>();
  // Two nodes may be joined by several relations; as neighbours they count once, under the first.
  base.forEachArc(index, (target, kind) => {
    if (!relations.has(target)) relations.set(target, kind);
  });
  const neighbours = [...relations].slice(0, MAX_NEIGHBOURS).map(([target, kind]) => ({
    id: base.idOf(target),
    index: target,
    label: base.labelOf(target),
    relation: base.relations.nameOf(kind),
    weight: base.edgeWeight(index, target, kind),
    source: base.edgeSource(index, target, kind),
  }));
  return {
    ...summaryOf(base, index, knowledge.groupNames),
    names: [...base.namesOf(index)],
    text: base.textOf(index),
    degree: relations.size,
    neighbours,
    request_id: requestId,
  };
}

/** A node as lists show it. */
export function summaryOf(base: KnowledgeBase, index: number, groupNames: readonly string[]): GraphNodeSummary {
  return { id: base.idOf(index), index, label: base.labelOf(index), group: groupNames[base.groupOf(index)] ?? 'other' };
}

export const nodeOf = ({ params }: FastifyRequest): Claim[] => [
  { is: 'node', pointer: '/params/id', value: (params as { id: string }).id },
];

const placeOf = ({ query }: FastifyRequest): Claim[] => [
  { is: 'place', pointer: '/querystring/index', value: (query as { index: string }).index },
];

const endsOf = ({ query }: FastifyRequest): Claim[] => {
  const { from, to } = query as { from: string; to: string };
  return [
    { is: 'node', pointer: '/querystring/from', value: from },
    { is: 'node', pointer: '/querystring/to', value: to },
  ];
};

function registerFinding(app: App, context: ServerContext): void {
  app.get(
    '/api/v1/graph/search',
    {
      config: { permission: 'look' },
      schema: {
        tags: ['graph'],
        summary: 'Nodes by name or text',
        querystring: Type.Object(
          { q: Type.String({ minLength: 1, maxLength: 512 }), limit: Type.Optional(Digits) },
          { additionalProperties: false },
        ),
        response: { 200: GraphSearchResponse, ...ERRORS },
      },
    },
    async (request) => {
      const { base, groupNames } = requireServices(context).knowledge;
      const limit = Math.min(100, Math.max(1, Number(request.query.limit ?? 10)));
      const found = find(base, request.query.q, limit);
      return { results: found.map((index) => summaryOf(base, index, groupNames)), request_id: request.id };
    },
  );
  app.get(
    '/api/v1/graph/path',
    {
      config: { permission: 'look', checks: { claims: endsOf } },
      schema: {
        tags: ['graph'],
        summary: 'Cheapest way between two nodes',
        querystring: Type.Object({ from: NodeId, to: NodeId }, { additionalProperties: false }),
        response: { 200: GraphPathResponse, ...ERRORS },
      },
    },
    async (request) => pathBetween(context, request.query.from, request.query.to, request.id),
  );
}

/** Nodes of that name first, then those whose texts fit. */
function find(base: KnowledgeBase, query: string, limit: number): number[] {
  const named = base.senses(query).map(({ node }) => node);
  const fitting = base.search.search(base.search.weigh(terms(query)), limit).map(({ node }) => node);
  return [...new Set([...named, ...fitting])].slice(0, limit);
}

function pathBetween(context: ServerContext, from: string, to: string, requestId: string): GraphPathResponse {
  const { base, groupNames } = requireServices(context).knowledge;
  const [start, goal] = [from, to].map((id) => {
    const index = base.indexOf(id);
    if (index < 0) throw wireError('node_not_found', { id });
    return index;
  }) as [number, number];
  const path = shortestPath(base, start, goal, {
    cost: relationCost,
    inverse: (kind) => base.relations.inverseOf(kind),
    maxSettled: PATH_LIMIT,
  });
  if (!path) throw wireError('path_not_found', { from, to });
  return {
    path: path.nodes.map((index) => summaryOf(base, index, groupNames)),
    relations: path.kinds.map((kind) => base.relations.nameOf(kind)),
    sources: path.kinds.map((kind, step) =>
      base.edgeSource(path.nodes[step] as number, path.nodes[step + 1] as number, kind),
    ),
    request_id: requestId,
  };
}
