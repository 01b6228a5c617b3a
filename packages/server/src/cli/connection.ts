/** Finding the server that runs with this data folder, if one does. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createClient, type VortexflowClient } from '@vortexflow/client';
import { identityProof } from '../access/access.ts';
import { type DataFolder, dataFiles, readOwnerKey } from '../config/data-folder.ts';
import type { Settings } from '../config/settings.ts';

/** Longest wait for a server that is still loading, ms. */
const LOADING_MS = 60_000;
/** A server that is there may be busy, and this process new to everything, ms. */
const PATIENCE_MS = 10_000;

/** Where a server is, and the owner key that it has shown to know. */
export interface RunningAt {
  readonly url: string;
  readonly key: string;
  /** Calls this server and no other. */
  readonly fetch: typeof fetch;
}

/** A client with the owner key, or null when no server runs with this data folder. Waits while one is loading. */
export async function runningServer(settings: Settings): Promise<VortexflowClient | null> {
  const server = await runningAt(settings);
  return server && createClient({ baseUrl: server.url, key: server.key, fetch: server.fetch });
}

/** The same for calls that the client does not have. */
export async function runningAt(settings: Settings): Promise<RunningAt | null> {
  const found = await runningAddress(settings);
  if (!found) return null;
  const { url } = found;
  for (let left = LOADING_MS / 250; left > 0; left--) {
    const ready = await found.fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2000) }).catch(() => null);
    if (ready?.ok) break;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return found;
}

/**
 * The same of a server that may still be loading; null when none runs. The key goes only to a server that has shown that
 * it knows it.
 */
export async function runningAddress(settings: Settings): Promise<RunningAt | null> {
  const files = dataFiles(settings.values.dataFolder);
  const note = await readNote(files);
  if (note === null) return null;
  const { key } = await readOwnerKey(files, settings.values);
  const running = {
    url: note.url,
    key,
    fetch: note.certificate === null ? fetch : (await import('./pinned-fetch.ts')).pinnedFetch(note.certificate),
  };
  return (await knowsKey(running)) ? running : null;
}

interface Note {
  readonly url: string;
  /** Fingerprint (SHA-256) of its certificate; null where it speaks no TLS. */
  readonly certificate: string | null;
}

/** What a server left behind; null when there is nothing, or nothing that can be read. */
async function readNote(files: DataFolder): Promise<Note | null> {
  try {
    const { url, certificate } = JSON.parse(await readFile(files.address, 'utf8')) as Record<string, unknown>;
    if (typeof url !== 'string' || !URL.canParse(url)) return null;
    return { url, certificate: typeof certificate === 'string' ? certificate : null };
  } catch {
    return null;
  }
}

async function knowsKey({ url, key, fetch }: RunningAt): Promise<boolean> {
  const nonce = randomBytes(16).toString('hex');
  try {
    const response = await fetch(`${url}/api/v1/identity?nonce=${nonce}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const { proof } = (await response.json()) as { proof?: unknown };
    return proof === identityProof(key, nonce);
  } catch {
    return false;
  }
}
