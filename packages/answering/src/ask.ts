/** Hearing all reasoners under one deadline; each outcome is kept, whoever is late is left out. */
import type { Clock } from '@vortexflow/primitives';
import type { ModelUsage, OpinionSummary } from '@vortexflow/protocol';
import type { Asked } from './pool/job.ts';
import type { Opinion } from './reasoners/contract.ts';

/** What became of one reasoner's part. */
export interface Outcome {
  readonly source: string;
  readonly outcome: OpinionSummary['outcome'];
  /** Present when the reasoner was heard: it answered or abstained. */
  readonly opinion: Opinion | null;
  /** Time until its opinion was here, ms; null when it was not heard. */
  readonly ms: number | null;
  /** What a language model used up. */
  readonly usage?: ModelUsage;
  /** Why it counts for less or was lost, for the remarks. */
  readonly remarks?: readonly string[];
}

/** Questions to several that can be given up together. */
interface AskedTogether {
  readonly asked: readonly Asked[];
  abandon(): void;
}

/** Waits for everyone who was asked. Resolves when all have spoken, failed, or the deadline has passed; never rejects. */
export async function hearAll(
  job: AskedTogether,
  timeoutMs: number,
  clock: Clock,
  onOutcome: (outcome: Outcome) => void,
): Promise<Outcome[]> {
  const late = Promise.withResolvers<'late'>();
  const timer = clock.after(timeoutMs, () => {
    late.resolve('late');
    job.abandon();
  });
  const start = clock.elapsed();
  const outcomes = job.asked.map(async (one): Promise<Outcome> => {
    const outcome = await hear(one, late.promise, () => clock.elapsed() - start);
    onOutcome(outcome);
    return outcome;
  });
  try {
    return await Promise.all(outcomes);
  } finally {
    timer.cancel();
  }
}

async function hear(
  { reasoner: source, answer }: Asked,
  late: Promise<'late'>,
  elapsed: () => number,
): Promise<Outcome> {
  try {
    const heard = await Promise.race([answer, late]);
    if (heard === 'late') return { source, outcome: 'timeout', opinion: null, ms: null };
    const { opinion } = heard;
    return { source, outcome: opinion.best ? 'answered' : 'abstained', opinion, ms: elapsed() };
  } catch {
    // The reason is reported once, by the thread itself; here only the loss counts.
    return { source, outcome: 'failed', opinion: null, ms: null };
  }
}

/** An outcome as it goes over the wire. */
export function summarise({ source, outcome, opinion, usage }: Outcome): OpinionSummary {
  const { answer, confidence } = opinion?.best ?? { answer: null, confidence: 0 };
  return { source, outcome, answer, confidence, ...(usage ? { usage } : {}) };
}
