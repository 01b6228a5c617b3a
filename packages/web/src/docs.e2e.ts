/** The page about the interface, in a real browser under the policy of every other answer: no inline styles, no inline scripts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browserPath, launchServer } from '@vortexflow/testkit';
import { chromium } from 'playwright-core';

const PATIENCE = 60_000;

test(
  '/docs works, and nothing in it is against the policy',
  { skip: browserPath ? false : 'no Chromium' },
  async () => {
    const server = await launchServer();
    const browser = await chromium.launch({
      executablePath: browserPath as string,
      args: ['--no-sandbox'],
      timeout: PATIENCE,
    });
    try {
      const page = await browser.newPage();
      const said: string[] = [];
      page.on('console', (message) => said.push(message.text()));
      page.on('pageerror', (failure) => said.push(String(failure)));
      const answer = await page.goto(`${server.url}/docs`, { timeout: PATIENCE });
      assert.doesNotMatch(answer?.headers()['content-security-policy'] ?? 'unsafe', /unsafe/);
      const question = page.locator('.opblock', { hasText: '/api/v1/process' }).first();
      await question.locator('.opblock-summary-control').click({ timeout: PATIENCE });
      await question.locator('.model-example, .opblock-body').first().waitFor({ timeout: PATIENCE });
      await question.locator('.try-out__btn').click({ timeout: PATIENCE });
      await question.locator('textarea').fill('{"input":"What is the opposite of hot?"}', { timeout: PATIENCE });
      await question.locator('.execute').click({ timeout: PATIENCE });
      await question.locator('.live-responses-table', { hasText: 'cold' }).waitFor({ timeout: PATIENCE });
      assert.deepEqual(
        said.filter((line) => /Content Security Policy|violat|Error/i.test(line)),
        [],
      );
    } finally {
      await browser.close();
      await server.stop();
    }
  },
);
