/** What is configured about a language model. Plain data; the server reads and checks it. */

/** Where a key is kept. The key itself is read at each use, and goes nowhere but into the request. */
export type KeyReference = { readonly env: string } | { readonly file: string };

/** How a model is told to answer in JSON. `none`: only by the prompt, for servers that refuse the field. */
export type ResponseFormat = 'json_object' | 'json_schema' | 'none';

/** Prices per million tokens, in any one currency. */
export interface ModelPrices {
  readonly input: number;
  readonly output: number;
}

/** One OpenAI-compatible endpoint: Ollama, vLLM, llama.cpp, a hosted model. */
export interface ModelSettings {
  /** Name in opinions, evidence, remarks and metrics. */
  readonly name: string;
  /** Up to and including the version, e.g. `http://127.0.0.1:11434/v1`; no key in it. */
  readonly baseUrl: string;
  /** What the endpoint calls the model. */
  readonly model: string;
  readonly key: KeyReference | null;
  /** 0 to 2; null leaves it to the endpoint. */
  readonly temperature: number | null;
  /** Most tokens of one reply. */
  readonly maxTokens: number;
  /** Longest that one call with its retries may take, ms. The deadline of the question bounds it too. */
  readonly timeoutMs: number;
  /** Tokens that question, passages and reply may take together. */
  readonly contextTokens: number;
  readonly prices: ModelPrices | null;
  readonly responseFormat: ResponseFormat;
  /** Most connections at once; further calls wait for one. */
  readonly maxConnections: number;
}

/** What holds where the configuration says nothing. */
export const MODEL_DEFAULTS = {
  key: null,
  temperature: 0,
  maxTokens: 512,
  timeoutMs: 30_000,
  contextTokens: 8192,
  prices: null,
  responseFormat: 'json_object',
  maxConnections: 32,
} as const satisfies Partial<ModelSettings>;
