/** The schemas as other programs see them: through JSON, as in the OpenAPI document, then compiled. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import * as protocol from './index.ts';
import { DocumentsRequest, ProcessRequest, ProcessResponse } from './index.ts';

const throughJson = (schema: TSchema): TSchema => JSON.parse(JSON.stringify(schema)) as TSchema;

function checker(schema: TSchema): (value: unknown) => boolean {
  const compiled = Compile(throughJson(schema));
  return (value) => compiled.Check(value);
}

const isSchema = (value: unknown): value is TSchema & { readonly $id?: string } =>
  typeof value === 'object' && value !== null && 'type' in value;
const schemas = Object.entries<unknown>(protocol).flatMap(([name, value]) =>
  isSchema(value) ? [{ name, value }] : [],
);

describe('every schema', () => {
  test('survives JSON and compiles', () => {
    assert.ok(schemas.length >= 15, `${schemas.length} schemas found`);
    for (const { value } of schemas) Compile(throughJson(value));
  });

  test('is named like its export, so that OpenAPI can refer to it', () => {
    const named = schemas.filter(({ value }) => value.$id !== undefined);
    assert.ok(named.length >= 14);
    for (const { name, value } of named) assert.equal(value.$id, name);
  });
});

describe('ProcessRequest', () => {
  const accepts = checker(ProcessRequest);
  const full = {
    input: 'What is consciousness?',
    mode: 'Balanced',
    sacred_only: false,
    min_confidence: 0.6,
    strategy: 'Ensemble',
    weight_strategy: 'ConfidenceBased',
    timeout_ms: 5000,
    top_k: 8,
  };

  test('takes the documented request, and the input alone', () => {
    assert.ok(accepts(full));
    assert.ok(accepts({ input: 'x' }));
  });

  test('takes every word of the vocabularies', () => {
    for (const mode of protocol.MODES) assert.ok(accepts({ ...full, mode }), mode);
    for (const strategy of protocol.STRATEGIES) assert.ok(accepts({ ...full, strategy }), strategy);
    for (const weight_strategy of protocol.WEIGHT_STRATEGIES) assert.ok(accepts({ ...full, weight_strategy }));
  });

  test('takes 1 to 8,192 characters, each counted once whatever its bytes', () => {
    assert.ok(accepts({ input: 'x'.repeat(8192) }));
    assert.ok(!accepts({ input: 'x'.repeat(8193) }));
    assert.ok(accepts({ input: '😀'.repeat(8192) }));
    assert.ok(!accepts({ input: '😀'.repeat(8193) }));
    assert.ok(!accepts({ input: '' }));
  });

  const refused: Record<string, unknown> = {
    'no input': { mode: 'Fast' },
    'an input that is no string': { ...full, input: 7 },
    'an unknown key': { ...full, temperature: 0.5 },
    'a misspelt mode': { ...full, mode: 'balanced' },
    'a misspelt strategy': { ...full, strategy: 'ensemble' },
    'a weight strategy of another list': { ...full, weight_strategy: 'Stacking' },
    'min_confidence above 1': { ...full, min_confidence: 2 },
    'min_confidence below 0': { ...full, min_confidence: -0.01 },
    'a number as a string': { ...full, min_confidence: '0.6' },
    'a fraction of a millisecond': { ...full, timeout_ms: 0.5 },
    'no time at all': { ...full, timeout_ms: 0 },
    'more than a minute': { ...full, timeout_ms: protocol.MAX_TIMEOUT_MS + 1 },
    'no evidence at all': { ...full, top_k: 0 },
    'too much evidence': { ...full, top_k: protocol.MAX_TOP_K + 1 },
    'a null': { ...full, sacred_only: null },
    'a list': [full],
    'no object': 'What is consciousness?',
  };
  for (const [what, request] of Object.entries(refused)) {
    test(`refuses ${what}`, () => assert.ok(!accepts(request)));
  }

  test('takes the limits themselves', () => {
    assert.ok(accepts({ ...full, min_confidence: 0, timeout_ms: protocol.MAX_TIMEOUT_MS, top_k: protocol.MAX_TOP_K }));
    assert.ok(accepts({ ...full, min_confidence: 1, timeout_ms: 1, top_k: 1 }));
  });
});

describe('DocumentsRequest', () => {
  const accepts = checker(DocumentsRequest);
  const document = { id: 'notes/a.md', title: 'A', text: '# A' };

  test('takes 1 to 1,000 documents', () => {
    const many = (count: number): unknown => ({ documents: Array.from({ length: count }, () => document) });
    assert.deepEqual([0, 1, 1000, 1001].map(many).map(accepts), [false, true, true, false]);
  });

  test('takes texts up to their limit, the empty one included, but no empty id or title', () => {
    const one = (change: object): boolean => accepts({ documents: [{ ...document, ...change }] });
    assert.ok(one({ text: '' }));
    assert.ok(one({ text: 'x'.repeat(protocol.MAX_DOCUMENT_LENGTH) }));
    assert.ok(!one({ text: 'x'.repeat(protocol.MAX_DOCUMENT_LENGTH + 1) }));
    assert.ok(one({ id: 'x'.repeat(512), title: 'x'.repeat(512) }));
    assert.ok(!one({ id: 'x'.repeat(513) }));
    assert.ok(!one({ title: 'x'.repeat(513) }));
    assert.ok(!one({ id: '' }));
    assert.ok(!one({ title: '' }));
  });

  test('refuses unknown keys, inside and outside', () => {
    assert.ok(!accepts({ documents: [{ ...document, author: 'me' }] }));
    assert.ok(!accepts({ documents: [document], replace: true }));
  });
});

test('ProcessResponse takes the documented answer, and an abstention', () => {
  const accepts = checker(ProcessResponse);
  const answer = {
    result: 'an alert cognitive state',
    answered: true,
    confidence: 0.94,
    calibrated: true,
    signal_strength: 0.87,
    flux_position: 6,
    sacred_boost: true,
    elp: { ethos: 6.5, logos: 7.2, pathos: 6.8 },
    evidence: [{ id: 'n', title: 'N', snippet: 's', score: 0.91, source: 'asi' }],
    path: ['n'],
    opinions: [{ source: 'flux', answer: 'a', confidence: 0.81, outcome: 'answered' }],
    metadata: {
      mode: 'Balanced',
      strategy: 'Ensemble',
      weight_strategy: 'ConfidenceBased',
      orchestrators_used: 'Fusion',
      consensus_achieved: true,
      fallback_used: false,
      cache_hit: false,
      kind: 'answered',
    },
    metrics: { duration_ms: 3.1, inference_ms: 2.4, asi_ms: 2.4, runtime_ms: 0.9, fusion_ms: 0.2 },
    remarks: [],
    flags: [],
    request_id: 'r',
    api_version: 'v1',
  };
  assert.ok(accepts(answer));
  const explained = {
    ...answer,
    evidence: [{ ...answer.evidence[0], sentences: ['s'] }],
    path_steps: [{ from: 'n', relation: 'hypernym', to: 'm' }],
    disagreement: [{ source: 'asi', answer: 'b', confidence: 0.4 }],
  };
  assert.ok(accepts(explained));
  assert.ok(!accepts({ ...explained, disagreement: [{ source: 'asi', answer: 'b', confidence: 2 }] }));
  const abstained = { ...answer.metadata, kind: 'abstained' };
  assert.ok(accepts({ ...answer, result: null, answered: false, metadata: abstained }));
  assert.ok(!accepts({ ...answer, confidence: 1.1 }), 'a confidence is a probability');
  assert.ok(!accepts({ ...answer, flux_position: 10 }));
  assert.ok(!accepts({ ...answer, metadata: { ...abstained, kind: 'guessed' } }));
});
