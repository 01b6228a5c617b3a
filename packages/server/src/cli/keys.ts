/** `vortexflow keys create NAME | list | revoke ID` and `vortexflow link`: access to the running server. */
import type { VortexflowClient } from '@vortexflow/client';
import { type Scope, SCOPES } from '@vortexflow/identity';
import type { ApiKeysResponse } from '@vortexflow/protocol';
import type { Settings } from '../config/settings.ts';
import { type Command, UsageError } from './arguments.ts';
import { runningServer } from './connection.ts';

/** Days that a key is good when nothing is said. */
const DEFAULT_DAYS = 90;

export async function runKeys(command: Command, settings: Settings): Promise<number> {
  const [action, ...rest] = command.operands;
  const text = rest.join(' ').trim();
  if (action === 'create' && text !== '') await createKey(await requireServer(settings), text, command);
  else if (action === 'list' && text === '') await listKeys(await requireServer(settings), command);
  else if (action === 'revoke' && text !== '') await (await requireServer(settings)).access.revokeKey(text);
  else throw new UsageError('keys takes: create NAME, list, or revoke ID.');
  return 0;
}

export async function runLink(command: Command, settings: Settings): Promise<number> {
  const { url, expires_in_s: left } = await (await requireServer(settings)).access.link();
  process.stdout.write(command.json ? `${JSON.stringify({ url, expires_in_s: left })}\n` : `${url}\n`);
  return 0;
}

async function requireServer(settings: Settings): Promise<VortexflowClient> {
  const client = await runningServer(settings);
  if (!client) throw new UsageError('No server runs with this data folder.');
  return client;
}

async function createKey(client: VortexflowClient, name: string, { scopes, days, json }: Command): Promise<void> {
  const wish = { name, scopes: readScopes(scopes), expires_in_days: readDays(days) };
  const { key, record } = await client.access.createKey(wish);
  if (json) process.stdout.write(`${JSON.stringify({ key, record })}\n`);
  else process.stdout.write(`${key}\n`);
}

async function listKeys(client: VortexflowClient, { json }: Command): Promise<void> {
  const { keys } = await client.access.keys({ all: true });
  process.stdout.write(json ? `${JSON.stringify(keys)}\n` : keys.map((key) => `${lineOf(key)}\n`).join(''));
}

function lineOf({ id, name, scopes, expires_at, last_used_at }: ApiKeysResponse['keys'][number]): string {
  const end = expires_at === null ? 'no end' : `until ${expires_at.slice(0, 10)}`;
  const used = last_used_at === null ? 'never used' : `used ${last_used_at.slice(0, 10)}`;
  return `${id}  ${name}  ${scopes.join(',')}  ${end}  ${used}`;
}

function readScopes(text: string | undefined): Scope[] {
  const named = (text ?? 'look,ask').split(',').map((one) => one.trim());
  const wrong = named.find((one) => !(SCOPES as readonly string[]).includes(one));
  if (wrong !== undefined) throw new UsageError(`--scopes takes ${SCOPES.join(', ')}.`);
  return [...new Set(named)] as Scope[];
}

/** null: a key without an end. */
function readDays(text: string | undefined): number | null {
  if (text === undefined) return DEFAULT_DAYS;
  if (text === 'never') return null;
  if (!/^[1-9]\d{0,3}$/.test(text) || Number(text) > 3_650) throw new UsageError('--days takes 1 to 3650, or never.');
  return Number(text);
}
