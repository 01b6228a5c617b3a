/** The suite of all kernels, run in Chromium; what a case throws there fails the test of its name here. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { browserPath, WEBGPU_FLAGS } from '@vortexflow/testkit';
import { chromium, type JSHandle, type Page } from 'playwright-core';
import type { Suite } from './case-collector.ts';
import type { collectKernelSuites } from './page-conformance.ts';
import { serveSources } from './source-server.ts';

const skip = browserPath === undefined && !process.env['CI'] ? 'no Chromium here' : false;

/** More than a change of the suite takes away; with none collected the test would pass for nothing. */
const LEAST_CASES = 20;

/** Milliseconds. One case takes some seconds on WebGPU in software; what takes this long will not end. */
const LIMIT = { case: 60_000, all: 200_000 };

/** What the faulty kernel must fail, one case for each assertion that the suite uses. */
const CAUGHT: Readonly<Record<string, RegExp>> = {
  // ok
  'agrees with the exact sum on springs of a tree': /AssertionError: error 0\./,
  // equal
  'leaves pinned nodes alone, and everything on its plane when flat': /AssertionError: node 0/,
  // deepEqual
  'does not change what it was given, and replaces one graph by another': /AssertionError: Float32Array .* is not/,
  // rejects
  'refuses a graph beyond its memory before taking any, and keeps the one it had': /Missing expected rejection/,
};

test('kernels in Chromium', { skip, timeout: LIMIT.all }, async (t) => {
  const page = await openPage(t);
  const uncaught: Error[] = [];
  page.on('pageerror', (error) => uncaught.push(error));
  const suites = await page.evaluateHandle(async (address) => {
    const source = (await import(address)) as { readonly collectKernelSuites: typeof collectKernelSuites };
    return source.collectKernelSuites();
  }, '/layout/src/webgpu/page/page-conformance.ts');

  await t.test('webgpu passes the suite', async (t) => runSuite(t, await suites.getProperty('sound')));
  await t.test('a faulty kernel does not', async () => expectFailures(await suites.getProperty('faulty')));
  assert.deepEqual(uncaught, []);
});

async function openPage(t: TestContext): Promise<Page> {
  const server = await serveSources();
  t.after(() => server.close());
  const browser = await chromium.launch({ executablePath: browserPath!, args: [...WEBGPU_FLAGS] });
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(server.address);
  return page;
}

async function runSuite(t: TestContext, suite: JSHandle<Suite>): Promise<void> {
  const names = await suite.evaluate((suite) => suite.caseNames());
  assert.ok(names.length > LEAST_CASES, `${names.length} cases`);
  await suite.evaluate((suite) => suite.begin());
  for (const [at, name] of names.entries()) await t.test(name, { timeout: LIMIT.case }, () => runCase(suite, at));
  await suite.evaluate((suite) => suite.end());
}

const runCase = (suite: JSHandle<Suite>, at: number): Promise<void> => suite.evaluate((suite, at) => suite.run(at), at);

async function expectFailures(suite: JSHandle<Suite>): Promise<void> {
  const names = await suite.evaluate((suite) => suite.caseNames());
  await suite.evaluate((suite) => suite.begin());
  for (const [name, message] of Object.entries(CAUGHT))
    await assert.rejects(runCase(suite, names.indexOf(name)), { message }, name);
  await suite.evaluate((suite) => suite.end());
}
