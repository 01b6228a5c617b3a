/** Where a server is found: who may come in at all, its port, and the note that tells the command line. */
import { rename, rm, writeFile } from 'node:fs/promises';
import type { DisposalStack } from '@vortexflow/primitives';
import type { DataFolder } from '../config/data-folder.ts';
import { isLoopbackHost, SettingError, type Settings } from '../config/settings.ts';
import type { Certificate } from '../tls/certificate.ts';
import type { KeyPair } from '../tls/key-pair.ts';

/** @throws SettingError when other machines could come in and nobody has decided who may */
export function requireAccess({ values, sources }: Settings): void {
  const isDecided = sources.ownerKey !== 'default' || sources.ownerKeyFile !== 'default';
  if (isLoopbackHost(values.host) || isDecided) return;
  throw new SettingError(
    `HOST ${values.host} would let other machines in, and no access is configured. ` +
      'Set VORTEXFLOW_OWNER_KEY to a secret of at least 16 characters, or VORTEXFLOW_OWNER_KEY_FILE to a file that holds one, or HOST to 127.0.0.1.',
  );
}

const MAX_PORT_TRIES = 50;

/** Where a server listens. */
export interface Bound {
  readonly url: string;
  /** The wanted port was taken. */
  readonly otherPort: boolean;
}

/**
 * Takes the wanted port or the next free one.
 * @param isTls TLS is spoken there
 * @param attempt listens on a port, and gives the one it got
 */
export async function listen(
  host: string,
  wanted: number,
  isTls: boolean,
  attempt: (port: number) => Promise<number>,
): Promise<Bound> {
  const scheme = isTls ? 'https' : 'http';
  for (let port = wanted; ; port++) {
    try {
      const bound = await attempt(port);
      const name = host.includes(':') ? `[${host}]` : host;
      return { url: reachable(`${scheme}://${name}:${bound}`), otherPort: port !== wanted };
    } catch (failure) {
      const taken = (failure as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!taken || port - wanted >= MAX_PORT_TRIES || port >= 65_535) throw failure;
    }
  }
}

/** An address of this machine for a server that listens on all of them. */
function reachable(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}

/**
 * Lets the command line find the running server, and know it by its certificate, which names another host than the one
 * that is called on this machine.
 */
export async function announce(
  files: DataFolder,
  url: string,
  certificate: Certificate | null,
  disposal: DisposalStack,
): Promise<void> {
  let written = note(files, url, certificate?.pair ?? null);
  await written;
  // A note of a certificate that is gone would only keep the command line from this server.
  const leave = certificate?.onChange((pair) => {
    written = written.then(() => note(files, url, pair)).catch(() => undefined);
  });
  disposal.use(files.address, async (file) => {
    leave?.();
    await written;
    await rm(file, { force: true });
  });
}

async function note(files: DataFolder, url: string, pair: KeyPair | null): Promise<void> {
  const partial = `${files.address}.${process.pid}.partial`;
  const fingerprint = pair === null ? {} : { certificate: pair.leaf.fingerprint256 };
  await writeFile(partial, JSON.stringify({ url, pid: process.pid, ...fingerprint }), { mode: 0o600 });
  await rename(partial, files.address);
}
