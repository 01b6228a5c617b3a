/** Bodies in, bodies out: everything that the thread does, without the thread. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  FUSE_ALGORITHMS,
  FUSE_WEIGHT_STRATEGIES,
  FuseResponse,
  MAX_FUSE_CANDIDATES,
  WEIGHT_STRATEGIES,
} from '@vortexflow/protocol';
import * as fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { DEFAULT_JSON_LIMITS } from '../http/limits.ts';
import type { CollectedBody } from '../reading/collected-body.ts';
import { fuseBody } from './fuse-body.ts';
import { type FuseReply, type LookUpNames, MOST_NAMES } from './messages.ts';

const response = Compile(FuseResponse);
const bytes = (body: string | object): Uint8Array =>
  new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
const LIMITS = DEFAULT_JSON_LIMITS.fuse;
const knowsNothing: LookUpNames = async (names) => names.map(() => null);
const send = (body: string | object | Uint8Array, lookUp = knowsNothing): Promise<FuseReply> =>
  fuseBody(
    { body: collected(body instanceof Uint8Array ? body : bytes(body)), limits: LIMITS, requestId: 'r1' },
    lookUp,
    () => 0,
  );
const collected = (body: Uint8Array): CollectedBody => ({ bytes: Buffer.from(body), length: body.length });

async function fused(body: object, lookUp?: LookUpNames): Promise<FuseResponse> {
  const reply = await send(body, lookUp);
  assert.equal(reply.type, 'fused', JSON.stringify(reply));
  const parsed: unknown = JSON.parse(new TextDecoder().decode((reply as { body: Uint8Array }).body));
  assert.ok(response.Check(parsed));
  return parsed;
}

const candidates = [
  { source: 'a', answer: '1,000 km', confidence: 0.8 },
  { source: 'b', answer: '1000 kilometres', confidence: null },
  { source: 'c', answer: '900 km' },
  { source: 'd', answer: null, confidence: null },
];

describe('fuseBody', () => {
  test('answers items in their order, with nothing but the items given', async () => {
    const { results, ...rest } = await fused({
      items: [{ candidates }, { candidates: [] }, { candidates: [candidates[2]] }],
    });
    assert.deepEqual(
      results.map(({ answer }) => answer),
      ['1,000 km', null, '900 km'],
    );
    assert.deepEqual(rest, {
      calibrated: false,
      learned_from: 0,
      flags: ['stacking:untrained'],
      duration_ms: 0,
      request_id: 'r1',
    });
  });

  test('takes every algorithm and weight strategy, in both spellings', async () => {
    for (const algorithm of FUSE_ALGORITHMS)
      await fused({ algorithm, labels: null, train: [], items: [{ candidates }] });
    const confidence = async (weight_strategy: string) =>
      (await fused({ algorithm: 'weighted_average', weight_strategy, items: [{ candidates }] })).results[0]!.confidence;
    for (const [i, name] of WEIGHT_STRATEGIES.entries()) {
      assert.equal(await confidence(FUSE_WEIGHT_STRATEGIES[i]!), await confidence(name));
    }
  });

  test('learns, and says so', async () => {
    const train = Array.from({ length: 60 }, (_, i) => ({
      candidates: [
        { source: 'good', answer: i % 2 ? 'yes' : 'no', confidence: null },
        { source: 'poor', answer: i % 3 ? 'yes' : 'no', confidence: null },
      ],
      truth: [i % 2 ? 'true' : 'false'],
    }));
    const items = [
      {
        candidates: [
          { source: 'poor', answer: 'yes' },
          { source: 'good', answer: 'no' },
        ],
      },
    ];
    const { results, calibrated, learned_from } = await fused({ labels: ['yes', 'no'], train, items });
    assert.equal(results[0]!.answer, 'no');
    assert.deepEqual([calibrated, learned_from], [true, 60]);
  });

  test('reads alternatives and positions', async () => {
    const given = [
      { source: 'a', answer: 'x', confidence: 0.5, position: 1, alternatives: [{ answer: 'y', score: 0.9 }] },
      { source: 'b', answer: 'y', confidence: 0.5, position: 6 },
    ];
    const { results } = await fused({
      algorithm: 'weighted_average',
      weight_strategy: 'Fixed',
      items: [{ candidates: given }],
    });
    assert.equal(results[0]!.answer, 'y');
  });

  const REFUSED: readonly (readonly [says: RegExp, body: object, field?: string])[] = [
    [/^The body must be a JSON object\.$/, []],
    [/^"items" is missing in the body\.$/, {}],
    [/^Unknown key "extra" in the body\.$/, { items: [], extra: 1 }, ''],
    [/^"algorithm" must be one of weighted_average, /, { algorithm: 'best', items: [] }, 'algorithm'],
    [/^"weight_strategy" must be one of Fixed, /, { weight_strategy: 'heavy', items: [] }, 'weight_strategy'],
    [/^"labels" must not have fewer than 2 items\.$/, { labels: ['yes'], items: [] }, 'labels'],
    [/^Unknown key "x" in "items\.0\.candidates\.0"\.$/, { items: [{ candidates: [{ ...candidates[0], x: 1 }] }] }],
    [
      /^"items\.0\.candidates\.0\.confidence" must be at most 1\.$/,
      { items: [{ candidates: [{ ...candidates[0], confidence: 1.1 }] }] },
    ],
    [
      /^"items\.0\.candidates\.0\.confidence" must be a number\.$/,
      { items: [{ candidates: [{ ...candidates[0], confidence: '1' }] }] },
    ],
    [
      /^"items\.0\.candidates\.0\.answer" must not be empty\.$/,
      { items: [{ candidates: [{ ...candidates[0], answer: '' }] }] },
    ],
    [
      /^"items\.0\.candidates\.0\.answer" must have at most 2000 characters\.$/,
      { items: [{ candidates: [{ ...candidates[0], answer: 'x'.repeat(2001) }] }] },
    ],
    [/^"train\.0\.truth" must be an array\.$/, { train: [{ candidates: [], truth: 'x' }], items: [] }],
    [
      /"items\.0\.candidates\.0" holds an answer that is not one of the labels\.$/i,
      { labels: ['x', 'y'], items: [{ candidates: [candidates[0]] }] },
      'items.0.candidates.0',
    ],
    [
      /"train\.0\.truth\.1" holds an answer that is not one of the labels\.$/i,
      { labels: ['x', 'y'], train: [{ candidates: [], truth: ['x', 'z'] }], items: [] },
    ],
  ];
  for (const [says, body, field] of REFUSED) {
    test(`refuses: ${says.source}`, async () => {
      const reply = await send(body);
      assert.ok(reply.type === 'refused');
      const { code, details } = reply;
      assert.equal(code, 'request_invalid');
      assert.match(details.problem, says);
      if (field) assert.equal(details.field, field);
    });
  }

  test('refuses more candidates than it can hold, though each list is short enough', async () => {
    const many = { candidates: Array.from({ length: 1000 }, (_, i) => ({ source: `s${i}`, answer: 'x' })) };
    const reply = await send({ items: Array.from({ length: MAX_FUSE_CANDIDATES / 1000 + 1 }, () => many) });
    assert.match(JSON.stringify(reply), /at most 250000 candidates; these hold 251000/);
  });

  test('tells what is no JSON, and what is nothing', async () => {
    const code = async (body: string | Uint8Array) => ((await send(body)) as { code?: string }).code;
    assert.equal(await code(''), 'body_empty');
    for (const body of ['{', 'nonsense', Uint8Array.of(0x22, 0xff, 0x22)])
      assert.equal(await code(body), 'body_not_json');
  });

  test('answers or refuses, and never fails, whatever JSON comes', async () => {
    const key = fc.constantFrom('algorithm', 'labels', 'train', 'items', 'candidates', 'source', 'answer', 'truth');
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(null, 'ensemble', 'a', 0.5, 7, true),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(tree, async (value) => {
        assert.ok(['fused', 'refused'].includes((await send(JSON.stringify(value))).type));
      }),
      { seed: 9 },
    );
  });

  const NYC = {
    candidates: [
      { source: 'a', answer: 'NYC', confidence: 0.5 },
      { source: 'b', answer: 'New York City', confidence: 0.5 },
      { source: 'c', answer: 'Boston', confidence: 0.6 },
    ],
  };

  test('asks once for the names, and lets those of one thing meet', async () => {
    const asked: (readonly string[])[] = [];
    const lookUp: LookUpNames = async (names) => {
      asked.push(names);
      return names.map((name) => (name === 'Boston' ? null : 'new york'));
    };
    const { results, flags } = await fused({ algorithm: 'majority_vote', items: [NYC, NYC] }, lookUp);
    assert.deepEqual(asked, [['NYC', 'New York City', 'Boston']]);
    assert.deepEqual(results, [results[0], results[0]]);
    assert.equal(results[0]!.answer, 'NYC');
    assert.ok(Math.abs(results[0]!.confidence - 2 / 3) < 1e-9);
    assert.deepEqual(flags, []);
  });

  test('says so when nobody can look names up, and does not ask where nothing could come of it', async () => {
    const { flags } = await fused({ algorithm: 'majority_vote', items: [NYC] }, async () => null);
    assert.deepEqual(flags, ['names:unavailable']);
    const asksNot: LookUpNames = () => assert.fail('asked');
    await fused({ items: [{ candidates }, { candidates: [NYC.candidates[0], NYC.candidates[0]] }] }, asksNot);
  });

  test('asks for so many names and no more, and says that some were left out', async () => {
    const items = Array.from({ length: MOST_NAMES / 2 + 1 }, (_, i) => ({
      candidates: [
        { source: 'a', answer: `${'x'.repeat(i % 80)}name ${i}` },
        { source: 'b', answer: `another${i}` },
      ],
    }));
    let asked = 0;
    const lookUp: LookUpNames = async (names) => {
      asked = names.length;
      return names.map(() => null);
    };
    const { flags } = await fused({ algorithm: 'majority_vote', items }, lookUp);
    assert.deepEqual([asked, flags], [MOST_NAMES, ['names:partial']]);
  });
});
