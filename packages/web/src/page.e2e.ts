/**
 * The page in a real browser against a real server, drawn by the processor. Writes screenshots to the folder named by
 * VORTEXFLOW_SCREENSHOTS. Without a browser on the machine it is skipped, which is a failure when CI is set.
 */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createClient } from '@vortexflow/client';
import { browserPath, launchServer, type LaunchedServer, WEBGL_FLAGS, WEBGPU_FLAGS } from '@vortexflow/testkit';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { PageStats } from './page/probe.ts';

const NODES = 117_791;
/** Drawing by the processor takes seconds where a GPU takes milliseconds. */
const PATIENCE = 180_000;

const executablePath = browserPath;
const skip = executablePath ? false : 'no Chromium found';
let server: LaunchedServer;

before(async () => {
  if (executablePath) server = await launchServer();
});

after(async () => {
  await server?.stop();
});

const launch = (flags: readonly string[]): Promise<Browser> =>
  chromium.launch({ executablePath: executablePath as string, headless: true, args: [...flags], timeout: PATIENCE });

const screenshots = process.env['VORTEXFLOW_SCREENSHOTS'] ?? tmpdir();

const stats = (page: Page): Promise<PageStats> =>
  page.evaluate(() => {
    const probe = window.__vortexflow;
    if (!probe) throw new Error('the page has no probe');
    return probe.stats();
  });

const spotOf = async (page: Page, index: number): Promise<{ x: number; y: number }> => {
  const spot = await page.evaluate((node) => window.__vortexflow?.project(node) ?? null, index);
  assert.ok(spot, `node ${index} is not in sight`);
  return spot;
};

/** Waits until nothing has been drawn for a while. */
async function rest(page: Page): Promise<void> {
  const end = performance.now() + PATIENCE;
  for (let last = -1, still = 0; performance.now() < end;) {
    const { frames, idle } = await stats(page);
    still = idle && frames === last ? still + 1 : 0;
    // Twice: on a busy machine a single picture may take longer than the pause.
    if (still === 2) return;
    last = frames;
    await page.waitForTimeout(700);
  }
  assert.fail('the picture does not come to rest');
}

/** Waits until the layout is at rest; it shares the processor with everything else that is tested. */
const settle = async (page: Page): Promise<void> => {
  await page.waitForFunction(() => window.__vortexflow?.stats().settled === true, null, { timeout: 600_000 });
};

const picture = (page: Page): Promise<Buffer> => page.screenshot({ timeout: PATIENCE });

const save = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: join(screenshots, `vortexflow-${name}.png`), timeout: PATIENCE });

test(
  'a browser is on this machine',
  { skip: executablePath || process.env['CI'] ? false : 'no Chromium found' },
  () => {
    assert.ok(executablePath, 'no Chromium was found; set CHROMIUM to its path');
  },
);

