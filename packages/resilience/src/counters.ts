/** What has happened since the start; plain numbers that only grow, for whoever keeps metrics. */
export interface UpstreamCounters {
  /** calls = succeeded + failed + those under way. */
  calls: number;
  succeeded: number;
  failed: number;
  /** attempts = first ones + retries + hedges. */
  attempts: number;
  retries: number;
  /** Retries that would have helped but that the budget did not allow. */
  budgetExhausted: number;
  hedges: number;
  /** Hedges that were answered first. */
  hedgesWon: number;
  /** Hedges that were due but that their budget did not allow. */
  hedgesRefused: number;
  attemptTimeouts: number;
  deadlinesExceeded: number;
  aborted: number;
  /** Refused because every circuit was open. */
  circuitOpen: number;
  /** Refused because too many were under way and waiting. */
  bulkheadFull: number;
  /** Had to wait for a place. */
  queued: number;
  ejections: number;
  /** Ejections that the cap did not allow. */
  ejectionsCapped: number;
  /** Attempts for which all endpoints counted as usable, because too few were. */
  panics: number;
  breakersOpened: number;
  probes: number;
  probesFailed: number;
}

/** All at zero. */
export const noCounts = (): UpstreamCounters => ({
  calls: 0,
  succeeded: 0,
  failed: 0,
  attempts: 0,
  retries: 0,
  budgetExhausted: 0,
  hedges: 0,
  hedgesWon: 0,
  hedgesRefused: 0,
  attemptTimeouts: 0,
  deadlinesExceeded: 0,
  aborted: 0,
  circuitOpen: 0,
  bulkheadFull: 0,
  queued: 0,
  ejections: 0,
  ejectionsCapped: 0,
  panics: 0,
  breakersOpened: 0,
  probes: 0,
  probesFailed: 0,
});
