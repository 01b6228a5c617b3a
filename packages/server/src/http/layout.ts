/** `/api/v1/layout`: state and parameters of the layout, pinned nodes, and the finishing pass. */
import {
  ErrorResponse,
  LAYOUT_RANGES,
  LayoutParameterChange,
  LayoutPinResponse,
  LayoutPlace,
  LayoutResponse,
  LayoutUnpinResponse,
  MajoriseRequest,
  MajoriseResponse,
  wireError,
} from '@vortexflow/protocol';
import { Type } from 'typebox';
import type { App } from './app-type.ts';
import { NodeId, nodeOf as claimedNode } from './graph.ts';
import { requireServices, type ServerContext, type Services } from './services.ts';

const CHANGE_ERRORS = { 400: ErrorResponse, 401: ErrorResponse, 503: ErrorResponse };
const PIN_ERRORS = { ...CHANGE_ERRORS, 404: ErrorResponse };
const OWNER = [{ ownerKey: [] }];
const Params = Type.Object({ id: NodeId });

export function registerLayout(app: App, context: ServerContext): void {
  app.get(
    '/api/v1/layout',
    {
      config: { permission: 'look' },
      schema: {
        tags: ['layout'],
        summary: 'State, parameters and pinned nodes of the layout',
        description: 'Parameters and pins last until the server ends; a new start has the defaults and no pins.',
        response: { 200: LayoutResponse, 503: ErrorResponse },
      },
    },
    async (request) => describe(currentServices(context), request.id),
  );
  registerParameters(app, context);
  registerPinning(app, context);
  registerUnpinning(app, context);
  registerMajorisation(app, context);
}

function registerParameters(app: App, context: ServerContext): void {
  app.patch(
    '/api/v1/layout',
    {
      config: { permission: 'change' },
      schema: {
        tags: ['layout'],
        summary: 'Change parameters of the layout while it runs',
        description: 'A settled layout wakes and streams. Not kept over a restart of the server.',
        body: LayoutParameterChange,
        security: OWNER,
        response: { 200: LayoutResponse, ...CHANGE_ERRORS },
      },
    },
    async (request) => {
      const services = requireServices(context);
      services.layout.setParameters(request.body);
      return describe(services, request.id);
    },
  );
}

function registerPinning(app: App, context: ServerContext): void {
  app.put(
    '/api/v1/layout/pins/:id',
    {
      config: { permission: 'change', checks: { claims: claimedNode } },
      schema: {
        tags: ['layout'],
        summary: 'Put a node somewhere and hold it there',
        description:
          'In layout units, around the origin. It stays until it is let go or removed. While the layout has two ' +
          'dimensions, z is 0. Not kept over a restart of the server.',
        params: Params,
        body: LayoutPlace,
        security: OWNER,
        response: { 200: LayoutPinResponse, ...PIN_ERRORS },
      },
    },
    async (request) => {
      const { id } = request.params;
      const services = currentServices(context);
      const node = nodeOf(services, id);
      const { x, y, z } = request.body;
      services.layout.pin(Uint32Array.of(node), Float32Array.of(x, y, z));
      return { id, x, y, z, request_id: request.id };
    },
  );
}

function registerUnpinning(app: App, context: ServerContext): void {
  app.delete(
    '/api/v1/layout/pins/:id',
    {
      config: { permission: 'change', checks: { claims: claimedNode } },
      schema: {
        tags: ['layout'],
        summary: 'Let a pinned node go',
        params: Params,
        security: OWNER,
        response: { 200: LayoutUnpinResponse, ...PIN_ERRORS },
      },
    },
    async (request) => {
      const { id } = request.params;
      const services = currentServices(context);
      const node = nodeOf(services, id);
      if (!services.layout.pins().has(node))
        throw wireError('pin_not_found', { id, pointer: '/params/id', expected: 'a node that is pinned' });
      services.layout.unpin(Uint32Array.of(node));
      return { removed: 1, request_id: request.id };
    },
  );
  app.delete(
    '/api/v1/layout/pins',
    {
      config: { permission: 'change' },
      schema: {
        tags: ['layout'],
        summary: 'Let all pinned nodes go',
        security: OWNER,
        response: { 200: LayoutUnpinResponse, ...CHANGE_ERRORS },
      },
    },
    async (request) => {
      const { layout } = currentServices(context);
      const nodes = Uint32Array.from(layout.pins().keys());
      layout.unpin(nodes);
      return { removed: nodes.length, request_id: request.id };
    },
  );
}

function registerMajorisation(app: App, context: ServerContext): void {
  let busy = false;
  app.post(
    '/api/v1/layout/majorise',
    {
      config: { permission: 'change' },
      schema: {
        tags: ['layout'],
        summary: 'Make distances in space follow distances in the graph',
        description:
          'Stress majorisation, a finishing pass. Answers when it is done, which takes seconds on a large graph; until ' +
          'then viewers get no frames. Pinned nodes stay.',
        body: MajoriseRequest,
        security: OWNER,
        response: { 200: MajoriseResponse, ...CHANGE_ERRORS },
      },
    },
    async (request) => {
      const { layout } = currentServices(context);
      const { iterations } = request.body;
      if (busy) throw wireError('layout_busy');
      busy = true;
      const start = performance.now();
      try {
        await layout.majorise(iterations);
      } catch (failure) {
        throw wireError('layout_unavailable', undefined, failure);
      } finally {
        busy = false;
      }
      return { iterations, duration_ms: Math.round((performance.now() - start) * 10) / 10, request_id: request.id };
    },
  );
}

/** With a layout that has all nodes that there are, and none that have gone: those may be younger than what it knows. */
function currentServices(context: ServerContext): Services {
  const services = requireServices(context);
  services.feed.flush();
  return services;
}

/** @throws CodedError `node_not_found` */
function nodeOf({ knowledge: { base } }: Services, id: string): number {
  const node = base.indexOf(id);
  if (!base.has(node)) throw wireError('node_not_found', { id });
  return node;
}

function describe({ layout, knowledge: { base } }: Services, requestId: string): LayoutResponse {
  const { backend, state, ticks, majorisations, tickMs, parameters } = layout.state();
  // A node that has just been removed keeps its pin until the layout hears of it.
  const pins = [...layout.pins()].filter(([node]) => base.has(node));
  return {
    backend,
    state,
    ticks,
    majorisations,
    tick_ms: tickMs,
    parameters: { ...parameters },
    ranges: { ...LAYOUT_RANGES },
    pins: pins.map(([node, place]) => {
      const [x, y, z] = place.map(shortest) as [number, number, number];
      return { id: base.idOf(node), x, y, z };
    }),
    request_id: requestId,
  };
}

/** Places are held in 32 bits, which are good for seven digits: 0.1, and not 0.10000000149011612. */
const shortest = (value: number): number => Number(value.toPrecision(7));
