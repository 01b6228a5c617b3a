/** The assertions of the page must judge as Node's do. Values come from small pools, so that many pairs are equal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import pageAssert from './strict-assert.ts';

const LEAVES = [0, -0, 1, 1.5, Number.NaN, Infinity, '', '1', 'a', true, false, null, undefined, 1n];
const numbers = fc.array(fc.constantFrom(0, -0, 1, 255, Number.NaN), { maxLength: 3 });
const leaf = fc.constantFrom<unknown>(...LEAVES);
const typedArray = fc.oneof(
  numbers.map((values) => Float32Array.from(values)),
  numbers.map((values) => Float64Array.from(values)),
  numbers.map((values) => Uint32Array.from(values)),
  numbers.map((values) => Float32Array.of(9, ...values).subarray(1)),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    leaf,
    typedArray,
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b'), tie('value'), { maxKeys: 2, noNullPrototype: true }),
  ),
}));

/** Two values, in half of the cases one and its copy. */
const pair = fc.oneof(
  fc.tuple(value, value),
  value.map((one) => [one, structuredClone(one)] as const),
);

const threw = async (assertion: () => unknown): Promise<unknown> => {
  try {
    await assertion();
    return undefined;
  } catch (error) {
    return error;
  }
};

/** Runs both and compares what they throw. Returns whether they passed. */
async function agree(ours: () => unknown, nodes: () => unknown, what: string): Promise<boolean> {
  const [found, wanted] = [await threw(ours), await threw(nodes)];
  if (wanted === undefined) assert.equal(found, undefined, `${what}: ${String(found)}`);
  else assert.equal((found as Error | undefined)?.name, 'AssertionError', `${what}: ${String(found)}`);
  return wanted === undefined;
}

for (const name of ['equal', 'deepEqual'] as const) {
  test(`${name} judges as Node's`, async () => {
    const verdicts = { pass: 0, fail: 0 };
    await fc.assert(
      fc.asyncProperty(pair, async ([a, b]) => {
        const what = `${fc.stringify(a)}, ${fc.stringify(b)}`;
        const passed = await agree(
          () => pageAssert[name](a, b),
          () => assert[name](a, b),
          what,
        );
        verdicts[passed ? 'pass' : 'fail']++;
      }),
      { numRuns: 2000, seed: 1 },
    );
    assert.ok(Math.min(verdicts.pass, verdicts.fail) > 100, JSON.stringify(verdicts));
  });
}

test("ok judges as Node's", async () => {
  for (const value of [...LEAVES, [], {}, new Error('any')])
    await agree(
      () => pageAssert.ok(value),
      () => assert.ok(value),
      fc.stringify(value),
    );
});

test("holes, further properties and prototypes count as with Node's", async () => {
  class Named {
    readonly name = 'a';
  }
  const sparse: unknown[] = [];
  sparse.length = 1;
  const cases: readonly (readonly [unknown, unknown])[] = [
    [sparse, [undefined]],
    [sparse, [...sparse]],
    [Object.assign([1], { more: 1 }), [1]],
    [{ a: undefined }, {}],
    [{ a: undefined }, { b: undefined }],
    [new Named(), { name: 'a' }],
    [[], {}],
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    [new Float32Array(3), new Float32Array(2)],
    [new Uint8Array(4), new Uint32Array(1)],
  ];
  for (const [a, b] of cases)
    await agree(
      () => pageAssert.deepEqual(a, b),
      () => assert.deepEqual(a, b),
      `${fc.stringify(a)}, ${fc.stringify(b)}`,
    );
});

test("rejects judges as Node's", async () => {
  const error = new RangeError('too large by 3 MB');
  const reasons: readonly (readonly [unknown] | undefined)[] = [[error], [{ name: 'RangeError' }], undefined];
  const expectations: readonly Record<string, unknown>[] = [
    { name: 'RangeError' },
    { name: 'RangeError', message: /MB/ },
    { name: 'RangeError', message: /GB/ },
    { name: 'TypeError', message: /MB/ },
    { message: 'too large by 3 MB' },
    { code: 'X' },
  ];
  const promiseOf = async (reason?: readonly [unknown]): Promise<void> => {
    if (reason) throw reason[0];
  };
  for (const reason of reasons)
    for (const expected of expectations)
      await agree(
        () => pageAssert.rejects(promiseOf(reason), expected),
        () => assert.rejects(promiseOf(reason), expected),
        fc.stringify([reason, expected]),
      );
});

test('a message that is given is the message of the error', () => {
  assert.throws(() => pageAssert.ok(false, 'given'), { name: 'AssertionError', message: 'given' });
  assert.throws(() => pageAssert.equal(1, 2, 'given'), { name: 'AssertionError', message: 'given' });
  assert.throws(() => pageAssert.deepEqual([1], [2], 'given'), { name: 'AssertionError', message: 'given' });
});

test('a message that is not given shows the values, their ends cut off', () => {
  assert.throws(() => pageAssert.equal(0, -0), { message: '0 is not -0' });
  assert.throws(() => pageAssert.deepEqual([1, 'a'], { b: undefined }), {
    message: 'Array [ 1, "a" ] is not Object { b: undefined }',
  });
  assert.throws(() => pageAssert.deepEqual(new Float32Array(1e4), Float32Array.of(0.5)), {
    message: /^Float32Array \[ 0, 0.{180,190}\.\.\. is not Float32Array \[ 0\.5 \]$/,
  });
});

test('what cannot be judged is refused, never passed', async () => {
  const map = (value: number) => new Map([[1, value]]);
  assert.throws(() => pageAssert.deepEqual(map(1), map(2)), TypeError);
  assert.throws(() => pageAssert.deepEqual(new Date(1), new Date(2)), TypeError);
  assert.throws(() => pageAssert.deepEqual({ [Symbol.iterator]: 1 }, { [Symbol.iterator]: 2 }), TypeError);
  const failing = Promise.reject(new Error('any'));
  for (const expected of [Error, /any/, 'any', undefined, {}])
    await assert.rejects(pageAssert.rejects(failing, expected as Record<string, unknown>), TypeError);
  const callback = (() => failing) as unknown as Promise<unknown>;
  await assert.rejects(pageAssert.rejects(callback, { name: 'Error' }), TypeError);
  await assert.rejects(failing, /any/);
});
