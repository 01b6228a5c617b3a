/**
 * `node bench/src/audit.ts [EVENTS]`: how fast the audit log takes events, each on disk before it is acknowledged; how fast it
 * is opened, verified and proved; and how long an event is exposed.
 */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditLog, proveInclusion, SubjectVault, verifyLog } from '@vortexflow/audit';
import { systemClock } from '@vortexflow/primitives';
import { circumstances, type Figure, printTable, quantile } from './figure.ts';

const EVENTS = Number(process.argv[2] ?? 20_000);
/** Events that one caller tells one after the other. */
const ALONE = 200;
const about = circumstances();
const figures: Figure[] = [];
const folder = await mkdtemp(join(process.env['AUDIT_BENCH_FOLDER'] ?? tmpdir(), 'vortexflow-bench-audit-'));
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const open = (): Promise<AuditLog> => AuditLog.open({ folder, privateKey, clock: systemClock });

const timed = async <T>(run: () => Promise<T>): Promise<readonly [T, number]> => {
  const since = performance.now();
  const value = await run();
  return [value, performance.now() - since];
};
const rate = (count: number, ms: number): string => `${Math.round((count / ms) * 1_000).toLocaleString('en')} /s`;

try {
  const log = await open();
  const vault = await SubjectVault.open(folder);
  const tell = async (number: number): Promise<void> => {
    const { subject, sealed } = await vault.seal(`address:10.0.0.${number % 50}`, {
      address: '10.0.0.1',
      target: '/api/v1/documents',
    });
    const detail = { method: 'POST', route: '/api/v1/documents', status: 200, number };
    await log.append({ action: 'document.put', outcome: 'done', role: 'owner', subject, sealed: sealed ?? '', detail });
  };
  const alone: number[] = [];
  for (let i = 0; i < ALONE; i++) alone.push((await timed(() => tell(i)))[1]);
  figures.push({
    what: `one caller, one event after the other, p50 / p95`,
    value: `${quantile(alone, 0.5).toFixed(2)} / ${quantile(alone, 0.95).toFixed(2)} ms`,
  });
  for (const callers of [16, 256]) {
    let next = 0;
    const [, ms] = await timed(() =>
      Promise.all(
        Array.from({ length: callers }, async () => {
          while (next < EVENTS) await tell(next++);
        }),
      ),
    );
    figures.push({ what: `${callers} callers, ${EVENTS} events, sealed and on disk`, value: rate(EVENTS, ms) });
  }
  const { entries } = log.status();
  await log.close();
  const files = readdirSync(folder).filter((name) => /^\d+\.jsonl$/.test(name));
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(folder, name))).size));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  figures.push({ what: 'size of an entry', value: `${Math.round(bytes / entries)} bytes` });
  const [found, verifyMs] = await timed(() => verifyLog(folder, { publicKey }));
  // A figure of a verifier that found something, or had not looked at everything, would mean nothing.
  if (found.findings.length > 0 || found.signed !== entries + 1) throw new Error(JSON.stringify(found));
  figures.push({
    what: `verification of ${found.entries} entries, ${found.checkpoints} checkpoints`,
    value: rate(found.entries, verifyMs),
  });
  const [, proofMs] = await timed(() => proveInclusion(folder, 7, found.entries));
  figures.push({ what: `proof that an entry is among ${found.entries}`, value: `${proofMs.toFixed(0)} ms` });
  const [again, openMs] = await timed(open);
  await again.close();
  figures.push({ what: `opening a log of ${found.entries} entries`, value: `${openMs.toFixed(0)} ms` });
  await rm(join(folder, 'tree.json'), { force: true });
  const [whole, wholeMs] = await timed(open);
  await whole.close();
  figures.push({ what: '... that has to be read from the beginning', value: `${wholeMs.toFixed(0)} ms` });
  figures.push({ what: 'exposure: longest until a checkpoint', value: '10 s or 1,000 events, whichever is first' });
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.stdout.write(`${about.join('\n')}\n\n`);
printTable(figures);
