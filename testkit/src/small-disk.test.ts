import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { mountSmallDisk, smallDiskMissing } from './small-disk.ts';

/** In CI nothing may be skipped: there the mount fails with the reason. */
const skip = process.env['CI'] ? false : (smallDiskMissing ?? false);
const isMounted = (folder: string): boolean => readFileSync('/proc/mounts', 'utf8').includes(folder);

test('a small disk is full when told, keeps what was on it, and has room again', { skip }, async (t) => {
  const disk = await mountSmallDisk(1 << 20);
  t.after(() => disk.remove());
  const file = join(disk.folder, 'kept');
  await writeFile(file, 'before');
  disk.fill();
  assert.equal(disk.free(), 0);
  await assert.rejects(writeFile(join(disk.folder, 'new'), 'x'), { code: 'ENOSPC' });
  assert.equal(readFileSync(file, 'utf8'), 'before');
  await disk.empty();
  await appendFile(file, ' after');
  assert.equal(readFileSync(file, 'utf8'), 'before after');
  disk.fill(100_000);
  assert.ok(disk.free() >= 100_000 - 4096 && disk.free() < 200_000, String(disk.free()));
  await disk.remove();
  assert.equal(existsSync(disk.folder), false);
});

test('a disk goes with the process that mounted it, however that ends', { skip }, async () => {
  const script = `import { mountSmallDisk } from ${JSON.stringify(new URL('./small-disk.ts', import.meta.url).href)};
    process.stdout.write((await mountSmallDisk(1 << 20)).folder); setInterval(() => 0, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [folder] = (await once(child.stdout, 'data')).map(String) as [string];
  assert.equal(isMounted(folder), true);
  child.kill('SIGKILL');
  // The guard hears of it by itself.
  while (isMounted(folder)) await new Promise(setImmediate);
});
