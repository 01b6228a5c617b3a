/** A graph as a kernel takes it, placed by a start of its own. */
import { createForceLayout, createWasmKernel } from '@vortexflow/layout';
import { type KernelGraph, type KernelStep, LayoutState, rangeFor } from '@vortexflow/layout/internal';
import { seededRandom, systemClock } from '@vortexflow/primitives';
import type { BenchGraph } from './graph.ts';

/** Ticks that a start is followed by. */
const TICKS = 20;

/** What a kernel needs, and a step as an engine makes them while the layout is warm. */
export interface PlacedGraph {
  readonly graph: KernelGraph;
  readonly step: KernelStep;
}

/** Places the nodes with two threads of the processor. @param theta of the step */
export async function placeGraph({ nodes, edges }: BenchGraph, theta: number): Promise<PlacedGraph> {
  const kernel = await createWasmKernel({ clock: systemClock, threads: 2 });
  const engine = createForceLayout({ random: seededRandom(1), kernel, starter: kernel });
  await engine.load({ nodes, edges });
  for (let tick = 0; tick < TICKS; tick++) await engine.tick();
  const state = LayoutState.of({ nodes, edges }, (await engine.positions()).slice());
  await engine.dispose();
  const { graph } = state.forKernel(state.live());
  const strengths = { repulsion: 1, spring: 2, gravity: 0.01, cluster: 0, collision: 0 };
  return {
    graph,
    step: { ...strengths, theta, range: rangeFor(graph.nodes), limit: 0.5, anchored: false, flat: false },
  };
}
