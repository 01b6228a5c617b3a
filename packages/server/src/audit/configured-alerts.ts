/** Who is called about incidents, by the settings. Addresses of such services hold their secret, so they come by reference. */
import type { Clock } from '@vortexflow/primitives';
import { Counter, Gauge, type Registry } from 'prom-client';
import { readSecretFile } from '../config/secret-file.ts';
import { SettingError } from '../config/setting-error.ts';
import type { Settings } from '../config/settings.ts';
import type { Logger } from '../telemetry/logger.ts';
import { AlertHook } from './alert-hook.ts';

export interface AlertWorld {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: Registry;
}

/** null when nobody is to be called. @throws SettingError for an address or a key that is missing, cannot be read or is none */
export async function configuredAlerts({ values }: Settings, world: AlertWorld): Promise<AlertHook | null> {
  const { alertUrlEnv, alertUrlFile, alertKeyEnv, alertKeyFile } = values;
  const url = await referred(alertUrlEnv, alertUrlFile, 'ALERT_URL');
  const key = await referred(alertKeyEnv, alertKeyFile, 'ALERT_KEY');
  if (url === null && key === null) return null;
  if (url === null) throw new SettingError('ALERT_KEY_ENV and ALERT_KEY_FILE need ALERT_URL_ENV or ALERT_URL_FILE.');
  return openHook(readAddress(url), key === null ? null : readKey(key), world);
}

function openHook(url: string, key: Buffer | null, { clock, logger, registry }: AlertWorld): AlertHook {
  const counts = new Counter({
    name: 'vortex_alerts_total',
    help: 'Alerts about incidents: told, tries that failed, and alerts that nobody has taken.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const hook = new AlertHook({
    url,
    key,
    clock,
    random: Math.random,
    onOutcome: (outcome, failure) => {
      counts.inc({ outcome });
      if (failure !== null)
        logger.warn({ reason: failure }, 'nobody could be told of an incident; it will be tried again');
    },
  });
  const waiting: Gauge = new Gauge({
    name: 'vortex_alerts_waiting',
    help: 'Alerts that nobody has taken yet.',
    registers: [registry],
    collect: () => waiting.set(hook.waiting),
  });
  return hook;
}

/** What a variable or the first line of a file holds; null when neither is named. */
async function referred(variable: string | null, file: string | null, name: string): Promise<string | null> {
  if (variable !== null) {
    const text = process.env[variable]?.trim() ?? '';
    if (text === '') throw new SettingError(`${name}_ENV names a variable that is not set.`);
    return text;
  }
  return file === null ? null : (await readSecretFile(file, `${name}_FILE`)).trim();
}

function readAddress(text: string): string {
  const url = URL.parse(text);
  const isAddress = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (!isAddress)
    throw new SettingError('ALERT_URL_ENV or ALERT_URL_FILE must name an address, e.g. https://alerts.example/hook.');
  return url.href;
}

/** As Standard Webhooks writes its keys: 24 to 64 bytes in Base64, with or without `whsec_` before them. */
function readKey(text: string): Buffer {
  const written = text.replace(/^whsec_/, '');
  const bytes = /^[A-Za-z0-9+/]+={0,2}$/.test(written) ? Buffer.from(written, 'base64') : Buffer.alloc(0);
  if (bytes.length < 24 || bytes.length > 64)
    throw new SettingError(
      'ALERT_KEY_ENV or ALERT_KEY_FILE must name a key of 24 to 64 bytes in Base64; "openssl rand -base64 32" makes one.',
    );
  return bytes;
}
