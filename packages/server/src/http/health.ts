/** Health and metrics, read from the running parts at the moment of asking. */
import type { EmbeddingStatus } from '@vortexflow/answering';
import {
  type ComponentHealth,
  ErrorResponse,
  HealthResponse,
  type HealthState,
  LiveResponse,
  ReadyResponse,
} from '@vortexflow/protocol';
import { Type } from 'typebox';
import type { ConfigurationStatus } from '../config/configuration.ts';
import type { App } from './app-type.ts';
import type { AskServices, ServerContext, Services } from './services.ts';

export function registerHealth(app: App, context: ServerContext): void {
  app.get(
    '/health',
    {
      config: { permission: 'public' },
      schema: {
        tags: ['state'],
        summary: 'State of every part',
        response: { 200: HealthResponse, 503: HealthResponse },
      },
    },
    async (request, reply) => {
      const health = { ...healthOf(context), request_id: request.id };
      return reply.code(health.status === 'Unhealthy' ? 503 : 200).send(health);
    },
  );
  app.get(
    '/health/live',
    {
      config: { permission: 'public' },
      schema: { tags: ['state'], summary: 'Whether the process runs', response: { 200: LiveResponse } },
    },
    async (request) => ({ alive: true as const, request_id: request.id }),
  );
  app.get(
    '/health/ready',
    {
      config: { permission: 'public' },
      schema: {
        tags: ['state'],
        summary: 'Whether questions are answered',
        response: { 200: ReadyResponse, 503: ReadyResponse },
      },
    },
    async (request, reply) => {
      const ready = context.asking() !== null;
      return reply.code(ready ? 200 : 503).send({ ready, progress: context.progress(), request_id: request.id });
    },
  );
  app.get(
    '/api/v1/identity',
    {
      config: { permission: 'public' },
      schema: {
        tags: ['state'],
        summary: 'Proof that this server knows the owner key',
        description:
          'HMAC-SHA256 of "vortexflow identity NONCE" under the owner key. Clients ask before they send the key.',
        querystring: Type.Object(
          { nonce: Type.String({ pattern: '^[0-9a-f]{32}$' }) },
          { additionalProperties: false },
        ),
        response: { 200: Type.Object({ proof: Type.String(), request_id: Type.String() }), 400: ErrorResponse },
      },
    },
    async (request) => ({ proof: await context.auth.prove(request.query.nonce), request_id: request.id }),
  );
  app.get(
    '/metrics',
    { config: { permission: 'look' }, schema: { tags: ['state'], summary: 'Metrics in the Prometheus text format' } },
    async (_request, reply) =>
      reply.type(context.metrics.registry.contentType).send(await context.metrics.registry.metrics()),
  );
}

/** The state of this process, read from its running parts. */
export function healthOf(context: ServerContext): Omit<HealthResponse, 'request_id'> {
  const services = context.services();
  const asking = context.asking();
  const components = asking
    ? {
        ...unopened(context),
        ...auditOf(context),
        ...certificateOf(context),
        ...(services ? partsOf(services, context) : {}),
        ...reasonersOf(asking),
        ...configurationOf(context.configurationStatus()),
      }
    : loading(context);
  const { requests, errors, averageAnswerMs } = context.metrics.totals;
  const { level, answers, writes } = context.degradation();
  return {
    status: overall(components),
    degradation: { level, answers, writes },
    version: context.version,
    components,
    metrics: {
      uptime_seconds: Math.round(context.metrics.uptimeSeconds * 1000) / 1000,
      memory_bytes: process.memoryUsage.rss(),
      requests_total: requests,
      errors_total: errors,
      average_duration_ms: averageAnswerMs,
      viewers: context.viewers.count,
    },
  };
}

function loading(context: ServerContext): Record<string, ComponentHealth> {
  return { knowledge: { status: 'Unhealthy', detail: context.progress() } };
}

/** Nothing can be asked without the knowledge or without any reasoning thread; all else only makes the answers poorer. */
function overall(components: Record<string, ComponentHealth>): HealthState {
  const states = Object.entries(components);
  const reasoning = states.filter(([name]) => name.startsWith('reasoning:'));
  if ((components['knowledge']?.status ?? 'Healthy') !== 'Healthy') return 'Unhealthy';
  if (reasoning.length > 0 && reasoning.every(([, { status }]) => status === 'Unhealthy')) return 'Unhealthy';
  return states.some(([, { status }]) => status !== 'Healthy') ? 'Degraded' : 'Healthy';
}

