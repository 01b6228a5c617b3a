/**
 * All configured models asked about one question: in parallel, then once more where opinions differ (the round of
 * consensus), all within the question's deadline.
 */
import type { KnowledgeBase } from '@vortexflow/knowledge';
import type { BreakerState } from '@vortexflow/resilience';
import type { Outcome } from '../ask.ts';
import type { Heard } from '../explain.ts';
import { abstention } from '../reasoners/contract.ts';
import type { EndpointCounters } from './endpoint.ts';
import { LanguageModel, type ModelContext, type Voice } from './language-model.ts';
import { gatherPassages } from './passages.ts';
import { firstPrompt, type Prompt, type PromptParts, secondPrompt } from './prompt.ts';
import { RoundTable, type Seat } from './round-table.ts';
import type { ModelSettings } from './settings.ts';

/** When models are asked outside of the mode `Reasoning`, in which they always are. */
export interface Cascade {
  readonly enabled: boolean;
  /** They are asked when the local reasoners' fused confidence is below this, 0 to 1. */
  readonly below: number;
}

export interface PanelOptions extends ModelContext {
  readonly models: readonly ModelSettings[];
  /** Read anew for each question: its values may change. */
  readonly cascade: Cascade;
}

/** What the models are asked about. */
export interface Consultation {
  readonly question: string;
  /** The local reasoners that were heard. */
  readonly heard: readonly Heard[];
  readonly knowledge: KnowledgeBase;
  /** ms until the question's deadline. */
  readonly timeoutMs: number;
  /** Ends all calls when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
  /** Present when somebody reads along: then replies are streamed. */
  readonly onToken?: ((source: string, text: string, round: 1 | 2) => void) | undefined;
  /** Told of each model's final word as soon as it is known. */
  readonly onOutcome: (outcome: Outcome) => void;
}

/** Share of the time after which the second round begins without those who have not answered yet. */
const FIRST_ROUND_SHARE = 0.6;

export class ModelPanel {
  readonly cascade: Cascade;
  readonly #models: readonly LanguageModel[];
  readonly #options: PanelOptions;

  constructor(options: PanelOptions) {
    this.cascade = options.cascade;
    this.#options = options;
    this.#models = options.models.map((settings) => new LanguageModel(settings, options));
  }

  /** How many models are configured. */
  get size(): number {
    return this.#models.length;
  }

  /** State of each model's circuit breaker by the model's name. */
  status(): Record<string, BreakerState> {
    return Object.fromEntries(this.#models.map(({ name, breaker }) => [name, breaker]));
  }

  /** What has happened at each model's endpoint by the model's name. */
  counters(): Record<string, EndpointCounters> {
    return Object.fromEntries(this.#models.map((model) => [model.name, model.counters()]));
  }

  /** Asks all models. Resolves at the deadline at the latest, in the configured order; never rejects. */
  async consult(consultation: Consultation): Promise<Outcome[]> {
    const { question, heard, knowledge } = consultation;
    const passages = gatherPassages(heard, knowledge);
    // Without a passage no answer could cite anything: asking would only cost.
    if (passages.length === 0) return this.#models.map((model) => withoutEvidence(model.name, consultation));
    const parts = { question, passages };
    const table = new RoundTable(this.#seats(parts), question, heard, knowledge);
    return new Discussion(table, parts, consultation, this.#options).hold();
  }

  async close(): Promise<void> {
    await Promise.all(this.#models.map((model) => model.close()));
  }

  #seats(parts: PromptParts): Seat[] {
    // Models with the same room share a prompt.
    const prompts = new Map<number, Prompt>();
    return this.#models.map((model) => {
      const prompt = prompts.get(model.room) ?? firstPrompt(parts, model.room);
      prompts.set(model.room, prompt);
      return { model, prompt, first: null, answer: null, second: null };
    });
  }
}

function withoutEvidence(source: string, { onOutcome }: Consultation): Outcome {
  const outcome: Outcome = { source, outcome: 'abstained', opinion: abstention(), ms: 0, remarks: ['no_evidence'] };
  onOutcome(outcome);
  return outcome;
}

/** The course of one consultation. */
class Discussion {
  readonly #table: RoundTable;
  readonly #parts: PromptParts;
  readonly #consultation: Consultation;
  readonly #clock: ModelContext['clock'];
  readonly #start: number;

  constructor(table: RoundTable, parts: PromptParts, consultation: Consultation, { clock }: ModelContext) {
    this.#table = table;
    this.#parts = parts;
    this.#consultation = consultation;
    this.#clock = clock;
    this.#start = clock.elapsed();
  }

  async hold(): Promise<Outcome[]> {
    const first = this.#table.seats.map((seat) => this.#firstWord(seat));
    await this.#allOrLate(first);
    const again = new Set(this.#table.toAskAgain());
    return Promise.all(
      this.#table.seats.map(async (seat, i) => {
        await first[i];
        if (again.has(seat)) await this.#secondWord(seat);
        const outcome = this.#table.conclude(seat, this.#elapsed);
        this.#consultation.onOutcome(outcome);
        return outcome;
      }),
    );
  }

  get #elapsed(): number {
    return this.#clock.elapsed() - this.#start;
  }

  async #firstWord(seat: Seat): Promise<void> {
    this.#table.hear(seat, await this.#ask(seat, seat.prompt, 1));
  }

  async #secondWord(seat: Seat): Promise<void> {
    const own = seat.answer?.answer ?? 'The passages do not say.';
    // In its own words, those that the rule of citations refused included, nothing would be gained: they are not shown.
    const prompt = secondPrompt(this.#parts, own, this.#table.othersOf(seat), seat.model.room);
    seat.second = await this.#ask(seat, prompt, 2);
  }

  #ask(seat: Seat, prompt: Prompt, round: 1 | 2): Promise<Voice> {
    const { question, timeoutMs, signal, onToken } = this.#consultation;
    const limits = { timeoutMs: Math.max(0, timeoutMs - this.#elapsed), signal };
    const onText = onToken && ((text: string) => onToken(seat.model.name, text, round));
    return seat.model.ask(prompt, question, limits, onText);
  }

  async #allOrLate(work: readonly Promise<void>[]): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = this.#clock.after(this.#consultation.timeoutMs * FIRST_ROUND_SHARE, late.resolve);
    await Promise.race([Promise.all(work), late.promise]);
    timer.cancel();
  }
}
