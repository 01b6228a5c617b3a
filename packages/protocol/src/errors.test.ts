import { CodedError, type ErrorDefinition } from '@vortexflow/primitives';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Compile } from 'typebox/compile';
import { ErrorResponse } from './error-response.ts';
import { WIRE_ERRORS, wireError, type WireErrorCode } from './errors.ts';
import { RECOVERY_STRATEGIES } from './words.ts';

const rows = Object.entries(WIRE_ERRORS) as [WireErrorCode, ErrorDefinition][];
const placesOf = (text = ''): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);

/** Statuses of RFC 9110 that this server uses; a new one has to be entered here on purpose. */
const STATUSES = [400, 401, 403, 404, 405, 408, 409, 412, 413, 415, 428, 429, 431, 500, 503];

describe('the wire error table', () => {
  for (const [code, row] of rows) {
    test(code, () => {
      assert.match(code, /^[a-z]+(_[a-z]+)*$/);
      assert.match(row.type, /^[A-Z][A-Za-z]+Error$/);
      assert.ok(STATUSES.includes(row.status), `status ${row.status}`);
      assert.ok(RECOVERY_STRATEGIES.includes(row.recovery));
      // A caller's mistake stays one when it is sent again; a trouble of the server may pass.
      const isToBeRepeated = row.status >= 500 || row.status === 429 || row.status === 408;
      assert.equal(row.recovery, isToBeRepeated ? 'Retry' : 'Propagate');
      assert.ok(row.message.endsWith('.') || row.message === '{problem}', 'the message is a sentence');
      assert.match(row.hint ?? '', /\.$/, 'the hint is one, too');
    });
  }

  test('every place is filled from the details and none is left over', () => {
    for (const [code, row] of rows) {
      const names = [...placesOf(row.message), ...placesOf(row.hint)];
      const error = wireError(code, Object.fromEntries(names.map((name) => [name, `<${name} given>`])));
      assert.ok(error instanceof CodedError);
      assert.equal(error.definition, row);
      assert.deepEqual([...placesOf(error.message), ...placesOf(error.hint)], [], code);
      for (const name of placesOf(row.message)) assert.ok(error.message.includes(`<${name} given>`), code);
    }
  });

  test('has the places that callers rely on', () => {
    const places = Object.fromEntries(
      rows.flatMap(([code, { message, hint }]) => {
        const names = [...placesOf(message), ...placesOf(hint)];
        return names.length > 0 ? [[code, names]] : [];
      }),
    );
    assert.deepEqual(places, {
      request_invalid: ['problem'],
      nostr_refused: ['problem'],
      second_factor_locked: ['retry_after_s'],
      rate_limited: ['retry_after_s'],
      quota_exceeded: ['limit', 'retry_after_s'],
      identity_not_found: ['kind', 'id'],
      identity_conflict: ['problem'],
      node_not_found: ['id'],
      document_not_found: ['id'],
      answer_not_found: ['id'],
      trace_not_found: ['id'],
      path_not_found: ['from', 'to'],
      pin_not_found: ['id'],
      method_not_allowed: ['method', 'allowed'],
      body_too_large: ['limit_bytes'],
      input_too_long: ['limit'],
      config_invalid: ['problems'],
      config_protected: ['settings', 'needed'],
      config_version_not_found: ['version'],
      config_needs_restart: ['settings', 'reason'],
      config_conflict: ['version'],
      content_refused: ['flags'],
      reasoners_failed: ['outcomes'],
      reasoners_late: ['timeout_ms'],
      overloaded: ['wait_ms', 'left_ms'],
      analytics_late: ['measure', 'timeout_ms'],
      analytics_busy: ['waiting'],
      fuse_late: ['timeout_ms'],
      fuse_busy: ['waiting'],
      positions_unavailable: ['measure'],
      not_ready: ['progress'],
    });
  });

  test('cannot be changed at run time', () => assert.ok(Object.isFrozen(WIRE_ERRORS)));
});

test('ErrorResponse takes a body with and without hint and details, and none without a code', () => {
  const valid = Compile(ErrorResponse);
  const body = {
    error_type: 'NotFoundError',
    message: 'No node has the id "x".',
    code: 'node_not_found',
    status: 404,
    title: 'NotFoundError',
    flux_position: 0,
    sacred_position: null,
    recovery_strategy: 'Propagate',
    request_id: 'r-1',
  };
  assert.ok(valid.Check(body));
  assert.ok(valid.Check({ ...body, hint: 'Try again.', details: { id: 'x', list: [1] } }));
  const { code: _, ...withoutCode } = body;
  assert.ok(!valid.Check(withoutCode));
  assert.ok(!valid.Check({ ...body, recovery_strategy: 'Pray' }));
  assert.ok(!valid.Check({ ...body, flux_position: 10 }));
});
