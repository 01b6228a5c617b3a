/**
 * Tier 4: what is right in itself and wrong for this server as it is now. A request claims things of the state - that a
 * mode is offered, that a node exists - and the state, through a port, says whether they hold. O(claims).
 */
import { nearest } from './suggest.ts';
import { type Refusal, RefusalError } from './refusal.ts';

/** What the claims are held against. Each question costs O(1) or near it. */
export interface StateView {
  /** Modes that this server offers. */
  readonly modes: readonly string[];
  hasNode(id: string): boolean;
}

/** Something that a request takes for given. */
export type Claim =
  | { readonly is: 'mode' | 'node'; readonly pointer: string; readonly value: string }
  | {
      readonly is: 'range';
      readonly pointer: string;
      readonly value: number;
      readonly least: number;
      readonly most: number;
    };

/** @throws RefusalError for the first claim that does not hold */
export function checkClaims(claims: readonly Claim[], state: StateView): void {
  for (const claim of claims) {
    const refusal = refusalOf(claim, state);
    if (refusal) throw new RefusalError({ pointer: claim.pointer, ...refusal });
  }
}

function refusalOf(claim: Claim, state: StateView): Omit<Refusal, 'pointer'> | null {
  if (claim.is === 'range') return rangeRefusal(claim);
  const { is, value } = claim;
  if (is === 'node') return state.hasNode(value) ? null : missingNode(value);
  if (state.modes.includes(value)) return null;
  const near = nearest(value, state.modes);
  return {
    kind: 'state',
    problem: `The mode "${value}" is not offered here.`,
    expected: `one of ${state.modes.join(', ')}`,
    suggestion: near ? `Did you mean "${near}"?` : 'Use one of these modes.',
  };
}

const missingNode = (id: string): Omit<Refusal, 'pointer'> => ({
  kind: 'missing',
  name: id,
  problem: `No node has the id "${id}".`,
  expected: 'the id of a node',
  suggestion: 'Find nodes with /api/v1/graph/search?q=...',
});

function rangeRefusal({ value, least, most }: Extract<Claim, { is: 'range' }>): Omit<Refusal, 'pointer'> | null {
  if (value >= least && value <= most) return null;
  return {
    kind: 'state',
    problem: `${value} is out of range.`,
    expected: `${least} to ${most}`,
    suggestion: `Send a number from ${least} to ${most}.`,
  };
}
