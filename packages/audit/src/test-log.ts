/** A log in a folder of its own, with a clock that stands still. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import { AuditLog, type AuditLogOptions } from './log.ts';

export interface TestFolder {
  readonly folder: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly clock: VirtualClock;
  readonly open: (options?: Partial<AuditLogOptions>) => Promise<AuditLog>;
}

/** 2026-11-26T00:00:00Z */
const START = Date.UTC(2026, 10, 26);

/** @param t takes the folder away at its end; without, it stays */
export async function testFolder(t: Pick<TestContext, 'after'> | null): Promise<TestFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'vortexflow-audit-'));
  t?.after(() => rm(folder, { recursive: true, force: true }));
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const clock = new VirtualClock(START);
  const open = (options: Partial<AuditLogOptions> = {}): Promise<AuditLog> =>
    AuditLog.open({ folder, privateKey, clock, ...options });
  return { folder, privateKey, publicKey, clock, open };
}

/** Appends events that can be told apart. */
export async function fill(log: AuditLog, count: number, from = 0): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, i) =>
      log.append({ action: 'document.put', outcome: 'done', detail: { number: from + i, text: 'naïve' } }),
    ),
  );
}
