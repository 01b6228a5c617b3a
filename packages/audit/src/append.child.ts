/** Appends to a log until it is killed, and says which events were acknowledged. */
import { readFileSync } from 'node:fs';
import { createPrivateKey } from 'node:crypto';
import { systemClock } from '@vortexflow/primitives';
import { AuditLog } from './log.ts';

const [folder = '', keyFile = '', run = '0'] = process.argv.slice(2);
const privateKey = createPrivateKey(readFileSync(keyFile));
const log = await AuditLog.open({ folder, privateKey, clock: systemClock, rotateBytes: 40_000, checkpointEvents: 200 });
let next = 0;

async function keepAppending(): Promise<never> {
  for (;;) {
    const name = `${run}.${next++}`;
    await log.append({ action: 'document.put', outcome: 'done', detail: { name } });
    process.stdout.write(`${name}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, keepAppending));
