/**
 * The account and the people on the page, in a real browser against a real server. The graph is not drawn: that is
 * another test's subject. Without a browser on the machine it is skipped, which is a failure when CI is set.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, describe, test } from 'node:test';
import { createClient, type VortexflowClient } from '@vortexflow/client';
import { browserPath, launchServer, type LaunchedServer, type NostrKey, nostrKey, totpCode } from '@vortexflow/testkit';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { npubOf } from './page/account/npub.ts';

const PATIENCE = 120_000;
const skip = browserPath ? false : 'no Chromium found';
let server: LaunchedServer;
let client: VortexflowClient;
let browser: Browser;
/** What browsers complained about, but for answers that are meant to be refusals. */
const complaints: string[] = [];
/** Of the running test. */
const contexts: BrowserContext[] = [];
let kept: Page | undefined;

before(async () => {
  if (!browserPath) return;
  server = await launchServer({ env: { REASONER_THREADS: '1', QUOTA_DOCUMENTS: '50', QUOTA_COST_PER_DAY: '200' } });
  client = createClient({ baseUrl: server.url, key: server.key });
  const args = ['--no-sandbox', '--disable-3d-apis', '--disable-background-networking'];
  browser = await chromium.launch({ executablePath: browserPath, headless: true, args, timeout: PATIENCE });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
  const { users } = await client.access.users();
  for (const { id, second_factor } of users) {
    if (id !== 'owner') await client.access.removeUser(id);
    // Ends his sessions, too.
    else if (second_factor) await client.access.resetSecondFactor(id);
  }
});

async function open(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1000, height: 800 } });
  contexts.push(context);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
  });
  return page;
}

const chip = (page: Page, text: string) => page.locator('.tools > .chip', { hasText: text });
const dialog = (page: Page) => page.locator('dialog[open]');
const button = (within: Page | Locator, name: string | RegExp) => within.getByRole('button', { name });
const says = (page: Page, text: string | RegExp) => dialog(page).getByRole('status').getByText(text).waitFor();
const view = (page: Page, name: string) => dialog(page).locator('.views').getByText(name, { exact: true });
const entry = (page: Page, text: string) => dialog(page).locator('.entry', { hasText: text });

async function show(page: Page, part: string): Promise<void> {
  if ((await dialog(page).count()) === 0) await page.locator('.tools > .chip.who').click();
  await view(page, part).click();
}

/** A page of the owner, by a link as the command line prints it. */
async function openAsOwner(): Promise<Page> {
  const page = await open();
  await page.goto((await client.access.link()).url ?? '');
  await chip(page, 'owner').waitFor();
  return page;
}

/** One of them for all tests, which saves seconds; a new one after a test that has left it signed out. */
async function ownPage(): Promise<Page> {
  if (!kept || (await chip(kept, 'owner').count()) === 0) {
    kept = await openAsOwner();
    contexts.splice(contexts.indexOf(kept.context()), 1);
  }
  await kept.keyboard.press('Escape');
  await dialog(kept).waitFor({ state: 'detached' });
  return kept;
}

/** A page of somebody who signs in with his Nostr key. */
async function openWithNostr(key: NostrKey, role: string): Promise<Page> {
  const page = await open();
  await page.exposeFunction('signForTest', (event: { created_at: number; tags: string[][] }) =>
    key.sign({ url: '', method: '', body: null, at: event.created_at }, { tags: event.tags }),
  );
  await page.addInitScript('window.nostr = { signEvent: (event) => window.signForTest(event) }');
  await page.goto(server.url);
  await chip(page, 'Sign in').click();
  await button(dialog(page), 'Sign in with your Nostr key').click();
  await chip(page, role).waitFor();
  return page;
}

/** What the server answers to the bearer of a key. */
const statusWith = async (key: string): Promise<number> =>
  (await fetch(`${server.url}/api/v1/graph`, { headers: { authorization: `Bearer ${key}` } })).status;

