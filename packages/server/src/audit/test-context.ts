/** As much of a server as its routes need to be registered: nothing is loaded, nothing listens. */
import { DegradationGauge } from '@vortexflow/resilience';
import { VirtualClock } from '@vortexflow/primitives';
import { contentScanner, ResourceBudget } from '@vortexflow/validation';
import { passedAccess } from '../access/passed.ts';
import type { Auth } from '../access/auth.ts';
import {
  connectionLimitsOf,
  DEFAULT_BODY_LIMITS,
  DEFAULT_CONNECTION_TIMES,
  DEFAULT_HEAD_BYTES,
  DEFAULT_HEAD_LIMITS,
  DEFAULT_JSON_LIMITS,
  headLimitsOf,
  resourceLimitsOf,
} from '../http/limits.ts';
import type { ServerContext } from '../http/services.ts';
import { Viewers } from '../stream/viewers.ts';
import { createLogger } from '../telemetry/logger.ts';
import { type LiveFigures, Metrics } from '../telemetry/metrics.ts';

export function testContext(): ServerContext {
  const clock = new VirtualClock();
  const metrics = new Metrics(() => ({ sensors: [], threads: [], memory: null }) as unknown as LiveFigures);
  metrics.stop();
  const gauge = new DegradationGauge(clock);
  return {
    version: '0',
    logger: createLogger('silent', 'json'),
    metrics,
    access: passedAccess,
    auth: {} as Auth,
    corsOrigins: () => [],
    isTls: false,
    certificate: null,
    audit: null,
    bodyLimits: DEFAULT_BODY_LIMITS,
    connectionLimits: connectionLimitsOf(DEFAULT_CONNECTION_TIMES, DEFAULT_HEAD_BYTES),
    viewers: new Viewers({ metrics: () => metrics, clock }),
    services: () => null,
    asking: () => null,
    progress: () => 'never',
    tree: () => ({ id: 'root', kind: 'supervisor', state: 'running', restarts: 0 }) as never,
    degradation: () => gauge.current,
    storageQuota: () => ({ documents: 0, bytes: 0 }),
    onQuota: () => undefined,
    isBehindFront: true,
    validation: {
      observe: () => undefined,
      mode: () => 'flag',
      headLimits: () => headLimitsOf(DEFAULT_HEAD_LIMITS),
      jsonLimits: () => DEFAULT_JSON_LIMITS,
      scanner: contentScanner(),
      budget: new ResourceBudget(resourceLimitsOf(DEFAULT_BODY_LIMITS)),
      state: { nodes: 0, has: () => false, nearest: () => null },
    },
    configuration: () => null,
    configurationStatus: () => null,
  };
}
