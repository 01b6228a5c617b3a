/** What a solver of the flux reasoner brings home. */

/** One possible answer found by walking. */
export interface Finding {
  readonly answer: string;
  readonly key: string;
  readonly confidence: number;
  /** Nodes in walking order: the way to the answer. */
  readonly path: readonly number[];
  /** Nodes that support the answer, best first; the path's nodes count without being named again. */
  readonly support?: readonly number[];
}

/** Findings best first; empty when the solver found nothing. */
export type Findings = readonly Finding[];
