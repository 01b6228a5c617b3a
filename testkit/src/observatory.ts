/** MDN's HTTP Observatory, which grades the security headers of a site, against a server of ours on this machine. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeCertificate } from './certificate.ts';
import { onFreePort } from './free-port.ts';
import { launchServer } from './launch.ts';

/** Not a dependency of this package: it lies in a folder of its own; see the README. */
const PACKAGE = '@mdn/mdn-http-observatory';
const SCANNER = new URL(`../observatory/node_modules/${PACKAGE}/src/index.js`, import.meta.url);
const CHILD = fileURLToPath(new URL('observatory.child.ts', import.meta.url));
const HOST = 'graph.example';

/** Why nothing can be scanned here; undefined when it can. */
export const observatoryMissing: string | undefined = existsSync(SCANNER)
  ? undefined
  : 'the scanner is not installed: npm ci --prefix testkit/observatory';

/** What the scanner says of one path. */
export interface Observation {
  readonly path: string;
  /** `A+` to `F`. */
  readonly grade: string;
  /** 100 is the beginning; beyond it is extra credit. */
  readonly score: number;
  readonly tests: readonly ObservedTest[];
}

export interface ObservedTest {
  readonly name: string;
  readonly result: string;
  readonly pass: boolean;
  /** Points that it gave or took. */
  readonly modifier: number;
}

/**
 * Launches a server that speaks TLS as `https://graph.example`, and scans it.
 * @param paths each must be answered to everybody
 * @throws Error of the scanner, e.g. for a path that is not answered
 */
export async function observe(paths: readonly string[]): Promise<readonly Observation[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vortexflow-observatory-'));
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  try {
    const { cert, key } = makeCertificate({ names: [HOST] });
    await writeFile(files.cert, cert);
    await writeFile(files.key, key, { mode: 0o600 });
    const { server, redirectPort } = await onFreePort(async (redirectPort) => {
      const env = {
        PUBLIC_ORIGIN: `https://${HOST}`,
        TLS_CERT_FILE: files.cert,
        TLS_KEY_FILE: files.key,
        TLS_REDIRECT_PORT: String(redirectPort),
      };
      return { server: await launchServer({ env }), redirectPort };
    });
    try {
      const observations: Observation[] = [];
      for (const path of paths) observations.push(await scan(path, new URL(server.url).port, redirectPort, files.cert));
      return observations;
    } finally {
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Scanned {
  readonly scan: { readonly grade: string; readonly score: number };
  readonly tests: Readonly<Record<string, { result: string; pass: boolean; scoreModifier?: number }>>;
}

async function scan(path: string, https: string, http: number, authority: string): Promise<Observation> {
  const args = [CHILD, SCANNER.href, HOST + path, https, String(http)];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: authority },
    timeout: 60_000,
  });
  const { scan: whole, tests } = JSON.parse(stdout) as Scanned;
  return {
    path,
    grade: whole.grade,
    score: whole.score,
    tests: Object.entries(tests).map(([name, { result, pass, scoreModifier = 0 }]) => ({
      name,
      result,
      pass,
      modifier: scoreModifier,
    })),
  };
}
