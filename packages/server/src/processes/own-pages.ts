/** What the root process answers of itself and all serving processes: health and metrics. */
import type { TreeNode } from '@vortexflow/actors';
import type { ComponentHealth, HealthResponse, HealthState, SupervisionNode } from '@vortexflow/protocol';
import { type Degradation, DEGRADATION_LEVELS } from '@vortexflow/resilience';
import { AggregatorRegistry, type Registry } from 'prom-client';
import type { Auditing } from '../audit/auditing.ts';
import { auditPages } from '../audit/pages.ts';
import type { ConfigurationStatus } from '../config/configuration.ts';
import { configurationOf } from '../http/health.ts';
import type { Certificate } from '../tls/certificate.ts';
import type { Fleet } from './fleet.ts';
import type { FrontOptions, OwnPage, OwnPages } from './front/front.ts';
import type { ServingProcess } from './serving-process.ts';

export interface OwnPagesOptions {
  readonly version: string;
  readonly fleet: Fleet;
  /** Metrics of the root process itself. */
  readonly registry: Registry;
  /** How often each number has been started again. */
  readonly restartsOf: (number: number) => number;
  /** The supervision tree of the root process. */
  readonly tree: () => TreeNode;
  /** How much is offered now, as the root process sees it: by which processes there are. */
  readonly degradation: () => Degradation;
  readonly audit: Auditing;
  /** null where no TLS is spoken. */
  readonly certificate: Certificate | null;
  /** How far the loading is, for people. */
  readonly progress: () => string;
  readonly configuration: () => ConfigurationStatus;
}

const json = (status: number, value: object): OwnPage => ({
  status,
  type: 'application/json; charset=utf-8',
  text: JSON.stringify(value),
});

/** Pages for everybody. */
export function publicPages(options: OwnPagesOptions): OwnPages {
  const { fleet, progress } = options;
  return {
    '/health': async (id) => {
      const health = await healthOfAll(options);
      return json(health.status === 'Unhealthy' ? 503 : 200, { ...health, request_id: id });
    },
    '/health/live': (id) => Promise.resolve(json(200, { alive: true, request_id: id })),
    '/health/ready': (id) => {
      const ready = fleet.pick('any') !== null;
      return Promise.resolve(json(ready ? 200 : 503, { ready, progress: progress(), request_id: id }));
    },
  };
}

/** Pages for who may look. */
export function lookPages({ fleet, registry, tree }: OwnPagesOptions): OwnPages {
  return {
    '/api/v1/tree': async (id) => json(200, { tree: await wholeTree(tree(), fleet), request_id: id }),
    '/metrics': async () => {
      const told = await Promise.all(fleet.processes.map((serving) => serving.ask('metrics')));
      const all = [...told.filter((one) => one !== null), await registry.getMetricsAsJSON()];
      const together = AggregatorRegistry.aggregate(all);
      return { status: 200, type: together.contentType, text: await together.metrics() };
    },
  };
}

/** Pages of the log, which this process has: of what happened, and of what it knows of somebody. */
export function logPages({ audit }: OwnPagesOptions): Pick<FrontOptions, 'auditPages' | 'privacyPages'> {
  const { get, post } = auditPages(() => audit);
  const asPages = (pages: typeof get): OwnPages =>
    Object.fromEntries(
      Object.entries(pages).map(([path, page]) => [
        path,
        async (id, input, actor) => json(200, { ...(await page(input, { request: id, actor })), request_id: id }),
      ]),
    );
  return { auditPages: asPages(get), privacyPages: asPages(post) };
}

/** Each serving process with the tree inside it. */
async function wholeTree(system: TreeNode, fleet: Fleet): Promise<SupervisionNode> {
  const { processes } = fleet;
  const inside = await Promise.all(processes.map((serving) => serving.ask('tree')));
  const withInside = (node: TreeNode): SupervisionNode => {
    const at = processes.findLastIndex(({ number }) => node.id === `serving:${number}`);
    const serving = processes[at];
    if (!serving) return { ...node, ...(node.children && { children: node.children.map(withInside) }) };
    const state = serving.state === 'ready' ? 'running' : serving.state === 'ended' ? 'stopped' : 'starting';
    return {
      ...node,
      kind: 'process',
      state: node.state === 'running' ? state : node.state,
      detail: `${serving.kind}, pid ${serving.pid ?? 'none'}`,
      children: inside[at]?.children ?? [],
    };
  };
  return withInside(system.children?.[0] ?? system);
}

