/** What the page costs the browser's main thread, with the whole graph on screen. */
import { browserPath, WEBGL_FLAGS } from '@vortexflow/testkit';
import { chromium, type Page } from 'playwright-core';
import type { Figure } from './figure.ts';

const NODES = 117_791;
const ORBIT_STEPS = 60;
interface Stats {
  readonly fps: number;
  readonly frameMs: { readonly p50: number; readonly p95: number };
  readonly frames: number;
  readonly nodes: number;
}

declare global {
  // oxlint-disable-next-line vars-on-top -- the page's own global, seen from inside page.evaluate
  var __vortexflow: { stats(): Stats } | undefined;
}

/** Loads the page, asks, orbits, and reads what the page measured of itself. */
export async function measurePage(url: string): Promise<Figure[]> {
  if (browserPath === undefined)
    return [{ what: 'main-thread time a frame of the page', value: 'not measured: no Chromium found' }];
  const browser = await chromium.launch({ executablePath: browserPath, args: [...WEBGL_FLAGS] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    const start = performance.now();
    await page.goto(url);
    await page.waitForFunction((wanted) => (globalThis.__vortexflow?.stats().nodes ?? 0) >= wanted, NODES, {
      timeout: 120_000,
    });
    const loaded = (performance.now() - start) / 1000;
    await orbit(page);
    const { fps, frameMs, frames } = await page.evaluate(() => globalThis.__vortexflow?.stats() as Stats);
    const work = `p50 ${frameMs.p50.toFixed(2)} ms, p95 ${frameMs.p95.toFixed(2)} ms over the latest of ${frames} frames`;
    return [
      { what: 'page with the whole graph on screen (software rendering, 1280x720)', value: `${loaded.toFixed(1)} s` },
      {
        what: "main thread's own work a frame while orbiting",
        value: `${work} = ${Math.floor(1000 / frameMs.p50)} frames/s of main-thread work`,
      },
      { what: 'frames/s on screen while orbiting, software rendering', value: fps.toFixed(1) },
    ];
  } finally {
    await browser.close();
  }
}

/** Drags slowly around, so that every frame is drawn anew. */
async function orbit(page: Page): Promise<void> {
  await page.mouse.move(640, 400);
  await page.mouse.down();
  for (let step = 0; step < ORBIT_STEPS; step++) {
    await page.mouse.move(640 + 200 * Math.sin(step / 8), 400 + 60 * Math.cos(step / 8));
    await page.waitForTimeout(100);
  }
  await page.mouse.up();
}
