/** What a route tells the tiers of its requests: texts, claims on the state, cost. Part of its configuration. */
import type { Claim, StateView } from '@vortexflow/validation';
import type { FastifyRequest } from 'fastify';
import type { JsonRow } from '../http/limits.ts';

/** A text that somebody wrote, and where it stands in the request. */
export interface GivenText {
  readonly pointer: string;
  readonly text: string;
}

export interface RouteChecks {
  /** Row of the table of limits for the JSON of its body. Default: question. */
  readonly body?: JsonRow;
  /** Texts for tier 3. */
  readonly texts?: (request: FastifyRequest) => Iterable<GivenText>;
  /** Whether strict mode refuses such a request for its texts. What the owner files away is never refused for them. */
  readonly canRefuseTexts?: boolean;
  /** For tier 4. The state is there for ranges that depend on it. */
  readonly claims?: (request: FastifyRequest, state: StateView) => readonly Claim[];
  /** For tier 5, in the units of `questionCost`. Default: by the size of the body. */
  readonly cost?: (request: FastifyRequest) => number;
  /** For tier 5: the request's own deadline from its begin, ms. Default: none. */
  readonly timeoutMs?: (request: FastifyRequest) => number;
}
