/** The laws of {@link KeyValueStore}: every adapter runs them. */
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type OpenStore, record, rejectsWith } from '../conformance.ts';
import { type KeyValue, type KeyValueStore, MAX_VALUE_BYTES } from './key-values.ts';

type Law = (open: OpenStore) => Promise<void>;

/**
 * @param newPlace makes an empty place and returns how to open the store in it
 * @param runs how many random sequences to try; each needs a new place
 */
export function describeKeyValueStore(name: string, newPlace: () => OpenStore, runs = 25): void {
  void describe(`${name} keeps the laws of a key-value store`, () => {
    for (const [law, check] of Object.entries(LAWS)) void test(law, () => check(newPlace()));
    void test('does what a sorted Map does, through any writes and reopenings', () => behavesLikeMap(newPlace, runs));
  });
}

async function listOf(values: KeyValueStore, namespace: string, prefix?: string): Promise<KeyValue[]> {
  const entries = [];
  for await (const entry of values.list(namespace, prefix)) entries.push(entry);
  return entries;
}

async function keysOf(values: KeyValueStore, namespace: string, prefix?: string): Promise<string[]> {
  return (await listOf(values, namespace, prefix)).map(({ key }) => key);
}

const LAWS: Readonly<Record<string, Law>> = {
  'a new store has no values': withValues(async (values) => {
    assert.equal(await values.get('a', 'b'), null);
    assert.equal(await values.remove('a', 'b'), false);
    assert.deepEqual(await keysOf(values, 'a'), []);
  }),

  'gives back any JSON value, with the time of its last put': async (open) => {
    const store = await open();
    const value = { list: [1, -0.5, 1e300, null, true, ''], text: 'zero \0, half \ud800, \u{1f30d}', deep: { '': {} } };
    const before = Date.now();
    await store.values.put('learned', 'weights', 'old');
    await store.values.put('learned', 'weights', value);
    await store.close();
    const again = await open();
    const found = await again.values.get('learned', 'weights');
    assert.deepEqual(found?.value, value);
    assert.equal(found.key, 'weights');
    assert.ok(found.updatedAt >= before && found.updatedAt <= Date.now());
    await again.close();
  },

  'namespaces do not see each other': withValues(async (values) => {
    await values.put('a', 'key', 1);
    await values.put('a.b', 'key', 2);
    assert.equal(await values.remove('b', 'key'), false);
    assert.equal(await values.remove('a', 'key'), true);
    assert.deepEqual(await keysOf(values, 'a'), []);
    assert.equal((await values.get('a.b', 'key'))?.value, 2);
  }),

  'lists by prefix, in the order of code points': withValues(async (values) => {
    const keys = ['', '\u{10ffff}', '/', '0', '_', '%', 'a', '\uffee', '\u{1f30d}'].map((end) => `f${end}`);
    for (const key of ['e', ...keys, 'g', 'F', '%']) await values.put('a', key, key);
    const order = ['f', 'f%', 'f/', 'f0', 'f_', 'fa', 'f\uffee', 'f\u{1f30d}', 'f\u{10ffff}'];
    assert.deepEqual(await keysOf(values, 'a', 'f'), order);
    assert.deepEqual(await keysOf(values, 'a'), ['%', 'F', 'e', ...order, 'g']);
    assert.deepEqual(await keysOf(values, 'a', 'f_'), ['f_']);
    assert.deepEqual(await keysOf(values, 'a', 'h'), []);
  }),

  'more values than a page holds': withValues(async (values) => {
    const keys = Array.from({ length: 1203 }, (_, index) => `key-${String(index).padStart(4, '0')}`);
    await Promise.all([...keys, 'z'].map((key) => values.put('a', key, key)));
    assert.deepEqual(await keysOf(values, 'a', 'key-'), keys);
    const big = 'x'.repeat(1_000_000);
    for (const key of ['1', '2', '3', '4', '5', '6']) await values.put('b', key, key + big);
    assert.deepEqual(
      (await listOf(values, 'b')).map(({ value }) => value),
      ['1', '2', '3', '4', '5', '6'].map((key) => key + big),
    );
  }),

  'refuses names and values that it could not give back': withValues(async (values) => {
    for (const namespace of ['', 'A', '_store', 'a b', 'ä', 'x'.repeat(65)]) {
      await rejectsWith(values.put(namespace, 'key', 1), 'store_value_refused');
      await rejectsWith(values.get(namespace, 'key'), 'store_value_refused');
      await rejectsWith(listOf(values, namespace), 'store_value_refused');
    }
    for (const key of ['', 'a\0', 'a\n', '\ud800', 'x'.repeat(513)]) {
      await rejectsWith(values.put('a', key, 1), 'store_value_refused');
      await rejectsWith(values.remove('a', key), 'store_value_refused');
    }
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    for (const value of [undefined, () => 1, 1n, cyclic, 'x'.repeat(MAX_VALUE_BYTES - 1)]) {
      await rejectsWith(values.put('a', 'key', value), 'store_value_refused');
    }
    assert.deepEqual(await keysOf(values, 'a'), []);
    await values.put('a', '\u{10ffff}'.repeat(256), 'ä'.repeat(MAX_VALUE_BYTES / 2 - 1));
    assert.equal((await keysOf(values, 'a')).length, 1);
  }),

  'writes go in one order with those of documents, and share their commits': async (open) => {
    const store = await open();
    const { commits } = store.status();
    const writes = [store.put([record('a')]), store.values.put('a', 'key', 1), store.put([record('b')])];
    await Promise.all(writes);
    assert.equal(store.status().commits, commits + 1);
    assert.equal(store.status().writes, 3);
    await store.close();
  },

  'a caller may change its value at once': withValues(async (values) => {
    const list = [1];
    const stored = values.put('a', 'key', list);
    list.push(2);
    await stored;
    assert.deepEqual((await values.get('a', 'key'))?.value, [1]);
  }),

  'a closed store refuses everything': async (open) => {
    const { values, close } = await opened(open);
    await close();
    await rejectsWith(values.put('a', 'key', 1), 'store_closed');
    await rejectsWith(values.get('a', 'key'), 'store_closed');
    await rejectsWith(values.remove('a', 'key'), 'store_closed');
    await rejectsWith(listOf(values, 'a'), 'store_closed');
  },
};

