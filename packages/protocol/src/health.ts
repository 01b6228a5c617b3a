/** `/health*`: the state of the running parts, read when asked. */
import { type Static, Type } from 'typebox';

export const HEALTH_STATES = ['Healthy', 'Degraded', 'Unhealthy'] as const;
export type HealthState = (typeof HEALTH_STATES)[number];

export const ComponentHealth = Type.Object({
  status: Type.Enum([...HEALTH_STATES]),
  detail: Type.String(),
});
export type ComponentHealth = Static<typeof ComponentHealth>;

/** From everything to the least. */
export const DEGRADATION_LEVELS = ['full', 'no-llm', 'one-reasoner', 'cache-only', 'read-only'] as const;

export const DegradationReport = Type.Object(
  {
    level: Type.Enum([...DEGRADATION_LEVELS], { description: 'For people: the worst of both.' }),
    answers: Type.Enum(['full', 'no-llm', 'one-reasoner', 'cache-only'], {
      description:
        'no-llm: no configured language model can be reached. one-reasoner: only one is heard. cache-only: no question ' +
        'is answered but those that were answered before.',
    }),
    writes: Type.Boolean({ description: 'Whether changes are taken.' }),
  },
  { description: 'How much is offered now. Left again when it has been well for ten seconds.' },
);

export const HealthResponse = Type.Object(
  {
    status: Type.Enum([...HEALTH_STATES], { description: 'The worst of what answering needs.' }),
    degradation: DegradationReport,
    version: Type.String(),
    components: Type.Record(Type.String(), ComponentHealth),
    metrics: Type.Object({
      uptime_seconds: Type.Number(),
      memory_bytes: Type.Integer({ description: 'Resident set of the process.' }),
      requests_total: Type.Integer(),
      errors_total: Type.Integer(),
      average_duration_ms: Type.Union([Type.Number(), Type.Null()], {
        description: 'Of answered questions; null before the first.',
      }),
      viewers: Type.Integer(),
    }),
    request_id: Type.String(),
  },
  { $id: 'HealthResponse' },
);
export type HealthResponse = Static<typeof HealthResponse>;

export const ReadyResponse = Type.Object(
  { ready: Type.Boolean(), progress: Type.String(), request_id: Type.String() },
  { $id: 'ReadyResponse' },
);
export type ReadyResponse = Static<typeof ReadyResponse>;

export const LiveResponse = Type.Object(
  { alive: Type.Literal(true), request_id: Type.String() },
  { $id: 'LiveResponse' },
);
export type LiveResponse = Static<typeof LiveResponse>;
