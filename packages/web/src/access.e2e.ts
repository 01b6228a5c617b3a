/**
 * Signing in on the page, and the settings on it, in a real browser against a real server. The graph is not drawn: that
 * is another test's subject. Without a browser on the machine it is skipped, which is a failure when CI is set.
 */
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { createClient, type VortexflowClient } from '@vortexflow/client';
import { browserPath, launchServer, type LaunchedServer, nostrKey, totpCode } from '@vortexflow/testkit';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const PATIENCE = 120_000;
const skip = browserPath ? false : 'no Chromium found';
let server: LaunchedServer;
let client: VortexflowClient;
let browser: Browser;
/** What browsers complained about, but for answers that are meant to be refusals. */
const complaints: string[] = [];

before(async () => {
  if (!browserPath) return;
  // The default of one setting, and its value by the environment, differ.
  server = await launchServer({ env: { REASONER_THREADS: '1', MIN_CONFIDENCE: '0.5' } });
  client = createClient({ baseUrl: server.url, key: server.key });
  const args = ['--no-sandbox', '--disable-3d-apis', '--disable-background-networking'];
  browser = await chromium.launch({ executablePath: browserPath, headless: true, args, timeout: PATIENCE });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const contexts: BrowserContext[] = [];

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
});

async function open(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, ...options });
  contexts.push(context);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
  });
  return page;
}

/** A page of the owner, who has signed in before it is loaded. */
async function openAsOwner(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const page = await open(options);
  const headers = { authorization: `Bearer ${server.key}`, origin: server.url };
  const response = await page.context().request.post(`${server.url}/api/v1/auth/login`, { headers, data: {} });
  assert.ok(response.ok(), await response.text());
  await page.goto(server.url);
  await chip(page, 'owner').waitFor();
  return page;
}

const chip = (page: Page, text: string) => page.locator('.tools > .chip', { hasText: text });
const gear = (page: Page) => page.getByRole('button', { name: 'Settings', exact: true }).first();
const dialog = (page: Page) => page.locator('dialog[open]');
const row = (page: Page, name: string) => page.locator(`[data-setting=${name}]`);
const control = (page: Page, name: string) => page.locator(`#setting-${name}`);
const says = (page: Page, text: RegExp) => dialog(page).getByRole('status').filter({ hasText: text }).waitFor();

async function openSettings(page: Page): Promise<void> {
  await gear(page).click();
  await control(page, 'timeout_ms').waitFor();
}

const save = (page: Page) => dialog(page).getByRole('button', { name: 'Save' }).click();
const change = (set: Record<string, unknown>) => client.config.change(set, { ifMatch: '*' });
const valueOf = async (name: string): Promise<unknown> => (await client.config.show()).settings[name]?.value;

/** A request with the cookie of the page. */
async function send(page: Page, method: string, path: string, data?: object): Promise<Record<string, unknown>> {
  const options = { method, headers: { origin: server.url }, ...(data ? { data } : {}) };
  const response = await page.context().request.fetch(server.url + path, options);
  assert.ok(response.ok(), await response.text());
  return response.status() === 204 ? {} : ((await response.json()) as Record<string, unknown>);
}

