/**
 * Requests that are wrong in themselves, from a file of JSON lines, sent as bytes: what an HTTP library would not send is
 * among them. A line is `{ "cls", "name", "expect" }` with the bytes (`raw`), or `method`, `path`, `headers` and a body
 * (`body`; `bodyB64`; `gen`, which says what to make, such as `depthArr:5000`).
 */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';

interface Row {
  readonly cls: string;
  readonly name: string;
  /** Statuses that refuse it. */
  readonly expect: readonly number[];
  readonly raw?: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly bodyB64?: string;
  readonly gen?: string;
}

export interface StructuralAttack {
  readonly name: string;
  readonly expected: ReadonlySet<number>;
  /** @param host as the server is addressed */
  readonly bytes: (host: string) => Buffer;
}

/** How an attack ended. */
interface StructuralOutcome {
  /** Of all answers on the connection. */
  readonly statuses: readonly number[];
  readonly isRefused: boolean;
  readonly ms: number;
}

/** A request that waits for more to come is given up by the server before that (`requestTimeout`, 30 s). */
const PATIENCE_MS = 40_000;
/** Another answer on the same connection would follow within this. */
const SILENCE_MS = 200;
/** What was not received in time is refused as well, if not by any of the statuses that the corpus names. */
const LATE = 408;
/** What no answer may hold: a file of the system, of a package, of a repository. */
const LEAK = /root:.*:0:0|"dependencies"|\[core\]/;

export function readStructural(file: string): StructuralAttack[] {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => {
    const row = JSON.parse(line) as Row;
    return {
      name: `${row.cls}: ${row.name.slice(0, 60)}`,
      expected: new Set([...row.expect, LATE]),
      bytes: (host) => bytesOf(row, host),
    };
  });
}

/** Sends it on a connection of its own. Closed without an answer is refused, too; silence is not. */
export async function attack(url: URL, { bytes, expected }: StructuralAttack): Promise<StructuralOutcome> {
  const start = performance.now();
  const { promise, resolve } = Promise.withResolvers<{ text: string; isClosed: boolean }>();
  const socket = connect(Number(url.port), url.hostname);
  let [text, ms] = ['', Number.NaN];
  socket.on('data', (data) => {
    if (text === '') ms = performance.now() - start;
    text += data.toString('latin1');
    socket.setTimeout(SILENCE_MS);
  });
  socket.setTimeout(PATIENCE_MS, () => {
    resolve({ text, isClosed: false });
    socket.destroy();
  });
  socket.once('close', () => resolve({ text, isClosed: true })).on('error', () => undefined);
  socket.write(bytes(url.host));
  const said = await promise;
  const statuses = [...said.text.matchAll(/HTTP\/1\.[01] (\d{3})/g)].map(([, status]) => Number(status));
  const isRefused =
    (statuses.length > 0 || said.isClosed) && statuses.every((status) => expected.has(status)) && !LEAK.test(said.text);
  return { statuses, isRefused, ms: Number.isNaN(ms) ? performance.now() - start : ms };
}

function bytesOf(row: Row, host: string): Buffer {
  if (row.raw !== undefined)
    return Buffer.from(row.raw.replaceAll('Host: localhost\r\n', `Host: ${host}\r\n`), 'latin1');
  const body = bodyOf(row);
  const lines = Object.entries({
    host,
    connection: 'close',
    ...row.headers,
    ...(body && { 'content-length': String(body.length) }),
  }).map(([name, value]) => `${name}: ${value}`);
  const head = [`${row.method} ${row.path} HTTP/1.1`, ...lines, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), body ?? Buffer.alloc(0)]);
}

function bodyOf({ body, bodyB64, gen }: Row): Buffer | null {
  if (gen !== undefined) return generate(gen);
  if (bodyB64 !== undefined) return Buffer.from(bodyB64, 'base64');
  return body === undefined ? null : Buffer.from(body);
}

const question = (rest: string): Buffer => Buffer.from(`{"input":"x",${rest}}`);
const longText = (length: number): Buffer => Buffer.from(`{"input":"${'a'.repeat(length)}"}`);
const members = (count: number, nameOf: (i: number) => string): Buffer =>
  question(Array.from({ length: count }, (_, i) => `"${nameOf(i)}":1`).join(','));

const GENERATORS: Readonly<Record<string, (size: number) => Buffer>> = {
  depthArr: (depth) => question(`"options":${'['.repeat(depth)}${']'.repeat(depth)}`),
  depthObj: (depth) => question(`"options":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
  keys: (count) => members(count, (i) => `k${i}`),
  // Keys that hash tables of integers would put into one place.
  intkeys: (count) => members(count, (i) => String(i * 65_536)),
  str: longText,
  digits: (count) => question(`"min_confidence":0.${'9'.repeat(count)}`),
  gzip: (length) => gzipSync(longText(length)),
  gzip2: (length) => gzipSync(gzipSync(longText(length))),
};

function generate(what: string): Buffer {
  const [kind = '', size = ''] = what.split(':');
  const make = GENERATORS[kind];
  if (!make) throw new Error(`nothing is known of how to make "${what}"`);
  return make(Number(size));
}
