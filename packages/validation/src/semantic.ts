/**
 * Tier 4: what is right in itself and wrong for this server as it is now. A request claims things of the state - that a
 * node exists, that a number is within what there is - and the state, through a port, says whether they hold. O(claims).
 */
import { type Refusal, RefusalError, type Thing } from './refusal.ts';

/** What the claims are held against. Each question costs O(1) or near it. */
export interface StateView {
  /** How many nodes there are. */
  readonly nodes: number;
  has(thing: Thing, id: string): boolean;
  /** The id of one that may have been meant by an id that names none; null: nothing is near, or it is dear to find. */
  nearest(thing: Thing, id: string): string | null;
}

/** Something that a request takes for given. */
export type Claim =
  | { readonly is: Thing; readonly pointer: string; readonly value: string }
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
    const refusal = claim.is === 'range' ? rangeRefusal(claim) : missingRefusal(claim.is, claim.value, state);
    if (refusal) throw new RefusalError({ pointer: claim.pointer, ...refusal });
  }
}

interface Wording {
  /** How a message names one that is not there. */
  readonly named: (id: string) => string;
  readonly expected: string;
  readonly suggestion: string;
}

const SEARCH = 'Find nodes with /api/v1/graph/search?q=...';
const WORDINGS: Readonly<Record<Thing, Wording>> = {
  node: { named: (id) => id, expected: 'the id of a node', suggestion: SEARCH },
  place: { named: (id) => `#${id}`, expected: 'the place of a node in the frames', suggestion: SEARCH },
  answer: {
    named: (id) => id,
    expected: 'the request_id of one of the latest answers',
    suggestion: 'Ask again, and use the request_id of the response.',
  },
};

function missingRefusal(thing: Thing, id: string, state: StateView): Omit<Refusal, 'pointer'> | null {
  if (state.has(thing, id)) return null;
  const { named, expected, suggestion } = WORDINGS[thing];
  const name = named(id);
  const near = state.nearest(thing, id);
  return {
    kind: 'missing',
    thing,
    name,
    problem: thing === 'answer' ? `No answer "${name}" is kept.` : `No node has the id "${name}".`,
    expected,
    suggestion: near === null ? suggestion : `Did you mean "${near}"?`,
  };
}

type Range = Extract<Claim, { is: 'range' }>;

function rangeRefusal({ pointer, value, least, most }: Range): Omit<Refusal, 'pointer'> | null {
  if (value >= least && value <= most) return null;
  return {
    kind: 'state',
    problem: `"${pointer.slice(pointer.lastIndexOf('/') + 1)}" must be from ${least} to ${most}, and is ${value}.`,
    expected: `${least} to ${most}`,
    suggestion: `Send a number from ${least} to ${most}.`,
  };
}
