/** What the page costs the browser's main thread, with the whole graph and 200 names on screen, on both renderers. */
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { browserPath, WEBGL_FLAGS, WEBGPU_FLAGS } from '@vortexflow/testkit';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Figure } from './figure.ts';

const NODES = 117_791;
/** As many as the page allows. */
const NAMES = 200;
/** How far the mouse drags to either side, CSS pixels: a few degrees, so that most of what is named stays in sight. */
const SWING = { x: 60, y: 20 } as const;
const ORBIT_MS = 8000;
const PATIENCE_MS = 120_000;
const MOST_KILOBYTES = 160;
const MOST_DRAW_MS = 1;
const MOST_OWN_MS = 4;

const BACKENDS = [
  { name: 'webgpu', query: 'webgpu', flags: WEBGPU_FLAGS },
  { name: 'webgl2', query: 'webgl', flags: WEBGL_FLAGS },
] as const;

interface Spent {
  readonly p50: number;
  readonly p95: number;
}

interface Stats {
  readonly backend: string | null;
  readonly device: string;
  readonly fps: number;
  readonly frameMs: Spent;
  readonly drawMs: Spent;
  readonly frames: number;
  readonly nodes: number;
  readonly names: readonly string[];
}

declare global {
  // oxlint-disable-next-line vars-on-top -- the page's own global, seen from inside page.evaluate
  var __vortexflow: { stats(): Stats } | undefined;
}

/** Size of the page, then for each renderer: loads the page, orbits, and reads what it measured of itself. */
export async function measurePage(url: string): Promise<Figure[]> {
  const figures = [await pageSize()];
  if (browserPath === undefined)
    return [...figures, { what: 'main-thread time a frame of the page', value: 'not measured: no Chromium found' }];
  for (const { name, query, flags } of BACKENDS) {
    const browser = await chromium.launch({ executablePath: browserPath, args: [...flags] });
    try {
      figures.push(...(await measureBackend(browser, name, `${url}/?names=${NAMES}&renderer=${query}`)));
    } finally {
      await browser.close();
    }
  }
  return figures;
}

/** All scripts of the page, engine and renderers included. */
async function pageSize(): Promise<Figure> {
  const folder = fileURLToPath(new URL('../../packages/web/dist/assets/', import.meta.url));
  const scripts = (await readdir(folder)).filter((file) => file.endsWith('.js'));
  const sizes = await Promise.all(scripts.map(async (file) => gzipSync(await readFile(folder + file)).length));
  const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000;
  return {
    what: 'scripts of the page, gzipped',
    value: `${kilobytes.toFixed(1)} KB`,
    goal: `<= ${MOST_KILOBYTES} KB`,
    met: kilobytes <= MOST_KILOBYTES,
  };
}

async function measureBackend(browser: Browser, name: string, address: string): Promise<Figure[]> {
  const what = (text: string): string => `${name} (1280x720): ${text}`;
  const spent = ({ p50, p95 }: Spent): string => `p50 ${p50.toFixed(2)} ms, p95 ${p95.toFixed(2)} ms`;
  const real = await orbitPage(browser, name, address, false);
  const { stats, namesAtRest, namesShown, threadMs } = await orbitPage(browser, name, address, true);
  return [
    { what: what('the whole graph on screen, software rendering'), value: `${real.loadedSeconds.toFixed(1)} s` },
    { what: what('frames/s while orbiting, software rendering'), value: real.stats.fps.toFixed(1) },
    {
      what: what(
        `inside the draw call while orbiting, names on screen ${namesAtRest} at rest and ${namesShown} meanwhile, raster time taken out`,
      ),
      value: `${spent(stats.drawMs)}, the latest of ${stats.frames} frames`,
      goal: `p50 <= ${MOST_DRAW_MS} ms`,
      met: stats.drawMs.p50 <= MOST_DRAW_MS,
    },
    {
      what: what('all own work of the main thread a frame, raster time taken out'),
      value: spent(stats.frameMs),
      goal: `p50 <= ${MOST_OWN_MS} ms`,
      met: stats.frameMs.p50 <= MOST_OWN_MS,
    },
    {
      what: what("main thread's processor time a frame, with the browser's own style, layout and compositing"),
      value: `mean ${threadMs.toFixed(2)} ms`,
    },
  ];
}