async function opened(open: OpenStore): Promise<{ values: KeyValueStore; close: () => Promise<void> }> {
  const store = await open();
  return { values: store.values, close: () => store.close() };
}

function withValues(law: (values: KeyValueStore) => Promise<void>): Law {
  return async (open) => {
    const { values, close } = await opened(open);
    try {
      await law(values);
    } finally {
      await close();
    }
  };
}

type Step = { readonly put: string; readonly value: unknown } | { readonly remove: string } | { readonly reopen: true };

function steps(): fc.Arbitrary<Step[]> {
  const key = fc.constantFrom('a', 'a/b', 'a/c', 'B', 'ä', '\uffee', '\u{1f30d}');
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ put: key, value: fc.jsonValue() }, { noNullPrototype: true }) },
    { weight: 3, arbitrary: key.map((remove) => ({ remove })) },
    { weight: 1, arbitrary: fc.constant({ reopen: true as const }) },
  );
  return fc.array<Step>(step, { maxLength: 15 });
}

async function behavesLikeMap(newPlace: () => OpenStore, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(steps(), async (sequence) => {
    const open = newPlace();
    const model = new Map<string, unknown>();
    let store = await open();
    for (const step of sequence) {
      if ('reopen' in step) {
        await store.close();
        store = await open();
      } else if ('put' in step) {
        await store.values.put('any', step.put, step.value);
        // JSON has no -0.
        model.set(step.put, JSON.parse(JSON.stringify(step.value)));
      } else assert.equal(await store.values.remove('any', step.remove), model.delete(step.remove));
    }
    for (const prefix of ['', 'a', 'a/']) {
      const expected = [...model].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => compareBytes(a, b));
      const found = (await listOf(store.values, 'any', prefix)).map(({ key, value }) => [key, value]);
      assert.deepEqual(found, expected);
    }
    await store.close();
  });
  await fc.assert(property, { numRuns, seed: 20_260_102 });
}

const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
