export type { LayoutEngine, LayoutGraph, LayoutGrowth, LayoutParameters, TickReport } from './engine.ts';
