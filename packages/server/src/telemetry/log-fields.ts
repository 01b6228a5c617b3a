/**
 * What may stand in a log line. Fields that are not in this table do not go out, so that a secret in an object that somebody logs one
 * day goes nowhere; texts pass through a filter for what looks like a secret, or is known to be one.
 */

/** How a field's value is read; null: it is not what it should be, and stays out. */
type Read = (value: unknown, scrub: Scrub) => unknown;
/** Takes secrets out of a text. */
type Scrub = (text: string) => string;

/** Longest text of a field, characters. */
const MAX_TEXT = 2_048;

const text: Read = (value, scrub) => (typeof value === 'string' ? scrub(value.slice(0, MAX_TEXT)) : null);
/** From tables, or checked where it came in. */
const word: Read = (value) => (typeof value === 'string' ? value.slice(0, MAX_TEXT) : null);
const number: Read = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : null);
const truth: Read = (value) => (typeof value === 'boolean' ? value : null);
const either: Read = (value, scrub) => number(value, scrub) ?? text(value, scrub);
const list: Read = (value, scrub) =>
  Array.isArray(value) ? value.slice(0, 32).flatMap((one) => text(one, scrub) ?? []) : null;
const failure: Read = (value, scrub) => failureOf(value, scrub, 0);

const FIELDS: Readonly<Record<string, Read>> = {
  // Requests
  request_id: word,
  method: word,
  route: word,
  status: number,
  ms: number,
  code: word,
  flags: list,
  err: failure,
  // Parts and processes
  actor: text,
  reason: text,
  thread: either,
  serving: number,
  process: number,
  processes: number,
  circuit: text,
  silent_ms: number,
  signal: text,
  // What is offered
  answers: text,
  before: text,
  writes: truth,
  offered: text,
  // Knowledge
  document: text,
  documents: number,
  // Access, configuration, audit
  event: word,
  how: word,
  credential: word,
  failures: number,
  rule: text,
  relay: text,
  role: text,
  setting: text,
  version: number,
  tier: text,
  outcome: text,
};

/** Names of fields that were left out are told, their values not. */
export function allowedFields(given: object, scrub: Scrub): Record<string, unknown> {
  const allowed: Record<string, unknown> = {};
  const hidden: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    const read = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    const known = read ? read(value, scrub) : null;
    if (known !== null) allowed[name] = known;
    else if (value !== undefined && value !== null) hidden.push(name);
  }
  return hidden.length === 0 ? allowed : { ...allowed, hidden: hidden.slice(0, 8).map((name) => name.slice(0, 64)) };
}

/** Causes of causes, at most. */
const MAX_CAUSES = 3;

/** Of what was thrown: name, code, message, stack, and the same of its cause. Other fields of errors hold what they like. */
function failureOf(value: unknown, scrub: Scrub, depth: number): Record<string, unknown> | null {
  if (!(value instanceof Error)) return typeof value === 'string' ? { message: scrub(value.slice(0, MAX_TEXT)) } : null;
  const { name, message, stack, cause } = value;
  const { code } = value as { code?: unknown };
  const inner = depth < MAX_CAUSES ? failureOf(cause, scrub, depth + 1) : null;
  return {
    type: name,
    ...(typeof code === 'string' ? { code: scrub(code) } : {}),
    message: scrub(message.slice(0, MAX_TEXT)),
    ...(stack === undefined ? {} : { stack: scrub(stack.slice(0, 2 * MAX_TEXT)) }),
    ...(inner === null ? {} : { cause: inner }),
  };
}

/** What looks like a secret: bearer tokens, our own keys, user and password in an address. */
const LOOKS_SECRET: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic|Nostr) +[\w.~+/=-]{8,}/gi, '$1 [secret]'],
  [/\bvf[a-z]?_[\w-]{16,}/g, '[secret]'],
  [/(\/\/)[^\s/@]{1,256}@/g, '$1[secret]@'],
  [/\b(password|passwd|secret|token|api[_-]?key)(["']?\s*[=:]\s*["']?)[^\s"',;&]{4,}/gi, '$1$2[secret]'],
];

/** Shorter ones would be found in any text. */
const LEAST_SECRET = 8;

/** @param secrets that are known, taken out wherever they stand */
export function scrubber(secrets: readonly string[]): Scrub {
  return (given) => {
    let scrubbed = given;
    for (const secret of secrets)
      if (secret.length >= LEAST_SECRET && scrubbed.includes(secret))
        scrubbed = scrubbed.replaceAll(secret, '[secret]');
    for (const [pattern, instead] of LOOKS_SECRET) scrubbed = scrubbed.replace(pattern, instead);
    return scrubbed;
  };
}
