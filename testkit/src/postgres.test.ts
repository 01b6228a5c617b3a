import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { launchPostgres, postgresMissing } from './postgres.ts';

const skip = process.env['CI'] ? false : (postgresMissing ?? false);

test('a PostgreSQL server starts, keeps its data over a crash, and leaves nothing behind', { skip }, async () => {
  const server = await launchPostgres();
  try {
    await server.sql('create table kept (id int); insert into kept values (7)');
    await server.stop('immediate');
    await assert.rejects(server.sql('select 1'));
    await server.start();
    assert.equal(await server.sql('select id from kept'), '7');
    assert.equal(await server.sql('show fsync'), 'on');
    await server.stop('fast');
    await server.start();
    assert.equal(await server.sql('select id from kept'), '7');
  } finally {
    await server.remove();
  }
  assert.ok(!existsSync(server.socketFolder));
  await assert.rejects(server.sql('select 1'));
});
