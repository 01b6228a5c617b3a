/** Who said what about one question: first words, dispute, revisions. Pure; the calls are made by panel.ts. */
import type { KnowledgeBase } from '@vortexflow/knowledge';
import type { Evidence, ModelUsage } from '@vortexflow/protocol';
import type { Outcome } from '../ask.ts';
import type { Heard } from '../explain.ts';
import { abstention, type Candidate, type Opinion } from '../reasoners/contract.ts';
import { sumOfUsage } from './cost.ts';
import type { Grounded } from './grounding.ts';
import type { LanguageModel, Voice } from './language-model.ts';
import type { Passage } from './passages.ts';
import type { OtherAnswer, Prompt } from './prompt.ts';
import { keyOf, type KeyedAnswer } from './same-answer.ts';

/** One model's part. */
export interface Seat {
  readonly model: LanguageModel;
  readonly prompt: Prompt;
  first: Voice | null;
  /** Its answer of the first round; null when it abstained, failed or has not spoken yet. */
  answer: Candidate | null;
  second: Voice | null;
}

/**
 * Most that an answer counts for which a model took over from others: it is no independent voice any more, and fusion
 * would take it for one.
 */
const ADOPTED_CONFIDENCE = 0.5;

export class RoundTable {
  readonly seats: readonly Seat[];
  readonly #question: string;
  readonly #heard: readonly Heard[];
  readonly #knowledge: KnowledgeBase;
  /** Every answer given so far; the local ones come first, so that models' answers meet theirs. */
  readonly #known: KeyedAnswer[];

  constructor(seats: readonly Seat[], question: string, heard: readonly Heard[], knowledge: KnowledgeBase) {
    this.seats = seats;
    this.#question = question;
    this.#heard = heard;
    this.#knowledge = knowledge;
    this.#known = heard.flatMap(({ opinion }) => (opinion.best ? [opinion.best, ...opinion.alternatives] : []));
  }

  /** Takes what a model said in the first round. */
  hear(seat: Seat, voice: Voice): void {
    seat.first = voice;
    seat.answer = this.#candidateOf(voice.grounded);
    if (seat.answer) this.#known.push(seat.answer);
  }

  /** Models to ask again: all that were heard, when answers differ or one of them abstained from what another answered. */
  toAskAgain(): Seat[] {
    const heard = this.seats.filter(({ first }) => first?.grounded);
    const local = this.#heard.flatMap(({ opinion }) => (opinion.best ? [opinion.best.key] : []));
    const given = new Set([...local, ...heard.flatMap(({ answer }) => (answer ? [answer.key] : []))]);
    const disputed = given.size > 1 || (given.size === 1 && heard.some(({ answer }) => answer === null));
    return disputed ? heard : [];
  }

  /** What everybody else answered, with the numbers under which the seat knows their evidence. */
  othersOf(seat: Seat): OtherAnswer[] {
    const numberOf = new Map(seat.prompt.passages.map(({ evidence }, i) => [evidence.id, i + 1]));
    const numbers = (evidence: readonly Evidence[]): number[] => evidence.flatMap(({ id }) => numberOf.get(id) ?? []);
    const local = this.#heard.flatMap(({ source, opinion }): OtherAnswer[] =>
      opinion.best ? [{ source, answer: opinion.best.answer, citations: numbers(opinion.evidence).slice(0, 3) }] : [],
    );
    const models = this.seats.flatMap((other): OtherAnswer[] => {
      if (other === seat || !other.answer) return [];
      const cited = (other.first?.grounded?.cited ?? []).map(({ evidence }) => evidence);
      return [{ source: other.model.name, answer: other.answer.answer, citations: numbers(cited) }];
    });
    return [...local, ...models];
  }

  /** The final word of a model. A revision that failed changes nothing. */
  conclude(seat: Seat, ms: number): Outcome {
    const source = seat.model.name;
    const usage = sumOfUsage([seat.first, seat.second].flatMap((voice) => (voice ? [voice.usage] : [])));
    const grounded = seat.second?.grounded ?? seat.first?.grounded;
    if (!grounded) return lost(source, seat.first, usage);
    const revised = seat.second?.grounded ? this.#candidateOf(seat.second.grounded) : seat.answer;
    const adopted = this.#isAdopted(seat, revised);
    const best =
      adopted && revised ? { ...revised, confidence: Math.min(ADOPTED_CONFIDENCE, revised.confidence) } : revised;
    const opinion: Opinion = best
      ? { ...abstention(evidenceOf(grounded.cited, source)), best, ...(adopted && { adopted }) }
      : abstention();
    const remarks = grounded.remark === null ? [] : [grounded.remark];
    return { source, outcome: best ? 'answered' : 'abstained', opinion, ms, usage, remarks };
  }

  /** Whether a model came to say in the second round what others had said in the first. */
  #isAdopted(seat: Seat, revised: Candidate | null): boolean {
    if (!revised || revised.key === seat.answer?.key) return false;
    return this.#known.some(({ key }) => key === revised.key);
  }

  #candidateOf(grounded: Grounded | null): Candidate | null {
    if (!grounded || grounded.answer === null) return null;
    const { answer, confidence } = grounded;
    return { answer, key: keyOf(answer, this.#question, this.#known, this.#knowledge), confidence };
  }
}

function lost(source: string, voice: Voice | null, usage: ModelUsage): Outcome {
  const reason = voice?.failure ?? 'timeout';
  const outcome = reason === 'timeout' ? 'timeout' : 'failed';
  return { source, outcome, opinion: null, ms: null, usage, remarks: outcome === 'failed' ? [reason] : [] };
}

/** What a model cites, under its name; what it cites first supports it best. */
function evidenceOf(cited: readonly Passage[], source: string): Evidence[] {
  return cited.map(({ evidence }, i) => ({ ...evidence, score: 1 / (1 + 0.25 * i), source }));
}
