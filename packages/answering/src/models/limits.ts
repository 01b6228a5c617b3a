/** How long a call may take, and how long an endpoint asks to be left alone. */

/** Bounds of one call. */
export interface Limits {
  /** ms, > 0 */
  readonly timeoutMs: number;
  /** The caller has lost interest. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * `Retry-After` of RFC 9110, section 10.2.3: seconds, or a date.
 * @returns ms from now, or null when the header is missing or makes no sense
 */
export function parseRetryAfter(header: string | readonly string[] | undefined, now: number): number | null {
  const text = (typeof header === 'string' ? header : header?.[0])?.trim() ?? '';
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
