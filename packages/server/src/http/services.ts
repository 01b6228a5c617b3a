/** What the routes work with. Built by the runtime; null until the knowledge is loaded. */
import type { Answering } from '@vortexflow/answering';
import type { Knowledge } from '@vortexflow/knowledge';
import type { LayoutHost } from '@vortexflow/layout';
import { wireError } from '@vortexflow/protocol';
import type { Access } from '../access/access.ts';
import type { GraphAnalytics } from '../analytics/analytics.ts';
import type { GraphFeed } from '../stream/graph-feed.ts';
import type { Viewers } from '../stream/viewers.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** The parts that need the knowledge. */
export interface Services {
  readonly knowledge: Knowledge;
  readonly answering: Answering;
  readonly layout: LayoutHost;
  readonly feed: GraphFeed;
  readonly analytics: GraphAnalytics;
}

/** Everything a route may use. */
export interface ServerContext {
  readonly version: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly access: Access;
  readonly viewers: Viewers;
  /** null while loading. */
  services(): Services | null;
  /** How far the loading is, for people. */
  progress(): string;
}

/**
 * The services, once they are there.
 * @throws CodedError `not_ready` while the knowledge is loading
 */
export function requireServices(context: ServerContext): Services {
  const services = context.services();
  if (!services) throw wireError('not_ready', { progress: context.progress() });
  return services;
}
