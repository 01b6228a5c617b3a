import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CodedError, errorFactory } from './errors.ts';

const fail = errorFactory({
  too_many: {
    type: 'LimitError',
    status: 400,
    recovery: 'Propagate',
    message: '{count} of {limit} allowed: {names}.',
    hint: 'Send at most {limit}.',
  },
  plain: { type: 'OtherError', status: 500, recovery: 'Retry', message: 'Nothing to fill, not even {"json": 1}.' },
});

describe('errorFactory', () => {
  test('fills the places of message and hint from the details', () => {
    const error = fail('too_many', { count: 3, limit: 2, names: ['a', 'b', 'c'] });
    assert.equal(error.message, '3 of 2 allowed: a, b, c.');
    assert.equal(error.hint, 'Send at most 2.');
    assert.deepEqual(error.details, { count: 3, limit: 2, names: ['a', 'b', 'c'] });
  });

  test('keeps the code and its whole row', () => {
    const error = fail('too_many', {});
    assert.equal(error.code, 'too_many');
    assert.equal(error.name, 'CodedError');
    assert.ok(error instanceof CodedError && error instanceof Error);
    assert.deepEqual(
      [error.definition.type, error.definition.status, error.definition.recovery],
      ['LimitError', 400, 'Propagate'],
    );
  });

  test('leaves a place without a value visible, rather than writing "undefined"', () => {
    assert.equal(fail('too_many', { count: 3 }).message, '3 of {limit} allowed: {names}.');
    assert.equal(fail('too_many').message, '{count} of {limit} allowed: {names}.');
    assert.equal(fail('too_many').details, undefined);
  });

  test('fills falsy values, and never fills a value twice', () => {
    const error = fail('too_many', { count: 0, limit: false, names: '{count} $& $1' });
    assert.equal(error.message, '0 of false allowed: {count} $& $1.');
  });

  test('takes braces that are no place as text, and gives no hint where the table has none', () => {
    const error = fail('plain', { json: 2 });
    assert.equal(error.message, 'Nothing to fill, not even {"json": 1}.');
    assert.equal(error.hint, undefined);
  });

  test('carries the cause for the log, and only when there is one', () => {
    const cause = new Error('disk full');
    assert.equal(fail('plain', undefined, cause).cause, cause);
    assert.ok(!('cause' in fail('plain')));
  });
});
