import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CodedError, type ErrorDetails } from '@vortexflow/primitives';
import { inBody, placedFault } from './document-faults.ts';

const DOCUMENTS = [{ id: 'a' }, { id: 'b', format: 'docx;x=1' }, { id: 'a' }];
const DEFINITION = { type: 'ValidationError', status: 400, recovery: 'Propagate', message: 'No {id}.' } as const;
const fault = (code: string, details: ErrorDetails): CodedError => {
  const failure = placedFault(new CodedError(code, DEFINITION, details), DOCUMENTS, inBody);
  assert.ok(failure instanceof CodedError);
  assert.equal(failure.code, code);
  return failure;
};

it('a document that is not taken is found in the request', () => {
  for (const [code, details, pointer] of [
    ['document_repeated', { id: 'a' }, '/documents/2/id'],
    ['document_id_taken', { id: 'b' }, '/documents/1/id'],
    ['document_malformed', { id: 'b', line: 3 }, '/documents/1/text'],
    ['format_unknown', { format: 'docx' }, '/documents/1/format'],
  ] as const) {
    const { details: told } = fault(code, details);
    assert.equal(told?.['pointer'], pointer);
    assert.ok(told['expected']);
    for (const [name, value] of Object.entries(details)) assert.equal(told[name], value);
  }
});

it('other failures stay what they are', () => {
  const other = new Error('something');
  assert.equal(placedFault(other, DOCUMENTS, inBody), other);
  const coded = new CodedError('store_full', DEFINITION);
  assert.equal(placedFault(coded, DOCUMENTS, inBody), coded);
});