type Health = Omit<HealthResponse, 'request_id'>;

async function healthOfAll(options: OwnPagesOptions): Promise<Health> {
  const { version, fleet, restartsOf, progress, degradation, configuration, audit, certificate } = options;
  const { processes } = fleet;
  const told = await Promise.all(processes.map((serving) => serving.ask('health')));
  const components: Record<string, ComponentHealth> = {};
  processes.forEach((serving, i) => {
    const health = told[i] ?? null;
    components[`serving:${serving.number}`] = healthOfOne(serving, health, restartsOf(serving.number));
    for (const [name, component] of Object.entries(health?.components ?? {}))
      components[nameIn(serving, name)] = component;
  });
  components['audit'] = audit.health();
  if (certificate) components['certificate'] = certificate.health();
  // What a leader on its way up says of itself is not there yet.
  components['knowledge'] ??= { status: 'Unhealthy', detail: progress() };
  Object.assign(components, configurationOf(configuration()));
  const known = told.filter((one) => one !== null);
  return {
    status: overall(components, fleet),
    degradation: togetherOf(degradation(), processes, told),
    version,
    components,
    metrics: metricsOf(known),
  };
}

/** Answers are as good as the best process gives them; changes are the leader's. */
function togetherOf(
  own: Degradation,
  processes: readonly ServingProcess[],
  told: readonly (Health | null)[],
): Health['degradation'] {
  const reports = told.flatMap((health) => health?.degradation ?? []);
  const rank = (level: Health['degradation']['level']): number => DEGRADATION_LEVELS.indexOf(level);
  const best = reports.map(({ answers }) => answers).toSorted((a, b) => rank(a) - rank(b))[0] ?? 'cache-only';
  const answers = rank(own.answers) > rank(best) ? own.answers : best;
  const leader = told[processes.findIndex(({ kind, state }) => kind === 'leader' && state === 'ready')];
  const writes = own.writes && leader?.degradation.writes !== false;
  return { level: writes ? answers : 'read-only', answers, writes };
}

function healthOfOne(serving: ServingProcess, health: Health | null, restarts: number): ComponentHealth {
  const { kind, pid } = serving;
  const how = howIs(serving);
  const isWell = how === 'ready' && health !== null;
  const detail = `${kind}, ${how}, pid ${pid ?? 'none'}, ${serving.attempts.size} pending, ${restarts} restarts`;
  return { status: isWell ? 'Healthy' : 'Degraded', detail };
}

function howIs({ state, isSuspect, breaker, isStale, isBehind }: ServingProcess): string {
  if (state !== 'ready') return state;
  if (isSuspect) return 'silent';
  if (!breaker.permits()) return 'failing';
  return isStale || isBehind ? 'out of date' : 'ready';
}

/** Reasoning threads are numbered within their process; all else is the leader's, or the same everywhere. */
function nameIn({ number, kind }: ServingProcess, name: string): string {
  if (name.startsWith('reasoning:')) return name.replace(':', `:${number}.`);
  return kind === 'leader' ? name : name.startsWith('model:') ? `${name}@${number}` : name;
}

/** As long as one process answers questions, the server does. */
function overall(components: Readonly<Record<string, ComponentHealth>>, fleet: Fleet): HealthState {
  const reasoning = Object.entries(components).filter(([name]) => name.startsWith('reasoning:'));
  if (!fleet.pick('any') || reasoning.every(([, { status }]) => status === 'Unhealthy')) return 'Unhealthy';
  return Object.values(components).every(({ status }) => status === 'Healthy') ? 'Healthy' : 'Degraded';
}

function metricsOf(parts: readonly Health[]): Health['metrics'] {
  const sum = (value: (metrics: Health['metrics']) => number): number =>
    parts.reduce((total, { metrics }) => total + value(metrics), 0);
  const requests = sum(({ requests_total }) => requests_total);
  const spent = sum(({ requests_total, average_duration_ms }) => requests_total * (average_duration_ms ?? 0));
  return {
    uptime_seconds: Math.round(process.uptime() * 1000) / 1000,
    memory_bytes: process.memoryUsage.rss() + sum(({ memory_bytes }) => memory_bytes),
    requests_total: requests,
    errors_total: sum(({ errors_total }) => errors_total),
    average_duration_ms: requests === 0 || spent === 0 ? null : spent / requests,
    viewers: sum(({ viewers }) => viewers),
  };
}
