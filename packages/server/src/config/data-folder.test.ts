/** The owner key: configured, kept or made, in this order. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { requireAccess } from '../runtime/address.ts';
import { type DataFolder, openDataFolder, readOwnerKey } from './data-folder.ts';
import { readSettings, SettingError } from './settings.ts';

describe('the owner key', () => {
  let folder: string;
  let files: DataFolder;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vortexflow-key-'));
    files = await openDataFolder(join(folder, 'data'));
  });
  after(() => rm(folder, { recursive: true }));

  const read = (environment: Record<string, string>) => readOwnerKey(files, readSettings(environment).values);
  const named = async (text: string): Promise<{ readonly VORTEXFLOW_OWNER_KEY_FILE: string }> => {
    const path = join(folder, 'owner');
    await writeFile(path, text);
    return { VORTEXFLOW_OWNER_KEY_FILE: path };
  };

  it('is made once, and kept for its owner alone', async () => {
    const { key, created } = await read({});
    assert.ok(created && /^vf_[\w-]{43}$/.test(key));
    assert.equal((await readFile(files.ownerKey, 'utf8')).trim(), key);
    assert.equal((await stat(files.ownerKey)).mode & 0o777, 0o600);
    assert.deepEqual(await read({}), { key, created: false });
  });

  it('is the one of the environment, or the first line of the file that is named', async () => {
    const VORTEXFLOW_OWNER_KEY = 'a-key-of-sixteen-or-more';
    assert.equal((await read({ VORTEXFLOW_OWNER_KEY })).key, VORTEXFLOW_OWNER_KEY);
    for (const text of ['another-key-of-sixteen', 'another-key-of-sixteen\r\nremark\n'])
      assert.deepEqual(await read(await named(text)), { key: 'another-key-of-sixteen', created: false });
  });

  it('is not replaced by another one when its file holds none or cannot be read; what is in it is not said', async () => {
    for (const text of ['', 'short', 'two words and some more', '\nsecond-line-of-a-file'])
      await assert.rejects(
        read(await named(text)),
        (failure) =>
          failure instanceof SettingError &&
          failure.message.startsWith('VORTEXFLOW_OWNER_KEY_FILE names a file whose first line is no owner key') &&
          (text === '' || !failure.message.includes(text)),
      );
    await assert.rejects(read({ VORTEXFLOW_OWNER_KEY_FILE: join(folder, 'none') }), /cannot be read \(ENOENT\)/);
  });

  it('by file lets a server listen for other machines', async () => {
    const HOST = '0.0.0.0';
    assert.throws(() => requireAccess(readSettings({ HOST })), /VORTEXFLOW_OWNER_KEY/);
    requireAccess(readSettings({ HOST, ...(await named('a-key-of-sixteen-or-more')) }));
  });
});