describe('the page', { skip, timeout: 900_000 }, () => {
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  before(async () => {
    await mkdir(screenshots, { recursive: true });
    browser = await launch(WEBGL_FLAGS);
    page = await (await browser.newContext({ viewport: { width: 1280, height: 720 } })).newPage();
    page.setDefaultTimeout(PATIENCE);
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(server.url);
  });

  after(async () => {
    await browser?.close();
  });

  const ask = async (question: string): Promise<void> => {
    await page.fill('#ask', question);
    await page.press('#ask', 'Enter');
    await page.waitForSelector('.panel.answer .trace');
  };

  test('all nodes arrive and the read-out says so', async () => {
    await page.getByText('117,791').first().waitFor();
    await page.waitForFunction(() => (window.__vortexflow?.stats().frames ?? 0) > 0);
    const { nodes, edges } = await stats(page);
    assert.equal(nodes, NODES);
    assert.equal(edges, 184_083);
  });

  test('the picture follows the layout until it rests, and then costs nothing', async () => {
    await settle(page);
    await rest(page);
    await page.waitForFunction(() => (window.__vortexflow?.stats().names.length ?? 0) > 20);
    const before = await stats(page);
    await page.waitForTimeout(1500);
    assert.equal((await stats(page)).frames, before.frames, 'a page at rest draws nothing');
    await save(page, 'whole');
  });

  test('orbit and zoom change the picture', async () => {
    const still = await picture(page);
    assert.deepEqual(await picture(page), still, 'a picture at rest stays the same');
    await page.mouse.move(700, 400);
    await page.mouse.down();
    await page.mouse.move(820, 430, { steps: 4 });
    await page.mouse.up();
    await page.mouse.move(20, 600);
    await rest(page);
    const turned = await picture(page);
    assert.notDeepEqual(turned, still);
    const { camera } = await stats(page);
    await page.mouse.move(640, 400);
    await page.mouse.wheel(0, -300);
    await rest(page);
    const nearer = (await stats(page)).camera;
    assert.ok(camera && nearer && nearer.distance < camera.distance * 0.9);
    assert.notDeepEqual(await picture(page), turned);
  });

  test('a search suggestion leads to its node, and pointing at the node tells word and gloss', async () => {
    await page.keyboard.press('Escape');
    await page.focus('#ask');
    await page.locator('#ask').pressSequentially('wolf', { delay: 20 });
    await page.waitForSelector('[role=option]');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.panel.node .gloss');
    await rest(page);
    const name = await page.textContent('.panel.node .node-name');
    const gloss = await page.textContent('.panel.node .gloss');
    assert.match(name ?? '', /wolf/i);
    const { results } = await createClient({ baseUrl: server.url }).graph.search('wolf', { limit: 1 });
    const { x, y } = await spotOf(page, results[0]!.index);
    await page.mouse.move(x, y);
    await page.waitForFunction((word) => document.querySelector('.tooltip strong')?.textContent === word, name);
    assert.equal(await page.textContent('.tooltip p'), gloss);
    await save(page, 'node');
  });

  test('a click on a node opens it, and its neighbours lead on', async () => {
    const neighbour = page.locator('.neighbours button').first();
    const label = ((await neighbour.textContent()) ?? '').trim();
    await neighbour.click();
    await page.waitForFunction(() => document.querySelector('.panel.node .node-name')?.textContent !== 'wolf');
    const opened = (await page.textContent('.panel.node .node-name')) ?? '';
    assert.ok(label.endsWith(opened), `${label} led to ${opened}`);
    await page.click('.panel.node .close');
    await page.waitForSelector('.panel.node', { state: 'detached' });
  });

  test('the path of an answer is lit and told', async () => {
    await ask('What do a wolf and a dog have in common?');
    assert.match((await page.textContent('.panel.answer .result')) ?? '', /canine/i);
    await page.waitForFunction(() => (window.__vortexflow?.stats().lit ?? 0) >= 3);
    assert.ok((await page.locator('.path button').count()) >= 3);
    assert.ok((await page.locator('.opinions li').count()) >= 2);
    assert.match((await page.getAttribute('.ring', 'aria-label')) ?? '', /^(score|confidence) [01]\.\d\d/);
    await rest(page);
    const labels = await page.locator('.label.lit').allTextContents();
    for (const word of ['wolf', 'canine', 'dog'])
      assert.ok(labels.includes(word), `${word} is not among ${labels.join()}`);
    await save(page, 'path');
  });

  test('what cannot be known is not answered', async () => {
    await ask('Who won the storehouse championship last year?');
    assert.equal(await page.textContent('.panel.answer .result'), 'I don’t know');
    assert.match((await page.textContent('.panel.answer')) ?? '', /Nearest evidence/i);
    await rest(page);
    await save(page, 'unknown');
  });

  test('keys work, and focus can be seen', async () => {
    await page.locator('.stage').focus();
    const before = (await stats(page)).camera;
    await page.keyboard.press('ArrowLeft');
    await rest(page);
    assert.notEqual((await stats(page)).camera?.yaw, before?.yaw);
    await page.keyboard.press('?');
    await page.waitForSelector('dialog[open]');
    await page.click('dialog button');
    await page.waitForSelector('dialog', { state: 'detached' });
    await page.keyboard.press('Escape');
    await page.waitForSelector('.panel.answer', { state: 'detached' });
    assert.equal((await stats(page)).lit, 0);
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'ask');
    await page.keyboard.press('Tab');
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle);
    assert.notEqual(outline, 'none');
  });

  test('new documents appear in the running picture, and old nodes move to make room', async () => {
    const wolf = (await createClient({ baseUrl: server.url }).graph.search('wolf', { limit: 1 })).results[0]!.index;
    // A hand on the camera keeps it where it is: what moves now on the screen is the layout.
    await page.locator('.stage').focus();
    await page.keyboard.press('ArrowRight');
    await rest(page);
    const before = await spotOf(page, wolf);
    const documents = ['one', 'two', 'three'].map((id) => ({
      id,
      title: `Note ${id}`,
      text: `# Note ${id}\n[[Note one]]`,
    }));
    const stored = await createClient({ baseUrl: server.url, key: server.key }).documents.add(documents);
    await page.waitForFunction((nodes) => window.__vortexflow?.stats().nodes === nodes, NODES + stored.nodes);
    await page.waitForFunction(
      ([index, x, y]) => {
        const spot = window.__vortexflow?.project(index as number);
        return spot && Math.hypot(spot.x - (x as number), spot.y - (y as number)) > 0.01;
      },
      [wolf, before.x, before.y],
    );
  });

  test('on a phone nothing lies outside the screen', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    await ask('What is the opposite of hot?');
    await settle(page);
    await rest(page);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    for (const selector of ['.ask form', '.panel.answer', '.readout']) {
      const box = await page.locator(selector).boundingBox();
      assert.ok(box && box.x >= 0 && box.x + box.width <= 390, `${selector} sticks out`);
    }
    await save(page, 'phone');
  });

  test('the browser had nothing to complain about', () => {
    assert.deepEqual(complaints, []);
  });
});

