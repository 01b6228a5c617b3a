/** Metrics of the embedding of passages; without an endpoint all are 0. */
import type { EmbeddingStatus } from '@vortexflow/answering';
import { Gauge, type Registry } from 'prom-client';

/** @param status read at each scrape */
export function registerEmbeddingMetrics(registry: Registry, status: () => EmbeddingStatus | null): void {
  const gauge = (name: string, help: string, valueOf: (now: EmbeddingStatus) => number): void => {
    const metric: Gauge = new Gauge({
      name,
      help,
      registers: [registry],
      collect: () => {
        const now = status();
        metric.set(now ? valueOf(now) : 0);
      },
    });
  };
  gauge('vortex_embedding_passages', 'Passages with a vector of the endpoint.', ({ embedded }) => embedded);
  gauge('vortex_embedding_waiting', 'Passages that wait for their vector.', ({ waiting }) => waiting);
  gauge('vortex_embedding_refused', 'Passages that the endpoint does not take.', ({ refused }) => refused);
  gauge('vortex_embedding_failing', '1 while the endpoint fails and word vectors stand in.', ({ failure, breaker }) =>
    Number(failure !== null || breaker !== 'closed'),
  );
}
