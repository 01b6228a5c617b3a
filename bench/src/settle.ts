/** How long the layout takes to come to rest; benchmarks of other things wait for it, as it would compete with them. */
import type { Figure } from './figure.ts';

/** Longest wait, ms. */
const SETTLE_MS = 180_000;

/** Waits until the layout of the server at `url` is at rest, or has had its time. */
export async function untilSettled(url: string): Promise<Figure> {
  const start = performance.now();
  for (;;) {
    const { layout } = (await (await fetch(`${url}/api/v1/graph`)).json()) as {
      layout: { state: string; ticks: number; tick_ms: number; backend: string };
    };
    const seconds = (performance.now() - start) / 1000;
    if (layout.state === 'settled') {
      const value = `${seconds.toFixed(0)} s after the first answer, ${layout.ticks} ticks of ${layout.tick_ms.toFixed(0)} ms (median), ${layout.backend}`;
      return { what: 'layout of 117,791 nodes at rest', value };
    }
    if (seconds * 1000 > SETTLE_MS)
      return { what: 'layout of 117,791 nodes at rest', value: `not within ${SETTLE_MS / 1000} s` };
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
