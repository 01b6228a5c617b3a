/** The rows of the table of settings that are about the audit log and its incidents. */
import { readRelay } from '../audit/relay-address.ts';
import { setting } from './setting.ts';
import { list, matching, PATH, truth } from './setting-type.ts';

/** Where a secret is, in two settings of one name. */
const reference = (name: string, title: string, what: string) => ({
  env: setting<string | null>({
    variable: `${name}_ENV`,
    fallback: null,
    type: matching(/^[A-Za-z_]\w{0,127}$/, `the NAME of an environment variable, not what it holds`),
    title: `Variable of the ${title}`,
    help: `Name of the variable that holds ${what}.`,
    isSecret: true,
  }),
  file: setting<string | null>({
    variable: `${name}_FILE`,
    fallback: null,
    type: PATH,
    title: `File of the ${title}`,
    help: `File that holds ${what}, in its first line.`,
    isSecret: true,
  }),
});
const ALERT_URL = reference(
  'ALERT_URL',
  'address of alerts',
  'the address that is called with each incident (Standard Webhooks), which may be a secret itself',
);
const ALERT_KEY = reference(
  'ALERT_KEY',
  'key of alerts',
  'the key that signs what is sent there, Base64 of 24 to 64 bytes',
);

export const AUDIT_SETTINGS = {
  auditKeyFile: setting<string | null>({
    variable: 'AUDIT_KEY_FILE',
    fallback: null,
    type: PATH,
    title: 'Key of the audit log',
    help: "File of the key that signs the audit log, made when missing; else in the user's configuration folder.",
  }),
  auditAnchorFile: setting<string | null>({
    variable: 'AUDIT_ANCHOR_FILE',
    fallback: null,
    type: PATH,
    title: 'Anchor of the audit log',
    help: 'File on another volume that also gets every signed checkpoint of the audit log.',
  }),
  auditAnchorStdout: setting<boolean>({
    variable: 'AUDIT_ANCHOR_STDOUT',
    fallback: false,
    type: truth,
    title: 'Checkpoints on standard output',
    help: 'true: every signed checkpoint of the audit log is also a line on standard output.',
  }),
  auditNostrRelays: setting<readonly string[]>({
    variable: 'AUDIT_NOSTR_RELAYS',
    fallback: [],
    type: list('addresses of relays, e.g. wss://relay.example', readRelay),
    title: 'Nostr relays of the audit log',
    help: 'Nostr relays that also get signed checkpoints of the audit log, one a minute at most, separated by commas.',
  }),
  auditNostrKeyEnv: setting<string | null>({
    variable: 'AUDIT_NOSTR_KEY_ENV',
    fallback: null,
    type: matching(/^[A-Za-z_]\w{0,127}$/, 'the NAME of an environment variable, not the key'),
    title: 'Variable of the Nostr key',
    help: 'Name of the variable that holds the secret key for AUDIT_NOSTR_RELAYS, 64 hexadecimal digits.',
    isSecret: true,
  }),
  auditNostrKeyFile: setting<string | null>({
    variable: 'AUDIT_NOSTR_KEY_FILE',
    fallback: null,
    type: PATH,
    title: 'File of the Nostr key',
    help: 'File that holds that key, in its first line.',
    isSecret: true,
  }),
  alertUrlEnv: ALERT_URL.env,
  alertUrlFile: ALERT_URL.file,
  alertKeyEnv: ALERT_KEY.env,
  alertKeyFile: ALERT_KEY.file,
} as const;
