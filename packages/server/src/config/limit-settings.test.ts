/** Limits of bodies as they are written; the least of them must let through what can be sent at all. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as protocol from '@vortexflow/protocol';
import * as fc from 'fast-check';
import { DEFAULT_JSON_LIMITS } from '../http/limits.ts';
import { connectionsOf, LEAST_JSON_LIMITS } from './limit-settings.ts';
import { numbers } from './setting-type.ts';
import { readSettings } from './settings.ts';
import { ROWS } from './table.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly anyOf?: readonly Schema[];
}

/** What a body of a schema can hold at most; a list without a greatest length counts as one of a single element. */
function most({ properties, items, maxItems = 1, anyOf }: Schema): { depth: number; keys: number; values: number } {
  const parts = [...Object.values(properties ?? {}), ...(anyOf ?? []), ...(items ? [items] : [])].map(most);
  const own = anyOf ? 0 : properties || items ? 1 : 0;
  const keys = Object.keys(properties ?? {}).length;
  const sum = parts.reduce((total, { values }) => total + values, 0);
  const largest = Math.max(0, ...parts.map(({ values }) => values));
  return {
    depth: own + Math.max(0, ...parts.map(({ depth }) => depth)),
    keys: Math.max(keys, ...parts.map((part) => part.keys)),
    values: anyOf ? largest : items ? maxItems * (1 + largest) : keys + sum,
  };
}

const isWithin = (schema: unknown, limits: { depth: number; keys: number; values: number }, name: string): void => {
  const { depth, keys, values } = most(schema as Schema);
  assert.ok(
    depth <= limits.depth && keys <= limits.keys && values <= limits.values,
    `${name}: ${depth} ${keys} ${values}`,
  );
};

describe('the least limits of JSON', () => {
  it('let through every body that the protocol allows', () => {
    const { question, auth, feedback, documents } = LEAST_JSON_LIMITS;
    isWithin(protocol.ProcessRequest, question, 'process');
    isWithin(protocol.FeedbackRequest, feedback, 'feedback');
    isWithin(protocol.DocumentsRequest, documents, 'documents');
    const { LoginRequest, ApiKeyRequest, UserRequest, CodeRequest } = protocol;
    for (const [name, schema] of Object.entries({ LoginRequest, ApiKeyRequest, UserRequest, CodeRequest }))
      isWithin(schema, auth, name);
  });

  it('let a batch be fused, though not the largest', () => {
    const { depth, keys } = most(protocol.FuseRequest as Schema);
    assert.ok(depth <= LEAST_JSON_LIMITS.fuse.depth && keys <= LEAST_JSON_LIMITS.fuse.keys, `${depth} ${keys}`);
  });

  it('let all settings be changed and tried at once', () => {
    const { keys, values } = LEAST_JSON_LIMITS.config;
    assert.ok(ROWS.length + 3 <= keys && ROWS.length + 5 <= values);
  });

  it('are no higher than what holds without a setting', () => {
    for (const [row, least] of Object.entries(LEAST_JSON_LIMITS))
      for (const [name, value] of Object.entries(least))
        assert.ok(
          value <= DEFAULT_JSON_LIMITS[row as keyof typeof DEFAULT_JSON_LIMITS][name as 'depth'],
          `${row} ${name}`,
        );
  });
});

describe('connections', () => {
  it('of a front are kept, however soon those of strangers are closed', () => {
    const { values } = readSettings({ CONNECTION_TIMES: 'handshake 8000, head 8000, body 30000, idle 1000' });
    assert.equal(connectionsOf(values).keepAliveTimeout, 1_000);
    assert.equal(connectionsOf(values, true).keepAliveTimeout, 10_000);
    const long = readSettings({ CONNECTION_TIMES: 'handshake 8000, head 8000, body 30000, idle 60000' });
    assert.equal(connectionsOf(long.values, true).keepAliveTimeout, 60_000);
  });
});

describe('numbers with names', () => {
  const type = numbers({ depth: 8, keys: 64 }, { depth: 4, keys: 16 }, { depth: 64, keys: 100 });

  it('are read in any order, with any capitals and blanks', () => {
    for (const text of ['depth 4, keys 100', 'Keys 100,DEPTH 4', '  keys   0100 ,  depth 04'])
      assert.deepEqual(type.parse(text), { depth: 4, keys: 100 });
  });

  it('are refused where one is missing, repeated, unknown or out of range', () => {
    for (const text of [
      '',
      'depth 4',
      'depth 4,',
      'depth 4, keys 16,',
      'depth 4, depth 4, keys 16',
      'depth 3, keys 16',
      'depth 65, keys 16',
      'depth 4, keys 101',
      'depth 4 keys 16',
      'depth: 4, keys: 16',
      'depth 4, keys 16, values 9',
      'depth 4, keys -16',
      'depth 4, keys 1e2',
    ])
      assert.throws(() => type.parse(text), /as "depth 8, keys 64": depth from 4 to 64, keys from 16 to 100/, text);
  });

  it('are written as they are read', () => {
    const value = fc.record({ depth: fc.integer({ min: 4, max: 64 }), keys: fc.integer({ min: 16, max: 100 }) });
    fc.assert(fc.property(value, (one) => assert.deepEqual(type.parse(type.write(one) as string), { ...one })));
  });
});
