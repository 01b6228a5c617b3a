/** `window.__vortexflow`: what tests and benchmarks read of a running page. Measured, never set. */
import type { Camera } from '../math/camera.ts';
import type { Durations } from '../math/timings.ts';
import type { BackendName } from '../render/contract.ts';
import type { LocalState } from './local-layout.ts';
import type { Page } from './page.ts';

/** Ms on the main thread for a picture. */
interface Spent {
  readonly p50: number;
  readonly p95: number;
}

/** A moment of the page. */
export interface PageStats {
  /** What draws, and on what; null while nothing does. */
  readonly backend: BackendName | null;
  readonly device: string;
  /** How often that has been lost, and found again. */
  readonly losses: number;
  readonly fps: number;
  /** All own work for a picture. */
  readonly frameMs: Spent;
  /** The part of it inside the call that draws. */
  readonly drawMs: Spent;
  /** Whether nothing is due to be drawn. */
  readonly idle: boolean;
  /** Pictures drawn so far. */
  readonly frames: number;
  /** Names in the picture. */
  readonly names: readonly string[];
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
  /** Of the server's layout. */
  readonly settled: boolean | null;
  /** The layout in this page. */
  readonly local: LocalState;
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

const spent = (durations?: Durations): Spent => ({
  p50: durations?.quantile(0.5) ?? 0,
  p95: durations?.quantile(0.95) ?? 0,
});

/** Hangs the probe of a page into its window. */
export function installProbe(page: Page): void {
  const probe: Probe = {
    stats() {
      const { nodes, edges, bytes, bytesPerSecond, dropped, behindMs, settled } = page.readout.get();
      const timings = page.scene?.timings;
      const renderer = page.scene?.renderer;
      return {
        backend: renderer?.backend ?? null,
        device: renderer?.gpu?.name ?? '',
        losses: page.scene?.losses ?? 0,
        fps: timings?.fps ?? 0,
        frameMs: spent(timings?.own),
        drawMs: spent(timings?.draw),
        idle: page.scene?.idle ?? true,
        frames: timings?.frames ?? 0,
        names: page.scene?.names ?? [],
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
        local: page.movement.local.get(),
      };
    },
    project(index) {
      const spot = page.scene?.project(index);
      return spot ? { x: spot.x, y: spot.y } : null;
    },
  };
  Object.assign(window, { __vortexflow: probe });
}
