/** What the routes work with. Built by the runtime; null until the knowledge is loaded. */
import type { TreeNode } from '@vortexflow/actors';
import type { Answering } from '@vortexflow/answering';
import type { Knowledge, KnowledgeBase, StorageQuota } from '@vortexflow/knowledge';
import type { LayoutHost } from '@vortexflow/layout';
import type { Degradation } from '@vortexflow/resilience';
import { wireError } from '@vortexflow/protocol';
import type { Access } from '../access/access.ts';
import type { Auth } from '../access/auth.ts';
import type { Auditing } from '../audit/auditing.ts';
import type { GraphAnalytics } from '../analytics/analytics.ts';
import type { ConfigurationDoor } from '../config/door.ts';
import type { ConfigurationStatus } from '../config/configuration.ts';
import type { BodyLimits, ConnectionLimits } from './limits.ts';
import type { GraphFeed } from '../stream/graph-feed.ts';
import type { Viewers } from '../stream/viewers.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { QuotaObserver } from '../telemetry/quota-metrics.ts';
import type { Certificate } from '../tls/certificate.ts';
import type { ValidationOptions } from '../validation/request-validation.ts';

/** What answers questions: a follower has this and no more. */
export interface AskServices {
  readonly base: KnowledgeBase;
  readonly answering: Answering;
  /** Shows the path of an answer to all viewers. */
  readonly highlight: (path: readonly string[]) => void;
}

/** All parts that need the knowledge. */
export interface Services extends AskServices {
  readonly knowledge: Knowledge;
  readonly layout: LayoutHost;
  readonly feed: GraphFeed;
  readonly analytics: GraphAnalytics;
  /** Writes something small, to see whether the store takes it. @throws CodedError of the store */
  readonly probeStore: () => Promise<void>;
}

/** Everything a route may use. */
export interface ServerContext {
  readonly version: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly access: Access;
  /** null behind a front: there it is the front's. */
  readonly audit: Auditing | null;
  /** Sign-in, sessions, keys, users. */
  readonly auth: Auth;
  /** Pages of other sites that may read answers. */
  readonly corsOrigins: () => readonly string[];
  /** Browsers are to reach us over TLS alone. */
  readonly isTls: boolean;
  /** By which this process speaks TLS; null: it does not, or the front does. */
  readonly certificate: Certificate | null;
  /** Largest bodies, by kind of route. */
  readonly bodyLimits: BodyLimits;
  /** Times of connections, and sizes of heads. */
  readonly connectionLimits: ConnectionLimits;
  readonly viewers: Viewers;
  /** null while loading, and in a follower. */
  services(): Services | null;
  /** null while loading. */
  asking(): AskServices | null;
  /** How far the loading is, for people. */
  progress(): string;
  /** The live supervision tree of this process. */
  tree(): TreeNode;
  /** How much is offered now. */
  degradation(): Degradation;
  /** null until the data folder is known to be this server's. */
  configuration(): ConfigurationDoor | null;
  /** null where another process has the configuration. */
  configurationStatus(): ConfigurationStatus | null;
  /** How much an account may have stored, as it is set now. */
  storageQuota(): StorageQuota;
  /** Told of every request that is beyond a quota. */
  readonly onQuota: QuotaObserver;
  /** The tiers that requests pass. */
  readonly validation: ValidationOptions;
  /** A front of our own takes the connections: it keeps the audit log, and reads errors by their codes. */
  readonly isBehindFront: boolean;
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

/**
 * What answers questions, once it is there.
 * @throws CodedError `not_ready` while the knowledge is loading
 */
export function requireAsking(context: ServerContext): AskServices {
  const asking = context.asking();
  if (!asking) throw wireError('not_ready', { progress: context.progress() });
  return asking;
}
