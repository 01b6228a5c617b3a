import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePostgresUrl } from './url.ts';

test('reads all parts of an address, with what they stand for when missing', () => {
  assert.deepEqual(parsePostgresUrl('postgres://me@db.example.org/texts'), {
    host: 'db.example.org',
    port: 5432,
    user: 'me',
    password: undefined,
    database: 'texts',
    schema: 'vortexflow',
    ssl: false,
  });
  const whole = 'postgresql://m%40e:p%3A%2F%25@[::1]:5433/my%20texts?schema=mine_2&sslmode=require';
  assert.deepEqual(parsePostgresUrl(whole), {
    host: '::1',
    port: 5433,
    user: 'm@e',
    password: 'p:/%',
    database: 'my texts',
    schema: 'mine_2',
    ssl: { rejectUnauthorized: false },
  });
  assert.equal(parsePostgresUrl('postgres://me@localhost/texts?host=/run/postgresql').host, '/run/postgresql');
  assert.deepEqual(parsePostgresUrl('postgres://me@h/d?sslmode=verify-full').ssl, {});
});

test('refuses what it does not understand, and repeats nothing of it', () => {
  for (const text of [
    '',
    'nonsense',
    'mysql://me:hidden@h/d',
    'postgres://h/d',
    'postgres://me:hidden@h',
    'postgres://me:hidden@h/',
    'postgres://me:hidden@h:99999/d',
    'postgres://me:hid%den@h/d',
    'postgres://me:hidden@h/d?schema=Mine',
    'postgres://me:hidden@h/d?schema=pg_catalog',
    'postgres://me:hidden@h/d?schema=a%20b',
    'postgres://me:hidden@h/d?sslmode=prefer',
    'postgres://me:hidden@h/d?sslmode=verify-full&sslrootcert=/no/such/file',
    'postgres://me:hidden@h/d?ssl=true',
  ]) {
    assert.throws(
      () => parsePostgresUrl(text),
      (error) => error instanceof Error && !error.message.includes('hid'),
      text,
    );
  }
});

test('throws nothing but an Error, and gives a schema that needs no quotes, whatever the text', () => {
  const parts = fc.tuple(fc.string(), fc.string(), fc.webUrl({ withQueryParameters: true }), fc.string());
  fc.assert(
    fc.property(parts, fc.boolean(), ([user, password, url, schema], encoded) => {
      const code = encoded ? encodeURIComponent : (text: string) => text;
      const rest = url.replace(/^https?:\/\//, '');
      const text = `postgres://${code(user)}:${code(password)}@${rest}?schema=${code(schema)}`;
      try {
        assert.match(parsePostgresUrl(text).schema, /^[a-z][a-z0-9_]*$/);
      } catch (error) {
        assert.ok(error instanceof Error && !(error instanceof assert.AssertionError));
      }
    }),
  );
});
