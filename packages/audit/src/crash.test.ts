/** A log whose process is killed in the middle of writing, again and again. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'node:test';
import { readEntries } from './pages.ts';
import { testFolder } from './test-log.ts';
import { verifyLog } from './verify.ts';

const CHILD = fileURLToPath(new URL('./append.child.ts', import.meta.url));
const KILLS = 20;

describe('a log whose process is killed', { timeout: 120_000 }, () => {
  it(`has all that was acknowledged, after ${KILLS} kills`, async (t) => {
    const { folder, privateKey, publicKey } = await testFolder(t);
    const keyFile = `${folder}.key`;
    t.after(() => rm(keyFile, { force: true }));
    await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    const acknowledged: string[] = [];
    for (let run = 0; run < KILLS; run++) {
      const child = spawn(process.execPath, [CHILD, folder, keyFile, String(run)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      const enough = 50 + run * 11;
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.split('\n').length > enough) child.kill('SIGKILL');
      });
      await once(child, 'close');
      acknowledged.push(...said.split('\n').slice(0, -1));
    }
    assert.ok(acknowledged.length > KILLS * 50);
    const { findings } = await verifyLog(folder, { publicKey });
    assert.deepEqual(findings, []);
    const kept = new Set<unknown>();
    for await (const { detail } of readEntries(folder)) kept.add(detail?.['name']);
    assert.deepEqual(
      acknowledged.filter((name) => !kept.has(name)),
      [],
    );
  });
});
