/** Access and its log together: what is done when the log is not what it was. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { GUEST, OWNER } from '@vortexflow/identity';
import { DisposalStack, systemClock } from '@vortexflow/primitives';
import { Registry } from 'prom-client';
import { openDataFolder } from '../config/data-folder.ts';
import { LiveSettings } from '../config/live-settings.ts';
import { readSettings } from '../config/settings.ts';
import { createLogger } from '../telemetry/logger.ts';
import { type Gate, openGate } from './gate.ts';

describe('a gate whose log is tampered with', { timeout: 60_000 }, () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vortexflow-gate-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function opened(run: (gate: Gate) => Promise<void>): Promise<void> {
    const disposal = new DisposalStack();
    const settings = readSettings({ VORTEXFLOW_DATA: folder, AUDIT_KEY_FILE: join(folder, 'keys', 'audit.key') });
    const gate = await openGate(
      {
        settings: new LiveSettings(settings),
        files: await openDataFolder(folder),
        ownerKey: 'vf_a key of the owner, for tests',
        clock: systemClock,
        logger: createLogger('silent', 'json'),
        registry: new Registry(),
        port: () => 7_000,
        onQuota: () => undefined,
      },
      disposal,
    );
    try {
      await run(gate);
    } finally {
      await disposal.dispose();
    }
  }

  async function signIn({ auth }: Gate): Promise<void> {
    const { url } = await auth.link(OWNER);
    const client = { address: '127.0.0.1', agent: 'test' };
    const input = { link: url.split('=')[1] as string, method: 'POST', target: '/', bodyHash: '', client };
    assert.equal((await auth.signIn(GUEST, input)).status, 'signed_in');
  }
  const sessions = async ({ auth }: Gate): Promise<number> => (await auth.sessions(OWNER)).length;
  const tamper = async (): Promise<void> => {
    const file = join(folder, 'audit', '000000000000.jsonl');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"action":"log.opened"', '"action":"log.0pened"'));
  };

  it('ends all sessions, once for what it finds; who signs in again stays', async () => {
    await opened(async (gate) => {
      await signIn(gate);
      await signIn(gate);
      assert.equal(await gate.audit.verify(), null);
      assert.equal(await sessions(gate), 2);
      await tamper();
      assert.match((await gate.audit.verify()) ?? '', /^entry 1: /);
      assert.equal(await sessions(gate), 0);
      await signIn(gate);
      assert.match((await gate.audit.verify()) ?? '', /^entry 1: /);
      assert.equal(await sessions(gate), 1);
    });
  });

  it('does so with what it finds when it is opened, before anybody comes', async () => {
    // Without it the log is read from its beginning.
    await rm(join(folder, 'audit', 'tree.json'));
    await opened(async (gate) => {
      assert.ok(gate.audit.status().faults.length > 0);
      await new Promise(setImmediate);
      assert.equal(await sessions(gate), 0);
    });
  });
});
