/**
 * `node bench/src/screens.ts [folder]`: pictures of WordNet 0.5, 2 and 10 s after the page was opened, beside a server that
 * has just started and has no layout from before. Times are those at which the picture is asked for: drawing in software
 * takes a while.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browserPath, launchServer, WEBGL_FLAGS } from '@vortexflow/testkit';
import { chromium } from 'playwright-core';

const SECONDS = [0.5, 2, 10];
const folder = process.argv[2] ?? 'docs';
if (browserPath === undefined) throw new Error('no Chromium found');
const browser = await chromium.launch({ executablePath: browserPath, args: [...WEBGL_FLAGS] });
const dataFolder = await mkdtemp(join(tmpdir(), 'vortexflow-screens-'));
const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
const server = await launchServer({ dataFolder });
try {
  const opened = performance.now();
  await page.goto(server.url);
  for (const seconds of SECONDS) {
    await page.waitForTimeout(Math.max(0, seconds * 1000 - (performance.now() - opened)));
    const asked = (performance.now() - opened) / 1000;
    await page.screenshot({ path: join(folder, `wordnet-${seconds}s.png`), timeout: 60_000 });
    process.stdout.write(`wordnet-${seconds}s.png: asked for at ${asked.toFixed(1)} s\n`);
  }
} finally {
  await server.stop();
  await browser.close();
  await rm(dataFolder, { recursive: true, force: true });
}
