/** `GET /api/v1/answers/:id/trace`: an answer's making, from what was kept of it. */
import type { KnowledgeBase } from '@vortexflow/knowledge';
import type { TraceResponse } from '@vortexflow/protocol';
import type { Outcome } from '../ask.ts';
import { calibratedConfidence } from '../learning/predict.ts';
import { readingsOf as read } from '../understanding/read-once.ts';
import type { Answered } from './answered.ts';

type Trace = Omit<TraceResponse, 'answer_id' | 'cached_from' | 'request_id'>;

/** @param knowledge for the readings, which are made anew: names that came later count in them too */
export function traceOf(answered: Answered, knowledge: KnowledgeBase): Trace {
  const { request, outcomes, fused, response, revision, learnedItems, at } = answered;
  const { input, mode, strategy, weight_strategy, min_confidence, sacred_only, top_k, timeout_ms } = request;
  return {
    question: input,
    at: new Date(at).toISOString(),
    request: { mode, strategy, weight_strategy, min_confidence, sacred_only, top_k, timeout_ms },
    readings: readingsOf(input, knowledge),
    opinions: outcomes.map((outcome) => opinionOf(outcome, answered)),
    fusion: {
      posterior: fused.posterior.map(({ answer, probability }) => {
        return { key: answer, answer: wordingOf(outcomes, answer), probability };
      }),
      none: fused.none,
      signal_strength: fused.signalStrength,
      confidence: fused.confidence,
      calibrated: fused.calibrated,
      remarks: fused.remarks,
    },
    position: { value: response.flux_position, why: whyPosition(answered) },
    versions: { knowledge_revision: revision, learned_items: learnedItems },
    response,
  };
}

function readingsOf(text: string, knowledge: KnowledgeBase): Trace['readings'] {
  return read(knowledge, text).map(({ intent, verify, arguments: args, ...rest }) => ({
    intent,
    verify,
    arguments: args.map(({ text: words, name }) => ({ text: words, name })),
    context: [...rest.context],
    coverage: rest.coverage,
  }));
}

function opinionOf({ source, outcome, opinion, ms }: Outcome, answered: Answered): Trace['opinions'][number] {
  const { fused, learned, opinions } = answered;
  const best = opinion?.best ?? null;
  const entered = opinions.find((one) => one.source === source && one.candidate !== null);
  return {
    source,
    outcome,
    answer: best?.answer ?? null,
    key: best?.key ?? null,
    raw: best?.confidence ?? null,
    calibrated: entered ? calibratedConfidence(entered, learned) : null,
    supports: best !== null && best.key === fused.answer,
    alternatives: (opinion?.alternatives ?? []).map(({ answer, key, confidence }) => ({ answer, key, confidence })),
    position: opinion?.position ?? 0,
    path: [...(opinion?.path ?? [])],
    evidence: (opinion?.evidence ?? []).map(({ id }) => id),
    ms,
  };
}

function wordingOf(outcomes: readonly Outcome[], key: string): string | null {
  return outcomes.find(({ opinion }) => opinion?.best?.key === key)?.opinion?.best?.answer ?? null;
}

const CHECKPOINTS: Readonly<Record<number, string>> = {
  0: 'Nothing was found.',
  3: 'Checkpoint: one reasoner answered, with evidence, and nobody spoke against it.',
  6: 'Checkpoint: at least two reasoners agree; not every word of the answer stands in the evidence shown.',
  9: 'Checkpoint: at least two reasoners agree, and every word of the answer stands in the evidence shown.',
};

function whyPosition({ response }: Answered): string {
  const { flux_position: position, disagreement } = response;
  const checkpoint = CHECKPOINTS[position];
  if (checkpoint !== undefined) return checkpoint;
  const circuit = `On the circuit: digital root of the walk's budget at which its top answer last changed`;
  return (disagreement?.length ?? 0) > 0 ? `${circuit}; no checkpoint, as the reasoners disagree.` : `${circuit}.`;
}
