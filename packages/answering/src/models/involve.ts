/** Whether models are asked about a question, and the outcomes when they are. */
import type { KnowledgeBase } from '@vortexflow/knowledge';
import type { Mode } from '@vortexflow/protocol';
import type { Outcome } from '../ask.ts';
import type { Heard } from '../explain.ts';
import type { Consultation, ModelPanel } from './panel.ts';

/** What is known when the local reasoners have spoken. */
export interface Occasion extends Pick<Consultation, 'question' | 'timeoutMs' | 'signal' | 'onToken' | 'onOutcome'> {
  readonly mode: Mode;
  readonly local: readonly Outcome[];
  readonly knowledge: KnowledgeBase;
  /** Fused confidence of the local reasoners, 0 to 1; computed only for a cascade. */
  readonly confidence: () => number;
}

/** Passages that the local reasoners bring when models may be asked, whatever `top_k` says. */
export const MODEL_PASSAGES = 8;

/** Share of the deadline that local reasoners have when models come after them for certain. */
const LOCAL_SHARE = 0.5;

/** True when models are asked for certain. */
const isCertain = (panel: ModelPanel | undefined, mode: Mode): boolean =>
  mode === 'Reasoning' && panel !== undefined && panel.size > 0;

/** How long the local reasoners may take, ms: one that hangs must not leave the models without time. */
export const localTime = (panel: ModelPanel | undefined, mode: Mode, timeoutMs: number): number =>
  isCertain(panel, mode) ? timeoutMs * LOCAL_SHARE : timeoutMs;

/**
 * In `Reasoning` always; in `Balanced` and `Thorough` when the cascade is on and the local reasoners are not sure
 * enough; in `Fast` never. Not when no local reasoner was heard: that question has failed already.
 */
export async function involveModels(panel: ModelPanel | undefined, occasion: Occasion): Promise<Outcome[]> {
  const { mode, local, confidence } = occasion;
  const heard = local.flatMap(({ source, opinion }): Heard[] => (opinion ? [{ source, opinion }] : []));
  if (!panel || panel.size === 0 || heard.length === 0 || occasion.timeoutMs <= 0) return [];
  const { enabled, below } = panel.cascade;
  const isUnsure = enabled && mode !== 'Fast' && (mode === 'Reasoning' || confidence() < below);
  if (!isCertain(panel, mode) && !isUnsure) return [];
  return panel.consult({ ...occasion, heard });
}
