/**
 * Port of the answer cache. Values are plain data and every call is asynchronous, so that a store shared by several
 * servers can stand behind it. `conformance.ts` is the contract as tests.
 */
import type { ProcessResponse } from '@vortexflow/protocol';

/** Where complete answers are kept. An adapter may forget whatever it likes; it never returns what was not set. */
export interface AnswerCache {
  /**
   * The answer that was set under exactly this key, or null. The caller must not change it: an adapter in the same
   * process may hand out the very object that was set. Questions wait for it: an adapter over a network must give up
   * soon by itself. Rejecting is allowed and means a miss.
   */
  get(key: string): Promise<ProcessResponse | null>;
  /** Keeps an answer. The last one set under a key wins. */
  set(key: string, answer: ProcessResponse): Promise<void>;
  /** Forgets everything that was set before this call. */
  invalidate(): Promise<void>;
  /** What it holds now, as far as the adapter knows. */
  figures(): CacheFigures;
}

export interface CacheFigures {
  readonly entries: number;
  readonly bytes: number;
}