/**
 * Loads the page, orbits, and reads what it measured of itself.
 *
 * @param empty every draw call is made with no vertices: all that the main thread does for it stays, and the processor
 *   that stands in for a GPU does not take its time away
 */
async function orbitPage(browser: Browser, name: string, address: string, empty: boolean) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  page.setDefaultTimeout(PATIENCE_MS);
  if (empty) await page.addInitScript(emptyDrawCalls);
  const start = performance.now();
  await page.goto(address);
  await page.waitForFunction((wanted) => (globalThis.__vortexflow?.stats().nodes ?? 0) >= wanted, NODES);
  await page.waitForFunction(() => (globalThis.__vortexflow?.stats().names.length ?? 0) > 0);
  const loadedSeconds = (performance.now() - start) / 1000;
  const namesAtRest = await comeNearer(page);
  const clock = await threadClock(page);
  const before = await clock();
  const namesShown = await orbit(page);
  const after = await clock();
  const stats = await page.evaluate(() => globalThis.__vortexflow?.stats() as Stats);
  await page.close();
  if (stats.backend !== name) throw new Error(`${stats.backend ?? 'nothing'} drew instead of ${name}`);
  return {
    loadedSeconds,
    stats,
    namesAtRest,
    namesShown,
    threadMs: (after.ms - before.ms) / (after.frames - before.frames),
  };
}

/** Runs in the page, before its own scripts. */
function emptyDrawCalls(): void {
  type Call = (this: unknown, ...args: number[]) => void;
  const scope = globalThis as unknown as Record<string, { prototype: Record<string, Call> } | undefined>;
  const patch = (owner: string, method: string, count: number) => {
    const target = scope[owner]?.prototype;
    const call = target?.[method];
    if (target && call)
      target[method] = function (...args) {
        args[count] = 0;
        call.apply(this, args);
      };
  };
  patch('GPURenderPassEncoder', 'draw', 0);
  patch('WebGL2RenderingContext', 'drawArrays', 2);
  patch('WebGL2RenderingContext', 'drawArraysInstanced', 2);
}

/** Reads pictures drawn and the time that the main thread has run, waiting for a processor left out. */
async function threadClock(page: Page): Promise<() => Promise<{ ms: number; frames: number }>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
    return { ms: seconds * 1000, frames: await page.evaluate(() => globalThis.__vortexflow?.stats().frames ?? 0) };
  };
}

/** Until the graph fills the screen, as from afar there is no room for so many names, and all are known. @returns how many */
async function comeNearer(page: Page): Promise<number> {
  await page.mouse.move(640, 400);
  for (let step = 0; step < 4; step++) {
    await page.mouse.wheel(0, -120);
    await page.waitForTimeout(400);
  }
  for (let before = -1, now = 0; now !== before; now = await namesOn(page)) {
    before = now;
    await page.waitForTimeout(1000);
  }
  return namesOn(page);
}

const namesOn = (page: Page): Promise<number> =>
  page.evaluate(() => globalThis.__vortexflow?.stats().names.length ?? 0);

/** Drags slowly around, so that every frame is drawn anew. @returns names on screen meanwhile, median */
async function orbit(page: Page): Promise<number> {
  const names: number[] = [];
  await page.mouse.move(640, 400);
  await page.mouse.down();
  const start = performance.now();
  for (let passed = 0; passed < ORBIT_MS; passed = performance.now() - start) {
    await page.mouse.move(640 + SWING.x * Math.sin(passed / 800), 400 + SWING.y * Math.cos(passed / 800));
    await page.waitForTimeout(15);
    if (passed > names.length * 500) names.push(await namesOn(page));
  }
  await page.mouse.up();
  return names.sort((a, b) => a - b)[names.length >> 1] ?? 0;
}
