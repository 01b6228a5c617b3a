/** `vortexflow privacy export|erase SUBJECT`: through the server that has the log, or on its files when none runs. */
import { AuditLog, SubjectVault } from '@vortexflow/audit';
import { systemClock } from '@vortexflow/primitives';
import { auditFolder } from '../audit/auditing.ts';
import { openLogKey } from '../audit/key-file.ts';
import { eraseSubject, exportSubject, noteExport, type SubjectExport } from '../audit/privacy.ts';
import { COMMAND_LINE } from '../audit/sink.ts';
import type { Settings } from '../config/settings.ts';
import { type Command, UsageError } from './arguments.ts';
import { type RunningAt, runningAddress } from './connection.ts';

export async function runPrivacy({ operands }: Command, settings: Settings): Promise<number> {
  const [what = '', ...words] = operands;
  const subject = words.join(' ');
  if ((what !== 'export' && what !== 'erase') || subject === '')
    throw new UsageError('privacy takes export or erase, and whom.');
  const running = await runningAddress(settings);
  const said = running ? await ask(running, what, subject) : await alone(settings, what, subject);
  process.stdout.write(`${JSON.stringify(said, null, 2)}\n`);
  return 0;
}

async function ask(running: RunningAt, what: string, subject: string): Promise<object> {
  const response = await running.fetch(`${running.url}/api/v1/privacy/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${running.key}` },
    body: JSON.stringify({ subject }),
  });
  const answer = (await response.json()) as { export?: SubjectExport; message?: string; pseudonym?: string | null };
  if (!response.ok) throw new Error(answer.message ?? `the server answered ${response.status}`);
  return answer.export ?? { erased: (answer.pseudonym ?? null) !== null, pseudonym: answer.pseudonym ?? null };
}

async function alone(settings: Settings, what: string, subject: string): Promise<object> {
  const { auditKeyFile, dataFolder } = settings.values;
  const { privateKey } = await openLogKey(auditKeyFile, dataFolder);
  const folder = auditFolder(dataFolder);
  const log = await AuditLog.open({ folder, privateKey, clock: systemClock });
  try {
    const vault = await SubjectVault.open(folder);
    const by = { actor: COMMAND_LINE };
    if (what === 'erase') {
      const pseudonym = await eraseSubject(subject, by, log, vault);
      return { erased: pseudonym !== null, pseudonym };
    }
    const { origin } = log;
    const exported = await exportSubject(subject, { folder, origin, vault, privateKey, now: systemClock.now() });
    await noteExport(subject, by, log, vault);
    return exported;
  } finally {
    await log.close();
  }
}
