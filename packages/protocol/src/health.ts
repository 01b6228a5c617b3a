/** `/health*`: the state of the running parts, read when asked. */
import { type Static, Type } from 'typebox';

export const HEALTH_STATES = ['Healthy', 'Degraded', 'Unhealthy'] as const;
export type HealthState = (typeof HEALTH_STATES)[number];

export const ComponentHealth = Type.Object({
  status: Type.Enum([...HEALTH_STATES]),
  detail: Type.String(),
});
export type ComponentHealth = Static<typeof ComponentHealth>;

export const HealthResponse = Type.Object(
  {
    status: Type.Enum([...HEALTH_STATES], { description: 'The worst of what answering needs.' }),
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
