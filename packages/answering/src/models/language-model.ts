/** One configured language model as a reasoner: a prompt in, an answer that went through the citation rule out. */
import type { Clock, Random } from '@vortexflow/primitives';
import type { ModelUsage } from '@vortexflow/protocol';
import type { BreakerState } from '@vortexflow/resilience';
import { AnswerText } from './answer-text.ts';
import { ChatClient } from './chat.ts';
import { usageOfCall } from './cost.ts';
import type { EndpointCounters } from './endpoint.ts';
import { type FailureReason, ModelFailure } from './failure.ts';
import { type Grounded, ground } from './grounding.ts';
import type { ReadKey } from './key.ts';
import type { Limits } from './limits.ts';
import { type Prompt, SYSTEM_MESSAGE } from './prompt.ts';
import { parseReply } from './reply.ts';
import type { ModelSettings } from './settings.ts';

/** What became of one call, for metrics and logs. Holds nothing of question, answer or key. */
export interface ModelCall {
  readonly model: string;
  readonly outcome: 'answered' | 'abstained' | FailureReason;
  readonly usage: ModelUsage;
  readonly durationMs: number;
}

/** What models need from outside. */
export interface ModelContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly readKey: ReadKey;
  /** Told of every call. */
  readonly onCall: (call: ModelCall) => void;
}

/** What a model said in one round; a failed call may still have cost something. */
export interface Voice {
  readonly grounded: Grounded | null;
  readonly failure: FailureReason | null;
  readonly usage: ModelUsage;
}

/** About so many characters are a token, at least, in the languages that the knowledge speaks. */
const CHARACTERS_PER_TOKEN = 3;
/** Tokens of the system message and the frame around the prompt. */
const OVERHEAD_TOKENS = 450;

const NO_CALL: ModelUsage = { calls: 0, prompt_tokens: 0, completion_tokens: 0, cost: 0 };

export class LanguageModel {
  readonly name: string;
  /** Longest user message, characters. */
  readonly room: number;
  readonly #settings: ModelSettings;
  readonly #context: ModelContext;
  readonly #chat: ChatClient;

  constructor(settings: ModelSettings, context: ModelContext) {
    this.name = settings.name;
    this.room = (settings.contextTokens - settings.maxTokens - OVERHEAD_TOKENS) * CHARACTERS_PER_TOKEN;
    this.#settings = settings;
    this.#context = context;
    this.#chat = new ChatClient(settings, SYSTEM_MESSAGE, { ...settings, ...context });
  }

  get breaker(): BreakerState {
    return this.#chat.breaker;
  }

  counters(): EndpointCounters {
    return this.#chat.counters();
  }

  /**
   * Asks once. Never rejects.
   * @param onText hears the answer's wording while it is written
   */
  async ask(
    { message, passages }: Prompt,
    question: string,
    limits: Limits,
    onText?: (text: string) => void,
  ): Promise<Voice> {
    const { clock } = this.#context;
    const start = clock.elapsed();
    let usage = NO_CALL;
    const done = (outcome: ModelCall['outcome'], grounded: Grounded | null): Voice => {
      this.#context.onCall({ model: this.name, outcome, usage, durationMs: clock.elapsed() - start });
      return { grounded, failure: outcome === 'answered' || outcome === 'abstained' ? null : outcome, usage };
    };
    try {
      const bounds = { ...limits, timeoutMs: Math.min(limits.timeoutMs, this.#settings.timeoutMs) };
      const completion = await this.#chat.complete(message, bounds, onText && onlyWording(onText));
      usage = usageOfCall(completion.usage, this.#settings.prices);
      const reply = parseReply(completion.text);
      if (completion.text.trim() === '') return done('empty', null);
      if (!reply) return done(completion.cutOff ? 'cut_off' : 'garbage', null);
      const grounded = ground(reply, passages, question);
      return done(grounded.answer === null ? 'abstained' : 'answered', grounded);
    } catch (failure) {
      return done(failure instanceof ModelFailure ? failure.reason : 'connection', null);
    }
  }

  async close(): Promise<void> {
    await this.#chat.close();
  }
}

function onlyWording(onText: (text: string) => void): (piece: string) => void {
  const wording = new AnswerText();
  return (piece) => {
    const text = wording.push(piece);
    if (text !== '') onText(text);
  };
}
