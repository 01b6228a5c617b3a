/** What could reach out: a short list, each with a reason why no caller can name the place it reaches. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const PACKAGES = fileURLToPath(new URL('../../', import.meta.url));

/** Of modules and functions by which a program opens connections. Types open none. */
const REACHES_OUT = [
  /^import (?!type)[^;]*from 'undici'/m,
  /from 'node:(?:https|tls|dgram|http2)'/,
  /^import (?!type)[^;]*\b(?:connect|createConnection)\b[^;]*from 'node:net'/m,
  /^import (?!type)[^;]*\b(?:request|get)\b[^;]*from 'node:http'/m,
  /(?<![.#\w])fetch\(/,
  /^import (?!type)[^;]*from 'pg'/m,
  /^import (?!type)[^;]*(?<!type )\bWebSocket\b[^;]*from 'ws'/m,
];

const ALLOWED: Readonly<Record<string, string>> = {
  'resilience/src/http-pools.ts': 'language models, embeddings and alerts, at the addresses of the configuration',
  'server/src/audit/nostr-relay.ts': 'relays, at the addresses of the configuration',
  'server/src/processes/serving-process.ts': 'local sockets of its own processes',
  'server/src/processes/front/upgrade.ts': 'local sockets of its own processes',
  'server/src/replication/link.ts': 'local sockets of its own processes',
  'server/src/cli/connection.ts': 'the command line: the server of its data folder',
  'server/src/cli/config.ts': 'the command line: the server of its data folder, once it has proved that it is it',
  'server/src/cli/pinned-fetch.ts': 'the command line: a server with the certificate that it left in its data folder',
  'server/src/tls/web-server.ts': 'takes connections, makes none',
  'server/src/tls/key-pair.ts': 'looks whether a key fits its certificate, reaches nothing',
  'knowledge/src/store/postgres.ts': 'the database of STORE_URL',
  'knowledge/src/store/postgres/connect.ts': 'the database of STORE_URL',
  'knowledge/src/store/postgres/url.ts': 'reads STORE_URL, reaches nothing',
};

describe('what reaches out', () => {
  it('is known, with the reason why it may', () => {
    const files = globSync(
      '{actors,answering,audit,fusion,graph,identity,knowledge,layout,primitives,protocol,resilience,server,validation}/src/**/*.ts',
      {
        cwd: PACKAGES,
      },
    ).filter((file) => !/\.(?:test|e2e|child)\.ts$|\/conformance\.ts$|\/test-[\w-]+\.ts$/.test(file));
    assert.ok(files.length > 300, `${files.length}`);
    const found = files.filter((file) => {
      const text = readFileSync(`${PACKAGES}${file}`, 'utf8');
      return REACHES_OUT.some((pattern) => pattern.test(text));
    });
    assert.deepEqual(found.toSorted(), Object.keys(ALLOWED).toSorted());
  });
});
