/** How much of the server is offered now, from what its parts say of themselves. */
import { REASONER_IDS } from '@vortexflow/answering';
import type { Clock } from '@vortexflow/primitives';
import { type Degradation, DegradationGauge, type Vitals } from '@vortexflow/resilience';
import type { Registry } from 'prom-client';
import type { AskServices, Services } from '../http/services.ts';
import { levelMetric } from '../telemetry/level-metric.ts';
import type { Logger } from '../telemetry/logger.ts';

/** How often the parts are looked at, ms. */
const LOOK_MS = 500;
/** How often a store that takes no writes is tried, ms: nobody else may be writing. */
const PROBE_MS = 5_000;

export interface DegradationOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly asking: () => AskServices | null;
  readonly services: () => Services | null;
  /** A follower stores nothing: what becomes of writes is the leader's to say. */
  readonly stores: boolean;
}

/** What is offered now, kept up to date. */
export interface DegradationWatch {
  readonly current: () => Degradation;
  stop(): void;
}

/** Nothing is said of a part before its first start is over: loading is no degradation, and questions come first. */
export function watchDegradation({
  clock,
  logger,
  registry,
  asking,
  services,
  stores,
}: DegradationOptions): DegradationWatch {
  const gauge = new DegradationGauge(clock, {}, ({ level, answers, writes }, from) =>
    logger.warn({ offered: level, answers, writes, before: from.level }, 'what the server offers has changed'),
  );
  levelMetric(registry, () => gauge.current);
  let [hasAnswered, hasStored] = [false, false];
  let probed = 0;
  const look = (): void => {
    hasAnswered ||= asking() !== null;
    hasStored ||= stores && services() !== null;
    if (!hasAnswered) return;
    const vitals = vitalsOf(asking(), services(), hasStored);
    gauge.observe(vitals);
    if (vitals.writable || clock.elapsed() - probed < PROBE_MS) return;
    probed = clock.elapsed();
    // It is the store's own status that tells how it went.
    services()
      ?.probeStore()
      .catch(() => undefined);
  };
  const tick = (): void => {
    look();
    timer = clock.after(LOOK_MS, tick);
  };
  let timer = clock.after(LOOK_MS, tick);
  return {
    current: () => {
      look();
      return gauge.current;
    },
    stop: () => {
      timer.cancel();
      gauge.close();
    },
  };
}

function vitalsOf(asking: AskServices | null, services: Services | null, stores: boolean): Vitals {
  const models = Object.values(asking?.answering.models() ?? {});
  const isThinking = asking?.answering.status().some(({ state }) => state === 'running') === true;
  const heard = REASONER_IDS.filter((id) => asking?.answering.hears(id) === true).length;
  return {
    // A circuit that is being tried again may be asked.
    models: { configured: models.length, up: models.filter((breaker) => breaker !== 'open').length },
    reasoners: { configured: REASONER_IDS.length, up: isThinking ? heard : 0 },
    writable: !stores || (services !== null && services.knowledge.storeStatus().lastError === null),
  };
}
