/** `vortexflow audit verify|show|export`: the audit log, read from its files; no server is needed. */
import type { KeyObject } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  exportLog,
  readAnchors,
  readEntries,
  readPublicKey,
  SubjectVault,
  type Verification,
  verifyExport,
  verifyLog,
} from '@vortexflow/audit';
import { auditFolder } from '../audit/auditing.ts';
import { insideKeyFile, standardKeyFile } from '../audit/key-file.ts';
import { openedEntry, type OpenedEntry } from '../audit/privacy.ts';
import type { Settings } from '../config/settings.ts';
import { type Command, UsageError } from './arguments.ts';

export async function runAudit(command: Command, settings: Settings): Promise<number> {
  const [what = '', path, ...others] = command.operands;
  if (others.length > 0 || (path !== undefined && what !== 'verify'))
    throw new UsageError('audit takes one path, to verify.');
  const folder = auditFolder(settings.values.dataFolder);
  if (what === 'verify') return verify(command, settings, path ?? folder);
  if (what === 'show') return show(folder, command.json);
  if (what !== 'export') throw new UsageError(`audit takes verify, show or export, not "${what}".`);
  for await (const piece of exportLog(folder, await logKey(command, settings))) process.stdout.write(piece);
  return 0;
}

async function verify(command: Command, settings: Settings, path: string): Promise<number> {
  const publicKey = await logKey(command, settings);
  if ((await stat(path)).isFile()) return verifyFile(path, publicKey, command.json);
  const { auditAnchorFile } = settings.values;
  const isOwn = resolve(path) === resolve(auditFolder(settings.values.dataFolder));
  const files = command.anchors.length > 0 || !isOwn || auditAnchorFile === null ? command.anchors : [auditAnchorFile];
  const found = await verifyLog(path, { publicKey, anchors: await readAnchors(files) });
  process.stdout.write(command.json ? `${JSON.stringify(found)}\n` : described(found, files.length));
  return found.findings.length === 0 ? 0 : 1;
}

async function verifyFile(file: string, publicKey: KeyObject, isJson: boolean): Promise<number> {
  const found = await verifyExport(file, publicKey);
  const { entries, problem } = found;
  process.stdout.write(
    isJson ? `${JSON.stringify(found)}\n` : `${problem ?? `intact: ${entries} entries, all signed`}\n`,
  );
  return problem === null ? 0 : 1;
}

function described(
  { origin, entries, signed, checkpoints, anchored, findings, notices }: Verification,
  anchors: number,
): string {
  const counts = `${origin ?? 'no log'}: ${entries} entries, ${signed} signed by ${checkpoints} checkpoints`;
  const seen =
    anchors === 0 ? 'no anchor given: that the end was cut off cannot be seen' : `${anchored} seen by anchors`;
  const lines = [
    findings.length === 0
      ? 'intact'
      : `CHANGED: ${findings.length === 100 ? 'more than 100' : findings.length} findings`,
    `${counts}, ${seen}`,
    ...findings.slice(0, 20).map(({ kind, text }) => `  ${kind}: ${text}`),
    ...notices.map((notice) => `  note: ${notice}`),
  ];
  return `${lines.join('\n')}\n`;
}

async function show(folder: string, isJson: boolean): Promise<number> {
  const vault = await SubjectVault.open(folder);
  for await (const entry of readEntries(folder)) {
    const opened = openedEntry(entry, vault);
    process.stdout.write(isJson ? `${JSON.stringify(opened)}\n` : `${lineOf(opened)}\n`);
  }
  return 0;
}

function lineOf({ seq, time, action, outcome, role, subject, detail, personal }: OpenedEntry): string {
  const name = personal?.['name'];
  const who = typeof name === 'string' ? name : (subject ?? '');
  const target = personal?.['target'];
  const about = Object.entries(detail ?? {}).map(([key, value]) => `${key}=${String(value)}`);
  const parts = [
    String(seq).padStart(6),
    time,
    outcome.padEnd(7),
    action,
    role ?? '',
    who,
    typeof target === 'string' ? target : '',
  ];
  return [...parts.filter((part) => part !== ''), ...about].map(printable).join(' ');
}

/** What was sent to the server must not steer a terminal. */
const printable = (text: string): string => text.replace(/[^\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd]/g, '?');

/** @throws CodedError; Error when there is none */
async function logKey({ key }: Command, { values }: Settings): Promise<KeyObject> {
  if (key !== undefined) return readPublicKey(key);
  const { auditKeyFile, dataFolder } = values;
  if (auditKeyFile !== null) return readPublicKey(auditKeyFile);
  return readPublicKey(standardKeyFile()).catch(() => readPublicKey(insideKeyFile(dataFolder)));
}