describe('the account on the page', { skip, timeout: 900_000 }, () => {
  test('is fetched when it is opened, and says what one may do and use', async () => {
    const page = await ownPage();
    const scripts = () =>
      page.evaluate(() => performance.getEntriesByType('resource').filter(({ name }) => /account-dialog/.test(name)));
    assert.equal((await scripts()).length, 0);
    await show(page, 'Overview');
    assert.notEqual((await scripts()).length, 0);
    await dialog(page).getByText('Signed in as owner. You may see the graph, ask,').waitFor();
    await dialog(page).getByText('Nothing is counted for you, and nothing is limited.').waitFor();
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Signed in as owner');
  });

  test('a second factor is set up with a code, asked for at the next sign-in, and taken away', async () => {
    const page = await ownPage();
    await show(page, 'Second factor');
    await button(dialog(page), 'Set up a second factor').click();
    const secret = ((await dialog(page).locator('.secret').textContent()) ?? '').replaceAll(' ', '');
    const address = await dialog(page).getByRole('link', { name: 'open it on this device' }).getAttribute('href');
    assert.match(address ?? '', new RegExp(`^otpauth://totp/.*secret=${secret}&`));
    await dialog(page).getByRole('img', { name: 'QR code for your authenticator' }).waitFor();
    const code = (away: number) => totpCode(secret, Math.floor(Date.now() / 30_000) + away);
    assert.ok(await page.evaluate(() => document.activeElement?.getAttribute('autocomplete') === 'one-time-code'));
    await page.keyboard.type('000 000');
    await page.keyboard.press('Enter');
    const told = dialog(page).locator('.typed').getByRole('alert');
    await told.getByText('This code is not valid').waitFor();
    // In two groups, as authenticators show it, over the one that was wrong.
    await page.keyboard.type(code(0).replace(/^.../, '$& '));
    await page.keyboard.press('Enter');
    const box = dialog(page).getByRole('group', { name: /recovery codes/ });
    await box.waitFor();
    const codes = await box.locator('code').allTextContents();
    assert.equal(codes.length, 10);
    const [file] = await Promise.all([page.waitForEvent('download'), button(box, 'Save as text file').click()]);
    const text = await readFile(await file.path(), 'utf8');
    assert.ok(
      codes.every((one) => text.includes(one)),
      text,
    );
    // They are there until they are put away.
    await page.keyboard.press('Escape');
    await show(page, 'Second factor');
    await button(box, 'I have kept them').click();
    await dialog(page).getByText('10 recovery codes left').waitFor();
    assert.equal(
      await dialog(page)
        .getByText(codes[0] as string)
        .count(),
      0,
    );

    await show(page, 'Overview');
    await button(dialog(page), 'Sign out').click();
    await chip(page, 'Sign in').waitFor();
    // A page that is open already would not look at it.
    await page.goto('about:blank');
    await page.goto((await client.access.link()).url ?? '');
    const field = page.getByLabel('Code of your authenticator, or a recovery code');
    await field.fill(code(1));
    await page.keyboard.press('Enter');
    await chip(page, 'owner').waitFor();
    await show(page, 'Second factor');
    await field.fill(codes[0] as string);
    await page.keyboard.press('Enter');
    await says(page, 'The second factor is taken away.');
    assert.equal((await client.access.secondFactor()).enrolled, false);
  });

  test('a key is shown once, works, and counts no more when it is revoked', async () => {
    const page = await ownPage();
    await show(page, 'Keys');
    await dialog(page).getByText('You have no keys.').waitFor();
    await button(dialog(page), 'Make the key').click();
    await dialog(page).getByRole('alert').getByText('Give it a name').waitFor();
    const isName = () => page.evaluate(() => (document.activeElement as HTMLInputElement).labels?.[0]?.textContent);
    assert.equal(await isName(), 'Name', 'what was refused has the focus');
    await page.keyboard.type('nightly');
    await dialog(page).getByLabel('see the graph').uncheck();
    await dialog(page).getByLabel('change settings').check();
    await dialog(page).getByLabel('see the graph').check();
    await dialog(page).getByLabel('Ends').selectOption('in a week');
    await page.keyboard.press('Enter');
    await button(dialog(page), 'Make the key').click();
    const box = dialog(page).getByRole('group', { name: /The key “nightly”/ });
    const key = (await box.locator('code').textContent()) ?? '';
    assert.match(key, /^vfk_/);
    const { keys } = await client.access.keys();
    assert.deepEqual([...(keys[0]?.scopes ?? [])].sort(), ['ask', 'configure', 'look']);
    const days = (Date.parse(keys[0]?.expires_at ?? '') - Date.now()) / 86_400_000;
    assert.ok(days > 6.9 && days <= 7, String(days));
    assert.equal(await statusWith(key), 200);
    await button(box, 'I have kept it').click();
    assert.equal(await dialog(page).getByText(key).count(), 0);
    await button(entry(page, 'nightly'), 'Revoke…').click();
    assert.equal(await statusWith(key), 200, 'not before it is confirmed');
    await button(dialog(page).getByRole('group', { name: 'Revoke the key “nightly”?' }), 'Revoke').click();
    await says(page, 'The key counts no more.');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('role')), 'status', 'focus is kept');
    assert.equal(await statusWith(key), 401);
  });

  test('a session that was begun with an API key shows what it may do, and nothing of an account', async () => {
    const { key } = await client.access.createKey({ name: 'look', scopes: ['look'], expires_in_days: 1 });
    const page = await open();
    await page.goto(server.url);
    await chip(page, 'Sign in').click();
    await page.getByLabel('Owner key or API key').fill(key);
    await page.keyboard.press('Enter');
    await chip(page, 'owner').waitFor();
    await show(page, 'Overview');
    await dialog(page).getByText('You may see the graph.').waitFor();
    await dialog(page).getByText('begun with an API key').waitFor();
    await dialog(page).getByText('0 of 50').waitFor();
    assert.deepEqual(await dialog(page).locator('.views button').allTextContents(), ['Overview']);
  });

  test('other sessions are listed, and end one by one or together', async () => {
    const [page, other] = [await ownPage(), await openAsOwner()];
    const bearer = { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' };
    await fetch(`${server.url}/api/v1/auth/login`, { method: 'POST', headers: bearer, body: '{}' });
    await show(page, 'Sessions');
    await dialog(page).locator('.entry').nth(2).waitFor();
    const first = dialog(page).locator('.entry').first();
    assert.match(
      (await first.textContent()) ?? '',
      /^Chrome \d+ on Linux this one.*127\.0\.0\.1, with a link of the owner/,
    );
    assert.equal(await button(first, 'End').count(), 0);
    const program = dialog(page).locator('.entry', { has: page.getByText('node', { exact: true }) });
    await program.getByText('with a key').waitFor();
    const count = await dialog(page).locator('.entry').count();
    await button(program, 'End').click();
    await says(page, 'The session has ended.');
    assert.equal(await dialog(page).locator('.entry').count(), count - 1);
    await button(dialog(page), /^End all \d+ other|^End$/)
      .last()
      .click();
    await says(page, /session.* ended/);
    assert.equal(await dialog(page).locator('.entry').count(), 1);
    await other.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await dialog(other).getByText('Your session has ended').waitFor();
  });

  test('people are added, changed and removed; what the server refuses is said where it was typed', async () => {
    const page = await ownPage();
    const key = await nostrKey(11);
    const npub = npubOf(key.publicKey);
    await show(page, 'People');
    await button(dialog(page), 'Add somebody').click();
    await page.keyboard.type('Ada');
    await dialog(page)
      .getByLabel('Nostr public key')
      .fill(`${npub.slice(0, -1)}q`);
    await page.keyboard.press('Enter');
    await dialog(page).getByRole('alert').getByText('A letter of this key is wrong or missing').waitFor();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type(npub);
    await page.keyboard.press('Enter');
    await says(page, 'Ada may sign in now.');
    await button(dialog(page), 'Add somebody').click();
    await page.keyboard.type('Bob');
    await dialog(page).getByLabel('Nostr public key').fill(key.publicKey.toUpperCase());
    await page.keyboard.press('Enter');
    const told = dialog(page).locator('.typed', { hasText: 'Nostr public key' }).getByRole('alert');
    await told.getByText('Another user signs in with this public key.').waitFor();
    await button(dialog(page), 'Cancel').click();
    await page.waitForFunction(() => document.activeElement?.textContent === 'Add somebody');

    await button(entry(page, 'Ada'), 'Change…').click();
    await dialog(page).getByLabel('Role').selectOption('editor');
    await button(dialog(page), 'Save').click();
    await says(page, 'Ada is changed.');
    await entry(page, 'Ada').getByText('editor', { exact: true }).waitFor();
    await button(entry(page, 'Ada'), 'Remove…').click();
    const box = dialog(page).getByRole('group', { name: 'Remove Ada?' });
    await button(box, 'Cancel').click();
    await page.waitForFunction(() => document.activeElement?.closest('.entry')?.textContent.includes('Ada'));
    await button(entry(page, 'Ada'), 'Remove…').click();
    await button(box, 'Remove').click();
    await says(page, 'Ada is removed.');
    assert.equal(await entry(page, 'Ada').count(), 0);
    assert.deepEqual(await entry(page, 'you').getByRole('button').allTextContents(), ['Change…'], 'the owner stays');
  });

  test('an administrator takes a lost second factor away; a reader sees no people', async () => {
    const [adminKey, readerKey] = [await nostrKey(12), await nostrKey(13)];
    await client.access.createUser({ name: 'Ada', role: 'admin', nostr: adminKey.publicKey });
    await client.access.createUser({ name: 'Rhea', role: 'reader', nostr: readerKey.publicKey });
    const reader = await openWithNostr(readerKey, 'reader');
    await show(reader, 'Keys');
    const parts = await dialog(reader).locator('.views button').allTextContents();
    assert.deepEqual(parts, ['Overview', 'Second factor', 'Sessions', 'Keys']);
    const scopes = dialog(reader).getByRole('group', { name: 'It may' }).locator('code');
    assert.deepEqual(await scopes.allTextContents(), ['look', 'ask']);
    await show(reader, 'Overview');
    await dialog(reader).getByText('0 of 50').waitFor();
    await show(reader, 'Second factor');
    await button(dialog(reader), 'Set up a second factor').click();
    const secret = ((await dialog(reader).locator('.secret').textContent()) ?? '').replaceAll(' ', '');
    await reader.keyboard.type(totpCode(secret, Math.floor(Date.now() / 30_000)));
    await reader.keyboard.press('Enter');
    await says(reader, 'The second factor is set up.');

    const admin = await openWithNostr(adminKey, 'admin');
    await show(admin, 'People');
    await entry(admin, 'Rhea').waitFor();
    assert.equal(await entry(admin, 'owner').getByRole('button').count(), 0, 'the owner is above');
    await button(entry(admin, 'Rhea'), 'Take away second factor…').click();
    await button(dialog(admin), 'Take it away').click();
    await says(admin, 'Rhea has no second factor any more.');
    await button(dialog(admin), 'Add somebody').click();
    const roles = await dialog(admin).getByLabel('Role').locator('option').allTextContents();
    assert.deepEqual(
      roles.map((role) => role.split(':')[0]),
      ['guest', 'reader', 'editor'],
    );
  });

  test('on a phone nothing lies outside the screen, and every control has a name', async () => {
    await client.access.createUser({
      name: 'Ada '.repeat(20).trim(),
      role: 'reader',
      nostr: (await nostrKey(14)).publicKey,
    });
    const page = await ownPage();
    await page.setViewportSize({ width: 390, height: 800 });
    const prepare: Readonly<Record<string, () => Promise<void>>> = {
      Overview: () => dialog(page).getByText('no limit').first().waitFor(),
      'Second factor': () => button(dialog(page), 'Set up a second factor').click(),
      Sessions: () => dialog(page).locator('.entry').first().waitFor(),
      Keys: async () => {
        await dialog(page).getByLabel('Name').fill('x'.repeat(100));
        await button(dialog(page), 'Make the key').click();
        await button(dialog(page), 'Revoke…').first().click();
      },
      People: async () => {
        await button(entry(page, 'Ada'), 'Change…').click();
        await dialog(page).getByLabel('Nostr public key').fill('nsec1');
        await button(dialog(page), 'Save').click();
        await dialog(page).getByRole('alert').getByText('This is the secret key').waitFor();
      },
    };
    for (const [part, make] of Object.entries(prepare)) {
      await show(page, part);
      await make();
      assert.deepEqual(await lookOver(page), { wide: [], nameless: [] }, part);
    }
  });

  test('browsers had nothing to complain about', () => {
    assert.deepEqual(complaints, []);
  });
});

/** Parts of a dialog that lie outside a phone's screen, and controls of it that have no name. */
function lookOver(page: Page) {
  return page.evaluate(() => {
    const all = [...document.querySelectorAll<HTMLElement>('dialog[open] *')];
    const isControl = (one: Element): boolean => one.matches('button, input, select, a');
    const nameOf = (one: Element): string =>
      one.getAttribute('aria-label') ?? (one as HTMLInputElement).labels?.[0]?.textContent ?? one.textContent ?? '';
    const shown = (found: readonly HTMLElement[]) => found.map((one) => one.outerHTML.slice(0, 80));
    return {
      wide: shown(all.filter((one) => one.getBoundingClientRect().right > 390)),
      nameless: shown(all.filter((one) => isControl(one) && nameOf(one).trim() === '')),
    };
  });
}
