/** `window.__vortexflow`: what tests and benchmarks read of a running page. Measured, never set. */
import type { Camera } from '../math/camera.ts';
import type { Page } from './page.ts';

/** A moment of the page. Times in ms on the main thread, per frame. */
export interface PageStats {
  readonly fps: number;
  readonly frameMs: { readonly p50: number; readonly p95: number };
  /** Pictures drawn so far. */
  readonly frames: number;
  readonly nodes: number;
  readonly edges: number;
  /** Nodes lit by the own answer. */
  readonly lit: number;
  readonly camera: Camera | null;
  /** Share of the edges drawn while moving. */
  readonly edgeShare: number;
  readonly bytes: number;
  readonly bytesPerSecond: number;
  readonly dropped: number;
  readonly behindMs: number;
  readonly settled: boolean | null;
}

/** What the page hands out. */
interface Probe {
  stats(): PageStats;
  /** Where a node is on the screen, CSS pixels; null when it is not in sight. */
  project(index: number): { x: number; y: number } | null;
}

declare global {
  interface Window {
    __vortexflow?: Probe;
  }
}

/** Hangs the probe of a page into its window. */
export function installProbe(page: Page): void {
  const probe: Probe = {
    stats() {
      const { nodes, edges, bytes, bytesPerSecond, dropped, behindMs, settled } = page.readout.get();
      const timings = page.scene?.timings;
      return {
        fps: timings?.fps ?? 0,
        frameMs: { p50: timings?.quantile(0.5) ?? 0, p95: timings?.quantile(0.95) ?? 0 },
        frames: timings?.frames ?? 0,
        nodes,
        edges,
        lit: page.scene?.litCount ?? 0,
        camera: page.scene?.camera ?? null,
        edgeShare: page.scene?.edgeShare ?? 1,
        bytes,
        bytesPerSecond,
        dropped,
        behindMs,
        settled,
      };
    },
    project(index) {
      const spot = page.scene?.project(index);
      return spot ? { x: spot.x, y: spot.y } : null;
    },
  };
  Object.assign(window, { __vortexflow: probe });
}
