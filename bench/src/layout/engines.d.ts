/** As much of the other engines' interfaces as `peers.child.ts` uses; they bring no types, or some that do not fit ES modules. */
declare module 'd3-force-3d' {
  export interface D3Node {
    index?: number;
    x: number;
    y: number;
    z: number;
    vx: number;
    vy: number;
    vz: number;
  }
  export type D3Force = (alpha: number) => void;
  export interface D3Simulation {
    force(name: string, force: D3Force): this;
    force(name: string): D3Force;
    stop(): this;
    tick(): this;
  }
  export function forceSimulation(nodes: D3Node[], dimensions: 3): D3Simulation;
  export function forceManyBody(): D3Force;
  export function forceLink(links: { source: number; target: number }[]): D3Force;
  export function forceCenter(): D3Force;
}
