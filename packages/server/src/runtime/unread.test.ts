/** Stored documents that this version cannot read: named in the log of a real server, the others there. */
import { openSqliteStore } from '@vortexflow/knowledge/internal';
import { systemClock as clock } from '@vortexflow/primitives';
import { launchServer } from '@vortexflow/testkit';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

test('the log names stored documents that cannot be read, the first twenty, and the others are there', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'vortexflow-unread-'));
  try {
    const store = await openSqliteStore({ file: join(dataFolder, 'vortexflow.db'), clock });
    const record = (id: string, text: string, format: string) => ({ id, title: id, text, format, updatedAt: 1 });
    const bad = Array.from({ length: 22 }, (_, index) => record(`bad-${index}.json`, '{"nodes": [', 'json'));
    await store.put([...bad, record('good.md', 'The quagga is extinct.', 'markdown')]);
    await store.close();
    const server = await launchServer({ dataFolder });
    try {
      const listed = await fetch(`${server.url}/api/v1/documents?prefix=good`);
      assert.equal(((await listed.json()) as { documents: unknown[] }).documents.length, 1);
      const { stdout, stderr } = server.output();
      const lines = (stdout + stderr).split('\n').filter((line) => line.includes('cannot be read'));
      const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      assert.equal(logged.length, 21);
      assert.equal(logged[0]?.['document'], 'bad-0.json');
      assert.match(String(logged[0]?.['reason']), /Line 1: not JSON/);
      assert.equal(logged[20]?.['documents'], 2);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(dataFolder, { recursive: true, force: true });
  }
});
