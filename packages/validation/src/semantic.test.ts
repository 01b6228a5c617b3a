import assert from 'node:assert/strict';
import { it } from 'node:test';
import { RefusalError } from './refusal.ts';
import { checkClaims, type Claim } from './semantic.ts';

const STATE = { modes: ['Fast', 'Balanced'], hasNode: (id: string) => id === 'n' };
const faultOf = (...claims: Claim[]): unknown[] | null => {
  try {
    checkClaims(claims, STATE);
    return null;
  } catch (failure) {
    assert.ok(failure instanceof RefusalError);
    const { kind, pointer, suggestion } = failure.refusal;
    return [kind, pointer, suggestion];
  }
};

it('claims hold by the state, and the first that does not is named', () => {
  const node = { is: 'node', pointer: '/from', value: 'n' } as const;
  const mode = { is: 'mode', pointer: '/mode', value: 'Fast' } as const;
  const range = { is: 'range', pointer: '/index', value: 3, least: 0, most: 3 } as const;
  assert.equal(faultOf(), null);
  assert.equal(faultOf(node, mode, range), null);
  assert.deepEqual(faultOf(mode, { ...node, value: 'm' })?.slice(0, 2), ['missing', '/from']);
  assert.deepEqual(faultOf({ ...mode, value: 'fats' }, { ...node, value: 'm' }), [
    'state',
    '/mode',
    'Did you mean "Fast"?',
  ]);
  assert.deepEqual(faultOf({ ...range, value: 4 })?.slice(0, 2), ['state', '/index']);
  assert.deepEqual(faultOf({ ...range, value: Number.NaN })?.slice(0, 2), ['state', '/index']);
});