describe('signing in on the page', { skip, timeout: 900_000 }, () => {
  test('with the owner key, after a wrong one; and out again', async () => {
    const page = await open();
    await page.goto(server.url);
    await chip(page, 'Sign in').click();
    assert.equal(await gear(page).count(), 0);
    await page.getByLabel('Owner key or API key').fill('not the key at all');
    await page.keyboard.press('Enter');
    await dialog(page).getByRole('alert').getByText('not valid').waitFor();
    const isFocused = () => page.evaluate(() => document.activeElement?.matches('.account input'));
    assert.ok(await isFocused(), 'the next try is typed there');
    await page.keyboard.type(server.key);
    await page.keyboard.press('Enter');
    await chip(page, 'owner').click();
    await dialog(page).getByText('Signed in as owner').waitFor();
    await dialog(page).getByText('change settings').waitFor();
    await dialog(page).getByRole('button', { name: 'Sign out' }).click();
    await chip(page, 'Sign in').waitFor();
    assert.equal(await gear(page).count(), 0);
  });

  test('with a link, which leaves the address', async () => {
    const page = await open();
    await page.goto((await client.access.link()).url ?? '');
    await chip(page, 'owner').waitFor();
    assert.equal(page.url(), `${server.url}/`);
    await gear(page).waitFor();
  });

  test('a second factor is asked for, and typed where it can be seen', async () => {
    const page = await openAsOwner();
    const path = '/api/v1/auth/me/second-factor';
    const { secret } = await send(page, 'POST', path);
    const code = (away: number) => totpCode(secret as string, Math.floor(Date.now() / 30_000) + away);
    const { recovery_codes } = await send(page, 'PUT', path, { code: code(0) });
    const other = await open();
    await other.goto((await client.access.link()).url ?? '');
    const field = other.getByLabel('Code of your authenticator, or a recovery code');
    await field.fill('000000');
    assert.deepEqual(
      [await field.getAttribute('type'), await field.getAttribute('autocomplete')],
      ['text', 'one-time-code'],
    );
    await other.keyboard.press('Enter');
    await dialog(other).getByRole('alert').getByText('code is not valid').waitFor();
    await field.fill(code(1));
    await other.keyboard.press('Enter');
    await chip(other, 'owner').waitFor();
    await send(other, 'DELETE', path, { code: (recovery_codes as string[])[0] as string });
  });

  test('a session that was ended elsewhere is told when the page is looked at again', async () => {
    const page = await openAsOwner();
    const { sessions } = (await send(page, 'GET', '/api/v1/auth/sessions')) as {
      sessions: { id: string; current: boolean }[];
    };
    const own = sessions.find(({ current }) => current);
    const headers = { authorization: `Bearer ${server.key}` };
    assert.equal(
      (await fetch(`${server.url}/api/v1/auth/sessions/${own?.id}`, { method: 'DELETE', headers })).status,
      204,
    );
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await dialog(page).getByText('Your session has ended').waitFor();
    await chip(page, 'Sign in').waitFor();
    assert.equal(await gear(page).count(), 0);
  });

  test('somebody from outside is asked to sign in, and told what for', async () => {
    // What comes by way of a proxy is not from this machine.
    const page = await open({ extraHTTPHeaders: { 'x-forwarded-for': '192.0.2.7' } });
    await page.goto(server.url);
    await dialog(page).getByText('Sign in to ask, and to see the graph.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Sign in to see the graph').waitFor();
    await page.fill('#ask', 'What is the opposite of hot?');
    await page.press('#ask', 'Enter');
    await page.getByText('Sign in to ask.').waitFor();
    assert.equal(await gear(page).count(), 0);
  });
});

