/** Both backends in a real browser, on small graphs: what is drawn, where, and that both draw the same. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { browserPath, WEBGPU_FLAGS } from '@vortexflow/testkit';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import type { Harness, Scenario, Snapshot } from './render.harness.ts';

/** A page that WebGPU trusts; nothing is really fetched. */
const ORIGIN = 'http://localhost/';
const BACKENDS = ['webgpu', 'webgl2'] as const;

/** A few large nodes, far apart. */
const FEW: Scenario = {
  backend: 'webgpu',
  sizes: [255, 255, 255, 255],
  edges: [],
  from: [-25, -15, 0, 25, -15, 5, 0, 20, -10, 0, 0, 0],
  to: [-25, -15, 0, 25, -15, 5, 0, 20, -10, 0, 0, 0],
  blend: 1,
  beams: [],
  stars: [],
  edgeShare: 1,
  coarse: false,
  shared: false,
};

/** Many nodes and edges in a ball, and a lit path. */
function many(): Scenario {
  const to: number[] = [];
  const edges: number[] = [];
  for (let i = 0; i < 400; i++) {
    // Points of a sunflower, spread over a ball.
    const [turn, height, radius] = [i * 2.39996, 1 - (2 * (i + 0.5)) / 400, 12 + ((i * 37) % 24)];
    const ring = Math.sqrt(1 - height * height) * radius;
    to.push(ring * Math.cos(turn), height * radius, ring * Math.sin(turn));
    edges.push(i, (i * 7 + 3) % 400, i, (i + 1) % 400);
  }
  const [a, b, c] = [
    [-20, 10, 0],
    [0, -5, 10],
    [18, 12, 0],
  ] as const;
  const gold = [2.6, 1.65, 0.6, 1];
  return {
    ...FEW,
    sizes: to.slice(0, 400).map((_, i) => (i * 11) % 256),
    edges,
    from: to.map((value) => -value),
    to,
    beams: [...a, ...b, ...gold, ...b, ...c, ...gold],
    stars: [a, b, c].flatMap((place) => [...place, 8, ...gold]),
  };
}

/** A snapshot with its pixels as bytes. */
interface Picture extends Omit<Snapshot, 'pixels'> {
  readonly pixels: Uint8Array;
}

const brightness = ({ pixels, width }: Picture, x: number, y: number): number => {
  const at = (Math.round(y) * width + Math.round(x)) * 4;
  return pixels[at]! + pixels[at + 1]! + pixels[at + 2]!;
};

const total = ({ pixels }: Picture): number => pixels.reduce((sum, value, i) => (i % 4 === 3 ? sum : sum + value), 0);

/** Mean difference of all channels, steps of 255. */
const difference = (a: Picture, b: Picture): number =>
  a.pixels.reduce((sum, value, i) => sum + Math.abs(value - b.pixels[i]!), 0) / (a.pixels.length * 0.75);

describe('renderers', { skip: browserPath ? false : 'no Chromium found', timeout: 600_000 }, () => {
  let browser: Browser;
  let page: Page;

  before(async () => {
    browser = await chromium.launch({
      executablePath: browserPath as string,
      args: [...WEBGPU_FLAGS],
      timeout: 120_000,
    });
    page = await browser.newPage();
    const script = await bundle();
    await page.route(`${ORIGIN}**`, (route) =>
      route.request().url().endsWith('.js')
        ? route.fulfill({ contentType: 'text/javascript', body: script })
        : route.fulfill({ contentType: 'text/html', body: '<script src="/harness.js" type="module"></script>' }),
    );
    await page.goto(ORIGIN);
    await page.waitForFunction(() => 'harness' in window);
  });

  after(async () => {
    await browser?.close();
  });

  const take = async (scenario: Scenario): Promise<Picture> => {
    const snapshot = await page.evaluate(
      (given) => (window as unknown as { harness: Harness }).harness.take(given),
      scenario,
    );
    return { ...snapshot, pixels: Buffer.from(snapshot.pixels, 'base64') };
  };

  for (const backend of BACKENDS) {
    test(`${backend}: nodes are where the projection says, and nowhere else`, async () => {
      const picture = await take({ ...FEW, backend });
      for (const spot of picture.spots) {
        assert.ok(spot);
        assert.ok(brightness(picture, spot.x, spot.y) > 250, `a node at ${spot.x}, ${spot.y}`);
        assert.ok(brightness(picture, spot.x + 40, spot.y) < 120, 'sky beside it');
      }
    });

    test(`${backend}: half way between two sets of positions nodes are half way`, async () => {
      const from = FEW.to.map((value, i) => (i % 3 === 0 ? value + 14 : value));
      const picture = await take({ ...FEW, backend, from, blend: 0.5 });
      for (const spot of picture.spots) assert.ok(spot && brightness(picture, spot.x, spot.y) > 250);
    });

    test(`${backend}: edges and what is lit add light`, async () => {
      const all = many();
      const [full, half, bare] = [
        total(await take({ ...all, backend })),
        total(await take({ ...all, backend, edgeShare: 0.25 })),
        total(await take({ ...all, backend, edges: [], beams: [], stars: [] })),
      ];
      assert.ok(full > half && half > bare, `${full} > ${half} > ${bare}`);
    });
  }

  for (const coarse of [false, true])
    test(`both draw the same picture${coarse ? ', coarse too' : ''}`, async () => {
      const [one, other] = [
        await take({ ...many(), backend: 'webgpu', coarse, blend: 0.9 }),
        await take({ ...many(), backend: 'webgl2', coarse, blend: 0.9 }),
      ];
      assert.ok(total(one) > one.pixels.length * 10, 'neither is blank');
      assert.ok(difference(one, other) < 2, `mean difference ${difference(one, other)}`);
    });

  test('positions in buffers of the same device are drawn as those in arrays', async () => {
    const given = { ...many(), blend: 0.7 };
    assert.ok(difference(await take(given), await take({ ...given, shared: true })) < 0.05);
  });
});

/** The harness as one script. */
async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      rolldownOptions: { input: fileURLToPath(new URL('render.harness.ts', import.meta.url)) },
    },
  });
  const [first] = [built].flat();
  if (!first || !('output' in first)) throw new Error('nothing was built');
  return first.output[0].code;
}
