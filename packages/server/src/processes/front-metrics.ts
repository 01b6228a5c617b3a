/** Metrics of the root process: its connections, and the processes behind it. */
import { Counter, Gauge, Registry } from 'prom-client';
import type { Fleet } from './fleet.ts';

export interface FrontMetrics {
  readonly registry: Registry;
  /** A request was tried at another process. */
  readonly retried: () => void;
}

export function frontMetrics(
  fleet: Fleet,
  restartsOf: (number: number) => number,
  connections: () => Promise<number>,
): FrontMetrics {
  const registry = new Registry();
  const registers = [registry];
  const retries = new Counter({
    name: 'vortex_front_retries_total',
    help: 'Requests taken to another process because the first was lost, refused them or did not know.',
    registers,
  });
  const open: Gauge = new Gauge({
    name: 'vortex_active_connections',
    help: 'Open HTTP and WebSocket connections.',
    registers,
    collect: async () => open.set(await connections()),
  });
  const memory: Gauge = new Gauge({
    name: 'vortex_memory_usage_bytes',
    help: 'Resident set of the process.',
    registers,
    collect: () => memory.set(process.memoryUsage.rss()),
  });
  const gauge = (name: string, help: string, value: (number: number) => number): void => {
    const one: Gauge<'process'> = new Gauge({
      name,
      help,
      labelNames: ['process'],
      registers,
      collect: () => {
        one.reset();
        for (const { number } of fleet.processes) one.set({ process: number }, value(number));
      },
    });
  };
  const of = (number: number) => fleet.processes.filter((serving) => serving.number === number);
  gauge('vortex_serving_up', '1 while a serving process answers requests.', (number) =>
    Number(of(number).some((serving) => serving.isWell)),
  );
  gauge(
    'vortex_serving_failing',
    '1 while a serving process gets no requests because it fails most of them.',
    (number) => Number(of(number).some(({ breaker }) => !breaker.permits())),
  );
  gauge('vortex_serving_pending', 'Requests under way at a serving process.', (number) =>
    of(number).reduce((sum, { attempts }) => sum + attempts.size, 0),
  );
  gauge('vortex_serving_restarts', 'Times a serving process was started again after a failure.', restartsOf);
  return { registry, retried: () => retries.inc() };
}