describe('the settings on the page', { skip, timeout: 900_000 }, () => {
  afterEach(async () => {
    const { settings } = await client.config.show();
    const own = Object.keys(settings).filter((name) => settings[name]?.source === 'runtime');
    if (own.length > 0) await change(Object.fromEntries(own.map((name) => [name, null])));
  });

  test('a reader does not see them', async () => {
    const page = await open();
    await page.goto(server.url);
    await chip(page, 'Sign in').waitFor();
    assert.equal(await gear(page).count(), 0);
  });

  test('every setting of the server is there, with its value, its source and when it holds', async () => {
    const page = await openAsOwner();
    await openSettings(page);
    const [{ settings }, { settings: schema }] = await Promise.all([client.config.show(), client.config.schema()]);
    const shown = await page
      .locator('[data-setting]')
      .evaluateAll((rows) => rows.map((one) => one.getAttribute('data-setting')));
    assert.deepEqual(new Set(shown), new Set(Object.keys(settings)));
    for (const { name, title, help, applies, kind, choices } of schema) {
      const text = (await row(page, name).textContent()) ?? '';
      for (const part of [
        title,
        help,
        applies === 'roll' ? 'SIGHUP' : `holds ${applies === 'restart' ? 'after a restart' : applies}`,
      ])
        assert.ok(text.includes(part), `${name} does not say "${part}": ${text}`);
      assert.equal(await control(page, name).count(), applies === 'at once' ? 1 : 0, name);
      if (applies === 'at once' && kind === 'choice')
        assert.deepEqual(await control(page, name).locator('option').allTextContents(), choices, name);
    }
    assert.match(
      (await row(page, 'port').textContent()) ?? '',
      /environment: PORT.*PORT in the environment .* says so.*restart/,
    );
    assert.match(
      (await row(page, 'host').textContent()) ?? '',
      /127\.0\.0\.1.*default.*Write host in vortexflow\.yaml/,
    );
    const bar = row(page, 'min_confidence');
    assert.match((await bar.textContent()) ?? '', /environment: MIN_CONFIDENCE.*stands above the environment/);
    assert.equal(await control(page, 'min_confidence').inputValue(), '0.5');
  });

  test('a file that is not in force says why', async () => {
    const file = join(server.dataFolder, 'vortexflow.yaml');
    await writeFile(file, 'timeout_ms: soon\n');
    try {
      const end = performance.now() + PATIENCE;
      while ((await client.config.show()).problem === null && performance.now() < end)
        await new Promise((resolve) => setTimeout(resolve, 50));
      const page = await openAsOwner();
      await openSettings(page);
      await says(page, /What the file says now is not in force: .*timeout_ms/);
    } finally {
      await rm(file);
    }
  });

  test('a change takes effect, and can be taken back', async () => {
    const page = await openAsOwner();
    await openSettings(page);
    const question = { input: 'What is the opposite of hot?', cache: false };
    assert.equal((await client.ask(question)).metadata.strategy, 'Ensemble');
    await control(page, 'fusion_algorithm').selectOption('majority');
    await control(page, 'cascade').check();
    await says(page, /2 changes to save/);
    assert.match((await row(page, 'fusion_algorithm').textContent()) ?? '', /now ensemble/);
    await save(page);
    await says(page, /Saved\. Version \d+ is in force/);
    assert.equal((await client.ask(question)).metadata.strategy, 'MajorityVote');
    assert.equal(await valueOf('cascade'), true);
    await row(page, 'fusion_algorithm').getByText('set at run time').waitFor();
    await row(page, 'fusion_algorithm').getByRole('button', { name: 'Take back' }).click();
    await save(page);
    await says(page, /Saved/);
    assert.equal((await client.ask(question)).metadata.strategy, 'Ensemble');
    await row(page, 'fusion_algorithm').getByText('default', { exact: true }).waitFor();
  });

  test('what the server refuses is told at its field, which gets the focus; nothing is changed', async () => {
    const page = await openAsOwner();
    await openSettings(page);
    const { version } = await client.config.show();
    await control(page, 'log_level').selectOption('warn');
    await control(page, 'timeout_ms').fill('0');
    await save(page);
    await row(page, 'timeout_ms').getByText('Takes a whole number from 1 to 60000.', { exact: true }).waitFor();
    const focused = await page.evaluate(() => {
      const { activeElement: field } = document;
      const ids = field?.getAttribute('aria-describedby')?.split(' ') ?? [];
      return {
        id: field?.id,
        invalid: field?.getAttribute('aria-invalid'),
        told: ids.map((id) => document.getElementById(id)?.textContent),
      };
    });
    assert.deepEqual([focused.id, focused.invalid], ['setting-timeout_ms', 'true']);
    assert.match(focused.told.join(' '), /Takes a whole number from 1 to 60000/);
    assert.equal((await client.config.show()).version, version);
    await control(page, 'timeout_ms').fill('soon');
    await control(page, 'min_confidence').fill('2');
    await page.getByLabel('Find a setting').fill('port');
    await save(page);
    await row(page, 'timeout_ms').locator('.refusal').waitFor();
    await row(page, 'min_confidence').getByText('Takes a number from 0 to 1.', { exact: true }).waitFor();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('4000');
    assert.equal(await control(page, 'timeout_ms').inputValue(), '4000', 'typing goes where it began');
    await row(page, 'min_confidence').getByRole('button', { name: 'Undo' }).click();
    await page.getByLabel('Find a setting').fill('');
    await save(page);
    await says(page, /Saved/);
    assert.deepEqual([await valueOf('timeout_ms'), await valueOf('log_level')], [4000, 'warn']);
  });

  test('who was slower sees what has changed, and overwrites nothing unseen', async () => {
    const page = await openAsOwner();
    await openSettings(page);
    await control(page, 'timeout_ms').fill('3000');
    await change({ timeout_ms: 2000, log_level: 'warn' });
    await save(page);
    const box = page.getByRole('group', { name: 'Changed meanwhile' });
    await box.getByRole('row', { name: /timeout_ms 5000 \(default\) 2000 \(set at run time\) 3000/ }).waitFor();
    await box.getByRole('row', { name: /log_level info \(default\) warn/ }).waitFor();
    assert.equal(await valueOf('timeout_ms'), 2000);
    await box.getByRole('button', { name: /keep my changes/ }).click();
    assert.equal(await control(page, 'timeout_ms').inputValue(), '3000');
    assert.equal(await control(page, 'log_level').inputValue(), 'warn');
    await save(page);
    await says(page, /Saved/);
    assert.deepEqual([await valueOf('timeout_ms'), await valueOf('log_level')], [3000, 'warn']);
  });

  test('versions tell who changed what, and one of them can be made to hold again', async () => {
    const page = await openAsOwner();
    const first = (await client.config.show()).version;
    const { version } = await change({ timeout_ms: 2000 });
    await change({ timeout_ms: 2500 });
    const { users } = await client.access.users();
    const owner = users.find(({ role }) => role === 'owner')?.name ?? 'owner';
    await openSettings(page);
    await page.getByRole('button', { name: 'Versions' }).click();
    const item = (number: number) => page.locator(`[data-version="${number}"]`);
    await item(version).getByText(`by ${owner}`).waitFor();
    await item(version)
      .getByRole('button', { name: /Version/ })
      .click();
    await item(version)
      .getByRole('row', { name: /timeout_ms 5000 \(default\) 2000/ })
      .waitFor();
    await item(first)
      .getByRole('button', { name: /Version/ })
      .click();
    await item(first)
      .getByRole('button', { name: /Go back/ })
      .click();
    const box = page.getByRole('group', { name: `Go back to version ${first}?` });
    await box.getByRole('row', { name: /timeout_ms 2500 \(set at run time\) 5000 \(default\) at once/ }).waitFor();
    assert.equal(await valueOf('timeout_ms'), 2500, 'not before it is confirmed');
    await box.getByRole('button', { name: 'Go back' }).click();
    await says(page, new RegExp(`Version ${version + 2} is in force, with the values of version ${first}`));
    assert.equal(await valueOf('timeout_ms'), 5000);
    await item(version + 2)
      .getByText(`back to version ${first}`)
      .waitFor();
    await item(version + 2)
      .getByText('in force')
      .waitFor();
  });

  test('by keyboard alone: open, find, change, save, close', async () => {
    const page = await openAsOwner();
    await gear(page).focus();
    await page.keyboard.press('Enter');
    await control(page, 'timeout_ms').waitFor();
    const isAt = (id: string) => page.evaluate((wanted) => document.activeElement?.id === wanted, id);
    await page.getByLabel('Find a setting').focus();
    await page.keyboard.type('deadline');
    for (let i = 0; i < 3 && !(await isAt('setting-timeout_ms')); i++) await page.keyboard.press('Tab');
    assert.ok(await isAt('setting-timeout_ms'));
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle);
    assert.notEqual(outline, 'none');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('4500');
    await page.keyboard.press('Enter');
    await says(page, /Saved/);
    assert.equal(await valueOf('timeout_ms'), 4500);
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Settings');
  });

  test('what was typed is still there when it is opened again, and what changed under it is told', async () => {
    const page = await openAsOwner();
    await openSettings(page);
    await control(page, 'timeout_ms').fill('3000');
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await change({ log_level: 'warn' });
    await gear(page).click();
    await page.getByRole('group', { name: 'Changed meanwhile' }).getByText('log_level').waitFor();
    assert.equal(await control(page, 'timeout_ms').inputValue(), '3000');
  });

  test('what was typed is still there after the session has ended and a new one has begun', async () => {
    const page = await openAsOwner();
    await openSettings(page);
    await control(page, 'timeout_ms').fill('3100');
    await page.context().clearCookies();
    await save(page);
    // The way to sign in opens by itself.
    await page.getByLabel('Owner key or API key').fill(server.key);
    await page.keyboard.press('Enter');
    await chip(page, 'owner').waitFor();
    await openSettings(page);
    assert.equal(await control(page, 'timeout_ms').inputValue(), '3100');
  });

  test('an administrator signs in with Nostr, and cannot change what is the owner’s', async () => {
    const key = await nostrKey(9);
    const headers = { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'Ada', role: 'admin', nostr: key.publicKey });
    const made = await fetch(`${server.url}/api/v1/auth/users`, { method: 'POST', headers, body });
    assert.equal(made.status, 201, await made.clone().text());
    const page = await open();
    await page.exposeFunction('signForTest', (event: { created_at: number; tags: string[][] }) =>
      key.sign({ url: '', method: '', body: null, at: event.created_at }, { tags: event.tags }),
    );
    await page.addInitScript('window.nostr = { signEvent: (event) => window.signForTest(event) }');
    await page.goto(server.url);
    await chip(page, 'Sign in').click();
    await dialog(page).getByRole('button', { name: 'Sign in with your Nostr key' }).click();
    await chip(page, 'admin').waitFor();
    await openSettings(page);
    assert.match((await row(page, 'max_connections').textContent()) ?? '', /Only the owner may change it/);
    assert.equal(await control(page, 'max_connections').count(), 0);
    await control(page, 'timeout_ms').fill('4100');
    await save(page);
    await says(page, /Saved/);
    assert.equal(await valueOf('timeout_ms'), 4100);
  });

  test('on a phone nothing lies outside the screen, and every control has a name', async () => {
    const page = await openAsOwner({ viewport: { width: 390, height: 800 }, hasTouch: true });
    await openSettings(page);
    await change({ timeout_ms: 2000 });
    await control(page, 'timeout_ms').fill('0');
    await save(page);
    await page.getByRole('button', { name: /keep my changes/ }).click();
    await save(page);
    await row(page, 'timeout_ms').locator('.refusal').waitFor();
    for (const view of ['Settings', 'Versions']) {
      await dialog(page).locator('.views').getByRole('button', { name: view }).click();
      if (view === 'Versions') await page.locator('[data-version] button').first().click();
      if (view === 'Versions') await dialog(page).locator('table').waitFor();
      const { wide, nameless } = await page.evaluate(() => {
        const all = [...document.querySelectorAll<HTMLElement>('dialog[open] *')];
        const isControl = (one: Element): boolean => one.matches('button, input, select');
        const nameOf = (one: Element): string =>
          one.getAttribute('aria-label') ?? (one as HTMLInputElement).labels?.[0]?.textContent ?? one.textContent ?? '';
        return {
          wide: all.filter((one) => one.getBoundingClientRect().right > 390).map((one) => one.outerHTML.slice(0, 80)),
          nameless: all
            .filter((one) => isControl(one) && nameOf(one).trim() === '')
            .map((one) => one.outerHTML.slice(0, 80)),
        };
      });
      assert.deepEqual({ wide, nameless }, { wide: [], nameless: [] }, view);
    }
  });

  test('browsers had nothing to complain about', () => {
    assert.deepEqual(complaints, []);
  });
});
