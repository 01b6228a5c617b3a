import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type Refusal, RefusalError } from './refusal.ts';
import { checkClaims, type Claim, type StateView } from './semantic.ts';

const STATE: StateView = {
  nodes: 4,
  has: (thing, id) => id === { node: 'n', place: '3', answer: 'a' }[thing],
  nearest: (thing, id) => (thing === 'node' && id === 'N' ? 'n' : null),
};
const refusalOf = (...claims: Claim[]): Refusal | null => {
  try {
    checkClaims(claims, STATE);
    return null;
  } catch (failure) {
    assert.ok(failure instanceof RefusalError);
    return failure.refusal;
  }
};
const faultOf = (...claims: Claim[]): unknown[] | null => {
  const refusal = refusalOf(...claims);
  return refusal && [refusal.kind, refusal.pointer];
};

const node = { is: 'node', pointer: '/from', value: 'n' } as const;
const place = { is: 'place', pointer: '/querystring/index', value: '3' } as const;
const answer = { is: 'answer', pointer: '/request_id', value: 'a' } as const;
const range = { is: 'range', pointer: '/querystring/k', value: 3, least: 0, most: 3 } as const;

it('claims hold by the state, and the first that does not is named', () => {
  assert.equal(faultOf(), null);
  assert.equal(faultOf(node, place, answer, range), null);
  assert.deepEqual(faultOf(range, { ...node, value: 'm' }), ['missing', '/from']);
  assert.deepEqual(faultOf({ ...answer, value: 'b' }, { ...node, value: 'm' }), ['missing', '/request_id']);
  assert.deepEqual(faultOf({ ...range, value: 4 }), ['state', '/querystring/k']);
  assert.deepEqual(faultOf({ ...range, value: Number.NaN }), ['state', '/querystring/k']);
});

it('a refusal says what is missing, what was expected, and what may have been meant', () => {
  const refusals = [
    { ...node, value: 'm' },
    { ...place, value: '9' },
    { ...answer, value: 'b' },
    { ...range, value: 9 },
  ].map((claim) => refusalOf(claim));
  assert.deepEqual(
    refusals.map((refusal) => [refusal?.thing, refusal?.name]),
    [
      ['node', 'm'],
      ['place', '#9'],
      ['answer', 'b'],
      [undefined, undefined],
    ],
  );
  for (const refusal of refusals)
    for (const said of [refusal?.problem, refusal?.expected, refusal?.suggestion]) assert.ok(said);
  assert.match(refusals[0]?.suggestion ?? '', /search/);
  assert.equal(refusalOf({ ...node, value: 'N' })?.suggestion, 'Did you mean "n"?');
});
