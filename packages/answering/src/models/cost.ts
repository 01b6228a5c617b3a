/** Tokens and what they cost. */
import type { ModelUsage } from '@vortexflow/protocol';
import type { ModelPrices } from './settings.ts';

/** Tokens of one call, as the endpoint counted them; null when it did not say. */
export interface Usage {
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
}

/** One call as it is reported. */
export function usageOfCall({ promptTokens, completionTokens }: Usage, prices: ModelPrices | null): ModelUsage {
  const known = prices !== null && promptTokens !== null && completionTokens !== null;
  return {
    calls: 1,
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    cost: known ? (promptTokens * prices.input + completionTokens * prices.output) / 1_000_000 : null,
  };
}

/** Sum of several; a part that is not known makes the sum unknown. */
export function sumOfUsage(parts: readonly ModelUsage[]): ModelUsage {
  const sum = (of: (part: ModelUsage) => number | null): number | null =>
    parts.reduce<number | null>((total, part) => {
      const value = of(part);
      return total === null || value === null ? null : total + value;
    }, 0);
  return {
    calls: parts.reduce((total, { calls }) => total + calls, 0),
    prompt_tokens: sum((part) => part.prompt_tokens),
    completion_tokens: sum((part) => part.completion_tokens),
    cost: sum((part) => part.cost),
  };
}
