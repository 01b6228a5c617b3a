/** A kept answer as a response body: serialised once, with room for what differs from request to request. */
import type { ProcessResponse } from '@vortexflow/protocol';

/** By the kept answer itself; gone when the cache lets go of it. */
const prepared = new WeakMap<ProcessResponse, string>();

/** @param durationMs of this request */
export function cachedBody(kept: ProcessResponse, requestId: string, durationMs: number): string {
  let common = prepared.get(kept);
  if (common === undefined) prepared.set(kept, (common = commonPart(kept)));
  const { inference_ms, asi_ms, runtime_ms, fusion_ms } = kept.metrics;
  const times = `"duration_ms":${durationMs},"inference_ms":${inference_ms},"asi_ms":${asi_ms},"runtime_ms":${runtime_ms},"fusion_ms":${fusion_ms}`;
  return `${common},"metrics":{${times}},"request_id":${JSON.stringify(requestId)}}`;
}

/** The JSON object up to its closing brace, without the fields that differ. */
function commonPart(kept: ProcessResponse): string {
  const { metrics: _metrics, request_id: _id, ...common } = kept;
  return JSON.stringify(common).slice(0, -1);
}