describe('the page on WebGPU', { skip, timeout: 900_000 }, () => {
  let browser: Browser;
  let page: Page;
  let older: Page;

  /** Opened without names, which come when they come. */
  const open = async (query: string): Promise<Page> => {
    const opened = await browser.newPage({ viewport: { width: 960, height: 540 } });
    opened.setDefaultTimeout(PATIENCE);
    await opened.goto(`${server.url}/?names=0&${query}`);
    await opened.waitForFunction(() => (window.__vortexflow?.stats().frames ?? 0) > 0);
    await settle(opened);
    await rest(opened);
    return opened;
  };

  before(async () => {
    browser = await launch(WEBGPU_FLAGS);
    page = await open('');
  });

  after(async () => {
    await browser?.close();
  });

  test('WebGPU is taken by itself, and the read-out says so', async () => {
    assert.equal((await stats(page)).backend, 'webgpu');
    await page.locator('.readout').getByText('webgpu', { exact: true }).waitFor({ state: 'attached' });
  });

  test('the picture is that of WebGL2', async () => {
    older = await open('renderer=webgl');
    assert.equal((await stats(older)).backend, 'webgl2');
    const [one, other] = [await pixels(page), await pixels(older)];
    assert.ok(lightOf(one) > 4, `mean light ${lightOf(one)}`);
    const apart = one.reduce((sum, value, i) => sum + Math.abs(value - other[i]!), 0) / one.length;
    assert.ok(apart < 3, `mean difference ${apart}`);
    await save(page, 'webgpu');
  });

  test('pointing at a node tells its word', async () => {
    await page.fill('#ask', 'wolf');
    await page.waitForSelector('[role=option]');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.panel.node .gloss');
    await rest(page);
    const { results } = await createClient({ baseUrl: server.url }).graph.search('wolf', { limit: 1 });
    const { x, y } = await spotOf(page, results[0]!.index);
    await page.mouse.move(x, y);
    const name = await page.textContent('.panel.node .node-name');
    await page.waitForFunction((word) => document.querySelector('.tooltip strong')?.textContent === word, name);
  });

  test('a lost device comes back, and the picture with it', async () => {
    const before = await stats(page);
    const session = await browser.newBrowserCDPSession();
    await session.send('Browser.crashGpuProcess').catch(() => undefined);
    for (const shown of [page, older]) {
      await shown.waitForFunction(() => {
        const now = window.__vortexflow?.stats();
        return now !== undefined && now.losses > 0 && now.backend !== null;
      });
    }
    await page.waitForFunction((frames) => (window.__vortexflow?.stats().frames ?? 0) > frames, before.frames);
    await rest(page);
    for (const shown of [page, older]) assert.ok(lightOf(await pixels(shown)) > 4, 'not blank');
    assert.equal(await page.locator('[role=alert]').count(), 0);
  });
});

/** Red, green and blue of a part of the page that nothing covers. */
async function pixels(page: Page): Promise<Uint8Array> {
  const png = await page.screenshot({ clip: { x: 280, y: 120, width: 400, height: 340 }, timeout: PATIENCE });
  const values = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    return btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(''));
  }, png.toString('base64'));
  return Buffer.from(values, 'base64').filter((_, i) => i % 4 !== 3);
}

/** Mean of all channels above the sky's, steps of 255. */
const lightOf = (values: Uint8Array): number => values.reduce((sum, value) => sum + value, 0) / values.length - 15;
