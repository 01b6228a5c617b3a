/**
 * `node bench/src/screens.ts [folder]`: pictures of WordNet 0.5, 2 and 10 s after a server without anything cached is ready.
 * The page is opened while the server still reads, as a person does who has just started it, so that the browser, which
 * takes seconds for that in software, has its renderer by then. Times are those at which the picture is asked for.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browserPath, spawnServer, WEBGL_FLAGS } from '@vortexflow/testkit';
import { chromium } from 'playwright-core';

const SECONDS = [0.5, 2, 10];
const PATIENCE_MS = 60_000;
const folder = process.argv[2] ?? 'docs';
if (browserPath === undefined) throw new Error('no Chromium found');

/** A port that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function until(address: string, good: (response: Response) => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const response = await fetch(address).catch(() => null);
    await response?.body?.cancel();
    if (response && good(response)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${address} does not answer as it should`);
}

const browser = await chromium.launch({ executablePath: browserPath, args: [...WEBGL_FLAGS] });
const dataFolder = await mkdtemp(join(tmpdir(), 'vortexflow-screens-'));
const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const server = await spawnServer({ dataFolder, cached: false, env: { PORT: String(port) } });
try {
  await until(`${url}/health/ready`, () => true);
  await page.goto(url);
  await until(`${url}/health/ready`, ({ ok }) => ok);
  const ready = performance.now();
  for (const seconds of SECONDS) {
    await page.waitForTimeout(Math.max(0, seconds * 1000 - (performance.now() - ready)));
    const asked = (performance.now() - ready) / 1000;
    await page.screenshot({ path: join(folder, `wordnet-${seconds}s.png`), timeout: PATIENCE_MS });
    process.stdout.write(`wordnet-${seconds}s.png: asked for at ${asked.toFixed(1)} s\n`);
  }
} finally {
  await server.stop();
  await browser.close();
  await rm(dataFolder, { recursive: true, force: true });
}