/** Where this process has the log. */
const auditOf = ({ audit }: ServerContext): Record<string, ComponentHealth> => (audit ? { audit: audit.health() } : {});

/** Where this process speaks TLS. */
const certificateOf = ({ certificate }: ServerContext): Record<string, ComponentHealth> =>
  certificate ? { certificate: certificate.health() } : {};

/** Parts that are being opened anew. What is built on the others waits for them. */
function unopened(context: ServerContext): Record<string, ComponentHealth> {
  const parts = context.tree().children?.[0]?.children ?? [];
  const waiting = parts.filter(({ state }) => state !== 'running');
  const entry = ({ id, state, restarts }: (typeof parts)[number]): [string, ComponentHealth] => [
    id,
    { status: 'Degraded', detail: `${state}, ${restarts} restarts` },
  ];
  return Object.fromEntries(waiting.map(entry));
}

function partsOf({ base, knowledge, layout }: Services, context: ServerContext): Record<string, ComponentHealth> {
  const store = knowledge.storeStatus();
  const state = layout.state();
  return {
    knowledge: {
      status: knowledge.failure === null ? 'Healthy' : 'Unhealthy',
      detail: knowledge.failure ?? `${base.liveNodes} nodes, ${base.edgeCount} edges, revision ${base.revision}`,
    },
    store: {
      status: store.lastError === null ? 'Healthy' : 'Degraded',
      detail: store.lastError ?? `${knowledge.documentCount} documents, ${store.commits} commits`,
    },
    layout: {
      status: state.state === 'failed' || state.hardware === 'throttle' ? 'Degraded' : 'Healthy',
      detail: `${state.backend}, ${state.state}, tick ${state.ticks}, heat ${state.hardware}`,
    },
    streaming: { status: context.viewers.full ? 'Degraded' : 'Healthy', detail: `${context.viewers.count} viewers` },
  };
}

function reasonersOf({ answering }: AskServices): Record<string, ComponentHealth> {
  const components: Record<string, ComponentHealth> = {};
  answering.status().forEach(({ state: thread, restarts, pending }, i) => {
    // The first thread starts first; the others follow while it answers already.
    const status = thread === 'running' || (thread === 'starting' && i > 0) ? 'Healthy' : 'Unhealthy';
    components[`reasoning:${i + 1}`] = { status, detail: `${thread}, ${pending} pending, ${restarts} restarts` };
  });
  for (const [name, breaker] of Object.entries(answering.models())) {
    components[`model:${name}`] = {
      status: breaker === 'closed' ? 'Healthy' : 'Degraded',
      detail: `circuit ${breaker}`,
    };
  }
  const embeddings = answering.embeddings();
  if (embeddings) components['embeddings'] = healthOfEmbeddings(embeddings);
  return components;
}

/** What exactly is wrong, only the owner is told. */
export function configurationOf(status: ConfigurationStatus | null): Record<string, ComponentHealth> {
  if (!status) return {};
  const { version, problem, waiting } = status;
  const details = [
    problem === null ? `version ${version}` : `version ${version} stays; what the file says now was refused`,
    ...(waiting.length > 0 ? [`waits for a restart: ${waiting.join(', ')}`] : []),
  ];
  return { configuration: { status: problem === null ? 'Healthy' : 'Degraded', detail: details.join('; ') } };
}

/** Without the endpoint passages are found by words, names and word vectors: poorer, but found. */
function healthOfEmbeddings({ embedded, waiting, refused, failure, breaker }: EmbeddingStatus): ComponentHealth {
  const counts = `${embedded} passages embedded, ${waiting} waiting, ${refused} refused`;
  const isWell = failure === null && breaker === 'closed';
  return {
    status: isWell ? 'Healthy' : 'Degraded',
    detail: isWell ? counts : `${counts}; ${failure ?? `circuit ${breaker}`}: word vectors only`,
  };
}
