import assert from 'node:assert/strict';
import { it } from 'node:test';
import { wireError } from '@vortexflow/protocol';
import { placed } from './fault-places.ts';
import { detailed, errorBody } from './problems.ts';

it('errors say where they are, by themselves or as whoever throws them knows better', () => {
  assert.deepEqual(placed('body_empty', undefined), { pointer: '', expected: 'one JSON object' });
  assert.deepEqual(placed('body_empty', { expected: 'a file' }), { pointer: '', expected: 'a file' });
  assert.equal(placed('host_invalid', undefined)?.['pointer'], '/headers/host');
  assert.equal(placed('toString', undefined), undefined);
  assert.deepEqual(placed('rate_limited', { retry_after_s: 3 }), { retry_after_s: 3 });
});

it('of several fields the first is where to begin', () => {
  const details = { problems: ['a', 'b'], pointers: ['/port', '/host'] };
  const told = placed('config_invalid', details);
  assert.equal(told?.['pointer'], '/port');
  assert.deepEqual(told?.['pointers'], details.pointers);
  assert.equal(placed('config_invalid', { problems: [], pointers: [] })?.['pointer'], undefined);
});

it('a place that is added later leaves the error what it was', () => {
  const error = detailed(wireError('config_version_not_found', { version: 7 }), { pointer: '/version' });
  const { code, status, message, details } = errorBody(error, 'id');
  assert.deepEqual([code, status], ['config_version_not_found', 404]);
  assert.match(message, /version 7/);
  assert.deepEqual(details, { expected: 'the number of a version that is kept', version: 7, pointer: '/version' });
});
