/**
 * Texts that are scripts, in everything that the page shows of what others have written: they are there as text, and
 * nothing of them runs. In a real browser against a real server, with the policy of the server and with none, since the
 * policy must not be all that stands between a text and the page. Without a browser on the machine it is skipped.
 */
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { createClient, type VortexflowClient } from '@vortexflow/client';
import type { ErrorResponse, ProcessResponse } from '@vortexflow/protocol';
import { browserPath, launchServer, type LaunchedServer, WEBGL_FLAGS } from '@vortexflow/testkit';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { PageStats } from './page/probe.ts';

declare global {
  interface Window {
    /** What has run. */
    __executed?: string;
  }
}

const PATIENCE = 120_000;
const skip = browserPath ? false : 'no Chromium found';

/** Taken for HTML, each of them would run, or stand in the page as an element with this attribute, or both. */
const TEXTS = [
  `<img src=x data-planted onerror="__executed='img'">`,
  `<script data-planted>__executed='script'</script>`,
  `<svg data-planted onload="__executed='svg'"></svg>`,
  `<a data-planted href="javascript:__executed='link'">a link</a>`,
  `"><iframe data-planted srcdoc="<script>parent.__executed='frame'</script>"></iframe>`,
  `' data-planted onmouseover='__executed="over"' x='`,
  `[a link](javascript:__executed='markdown')`,
  `</title></style><details data-planted open ontoggle="__executed='toggle'">`,
] as const;
const [IMAGE, SCRIPT, SVG] = TEXTS;
/** By which each document is found. */
const WORDS = ['alphix', 'bromble', 'cradwick', 'drunkle', 'eftling', 'fribble', 'gandlow', 'hobwit'] as const;
const TAG = `<img/src=x/data-planted/onerror=__executed='tag'>`;
const AGENT = `<img/src=x/data-planted/onerror=__executed='agent'>`;
const GRAPH = 'texts/graph.json';

const documents = [
  ...TEXTS.map((text, i) => ({
    id: `texts/${i}`,
    title: `${WORDS[i]} ${text}`,
    text: `The ${WORDS[i]} is kept by ${text} in the tower.`,
    format: 'text',
  })),
  {
    id: 'texts/note.md',
    title: `Ingelwort ${SCRIPT}`,
    text: [
      '---',
      `title: ${IMAGE}`,
      'aliases:',
      `  - ${SVG}`,
      `tags: [${TAG}]`,
      '---',
      `The ingelwort says \`${IMAGE}\` and ${IMAGE} and [[${TAG}|${SVG}]], see ${TEXTS[6]}.`,
      `## \`${SVG}\``,
      `A section of it, ${TEXTS[3]}.`,
    ].join('\n'),
    format: 'markdown',
  },
];
/** A chain of nodes, joined by relations that are called like the texts. */
const graph = {
  nodes: TEXTS.map((text, i) => ({ id: `n${i}`, label: `Jorvet${i} ${text}`, description: `jorvet ${text}` })),
  edges: TEXTS.slice(1).map((text, i) => ({ source: `n${i}`, target: `n${i + 1}`, relation: text })),
};

let server: LaunchedServer;
let client: VortexflowClient;
let browser: Browser;
const contexts: BrowserContext[] = [];

before(async () => {
  if (!browserPath) return;
  server = await launchServer({ env: { REASONER_THREADS: '1' } });
  client = createClient({ baseUrl: server.url, key: server.key });
  await client.documents.add(documents);
  await client.graph.import({ format: 'json', id: GRAPH, title: `Graph ${IMAGE}`, text: JSON.stringify(graph) });
  const args = ['--no-sandbox', '--disable-3d-apis', '--disable-background-networking'];
  browser = await chromium.launch({ executablePath: browserPath, headless: true, args, timeout: PATIENCE });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
});

interface Watched {
  readonly page: Page;
  /** What the browser complained about, violations of the policy among it, and dialogs that were opened. */
  readonly complaints: string[];
}

async function open(bypassCSP: boolean, within = browser): Promise<Watched> {
  const context = await within.newContext({ viewport: { width: 1200, height: 800 }, bypassCSP });
  contexts.push(context);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
  });
  return { page, complaints };
}

/** What there is in a page of which nobody but a text can be the author. */
const traces = (page: Page) =>
  page.evaluate(() => {
    const all = [...document.querySelectorAll('*')];
    const isAddress = ({ name, value }: Attr): boolean =>
      /^(?:href|src|action|srcdoc)$/.test(name) && /^\s*(?:javascript|vbscript|data:text)/i.test(value);
    const isPlanted = (one: Element): boolean =>
      one.matches('[data-planted], script:not([src]), iframe, object, embed') ||
      [...one.attributes].some((attribute) => attribute.name.startsWith('on') || isAddress(attribute));
    return { executed: window.__executed ?? null, elements: all.filter(isPlanted).map((one) => one.outerHTML) };
  });

async function assertUnharmed({ page, complaints }: Watched): Promise<void> {
  assert.deepEqual(await traces(page), { executed: null, elements: [] });
  assert.deepEqual(complaints, []);
}

const shows = (page: Page, part: string, text: string) =>
  page.locator(part).filter({ hasText: text }).first().waitFor();

async function ask(page: Page, question: string): Promise<void> {
  await page.fill('#ask', question);
  await page.press('#ask', 'Enter');
  await shows(page, '.panel.answer .asked', question);
}

/** Opens the node that is found by a word. */
async function visit(page: Page, word: string, label: string): Promise<void> {
  await page.fill('#ask', word);
  await shows(page, '[role=option]', label);
  await page.locator('[role=option]').filter({ hasText: label }).first().dispatchEvent('pointerdown');
  await shows(page, '.panel.node .node-name', label);
}

/** An answer that is made of such texts wherever it is free to say what it likes, along a path of such nodes. */
async function answerOfTexts(): Promise<ProcessResponse> {
  const answer = await client.ask({ input: 'What is the opposite of hot?', cache: false });
  const path = [0, 1, 2].map((i) => `${GRAPH}#n${i}`);
  return {
    ...answer,
    answered: true,
    result: IMAGE,
    path,
    path_steps: path.slice(1).map((to, i) => ({
      from: path[i] as string,
      relation: TEXTS[i] as string,
      to,
      sentence: TEXTS[i + 4] as string,
    })),
    evidence: TEXTS.map((text, i) => ({ id: `texts/${i}`, title: text, snippet: text, score: 1, source: text })),
    opinions: TEXTS.map((text) => ({ source: text, answer: text, confidence: 0.5, outcome: 'answered' })),
    remarks: [...TEXTS],
    flags: [...TEXTS],
  };
}

/** From here on, every question gets this. */
const answerWith = (page: Page, status: number, json: object): Promise<unknown> =>
  page.route('**/api/v1/process', (route) => route.fulfill({ status, json }));

for (const [policy, bypassCSP] of [
  ['under the policy of the server', false],
  ['with the policy turned off', true],
] as const) {
  describe(`a text that is a script, ${policy}`, { skip, timeout: 900_000 }, () => {
    test('would be seen if it were taken for HTML: this test finds what it looks for', async () => {
      const { page, complaints } = await open(bypassCSP);
      await page.goto(server.url);
      await page.evaluate((texts) => {
        const box = document.createElement('div');
        box.innerHTML = texts.join(' ');
        document.body.append(box);
      }, TEXTS);
      if (bypassCSP) await page.waitForFunction(() => window.__executed !== undefined);
      else while (!complaints.some((line) => /Content Security Policy/.test(line))) await page.waitForTimeout(50);
      const { executed, elements } = await traces(page);
      assert.equal(executed !== null, bypassCSP);
      assert.ok(elements.length >= 5, elements.join('\n'));
    });

    test('is text in a question, in evidence, in what is found, and in a node', async () => {
      const watched = await open(bypassCSP);
      const { page } = watched;
      await page.goto(server.url);
      for (const [i, text] of TEXTS.entries()) {
        const word = WORDS[i] as string;
        await ask(page, `Who keeps the ${word}, ${text}?`);
        await page.waitForSelector('.panel.answer .trace');
        await shows(page, '.evidence strong', `${word} ${text}`);
        await shows(page, '.evidence .snippet', text);
        await assertUnharmed(watched);
        await page.locator('.evidence button').filter({ hasText: word }).first().click();
        await shows(page, '.panel.node .node-name', text);
        await shows(page, '.panel.node .gloss', text);
        await visit(page, word, text);
        await assertUnharmed(watched);
      }
    });

    test('is text in names, tags, sections and links of a note', async () => {
      const watched = await open(bypassCSP);
      const { page } = watched;
      await page.goto(server.url);
      await visit(page, 'ingelwort', SCRIPT);
      for (const name of [IMAGE, SVG]) await shows(page, '.panel.node .names', name);
      await shows(page, '.panel.node .gloss', IMAGE);
      for (const label of [SVG, TAG]) await shows(page, '.neighbours', label);
      await assertUnharmed(watched);
      await page.locator('.neighbours button').filter({ hasText: TAG }).click();
      await shows(page, '.panel.node .node-name', TAG);
      await assertUnharmed(watched);
    });

    test('is text in a graph that was taken in', async () => {
      const watched = await open(bypassCSP);
      const { page } = watched;
      await page.goto(server.url);
      for (const [i, text] of TEXTS.entries()) {
        await visit(page, `jorvet${i}`, text);
        await shows(page, '.panel.node .gloss', text);
        await shows(page, '.neighbours', TEXTS[i === 0 ? 1 : i - 1] as string);
        await assertUnharmed(watched);
      }
    });

    test('is text in an answer, wherever a model could have put it, and in an error', async () => {
      const watched = await open(bypassCSP);
      const { page } = watched;
      await answerWith(page, 200, await answerOfTexts());
      await page.goto(server.url);
      await ask(page, 'What is the opposite of hot?');
      await shows(page, '.result', IMAGE);
      for (const text of TEXTS) {
        await shows(page, '.evidence strong', text);
        await shows(page, '.evidence .snippet', text);
        await shows(page, '.opinions p', text);
        await shows(page, '.opinions .source', text);
      }
      for (const text of TEXTS.slice(0, 3)) await shows(page, '.path .chip', text);
      await assertUnharmed(watched);
      const refused = await fetch(`${server.url}/api/v1/process`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
      await page.unroute('**/api/v1/process');
      const error = (await refused.json()) as ErrorResponse;
      await answerWith(page, 400, { ...error, message: SVG, hint: IMAGE });
      await ask(page, 'What is the opposite of cold?');
      await shows(page, '.failure strong', SVG);
      await shows(page, '.failure p', IMAGE);
      await assertUnharmed(watched);
    });

    test('is text in the names of people and keys, in sessions, and in what is said of the settings', async () => {
      const { users } = await client.access.users();
      for (const { id } of users) if (id !== 'owner') await client.access.removeUser(id);
      for (const name of TEXTS) {
        await client.access.createUser({ name, role: 'reader', nostr: null });
        await client.access.createKey({ name, scopes: ['look'], expires_in_days: 1 });
      }
      const headers = {
        authorization: `Bearer ${server.key}`,
        'content-type': 'application/json',
        'user-agent': AGENT,
      };
      await fetch(`${server.url}/api/v1/auth/login`, { method: 'POST', headers, body: '{}' });
      const watched = await open(bypassCSP);
      const { page } = watched;
      await page.goto((await client.access.link()).url ?? '');
      await page.locator('.tools > .chip.who').click();
      const part = (name: string) => page.locator('dialog[open] .views').getByText(name, { exact: true }).click();
      for (const name of ['People', 'Keys'] as const) {
        await part(name);
        for (const text of TEXTS) await shows(page, 'dialog[open] .entry', text);
        const last = page.locator('dialog[open] .entry').filter({ hasText: IMAGE }).first();
        await last.getByRole('button', { name: name === 'Keys' ? 'Revoke…' : 'Remove…' }).click();
        await page.locator('dialog[open] [role=group]').filter({ hasText: IMAGE }).first().waitFor();
        await assertUnharmed(watched);
      }
      await part('Sessions');
      await shows(page, 'dialog[open] .entry', "onerror=__executed='agent'");
      await assertUnharmed(watched);
      await page.keyboard.press('Escape');
      await page.locator('dialog[open]').waitFor({ state: 'detached' });
      await assertSettingsUnharmed(watched);
    });
  });
}

/** A file with such a text for a setting, and a field with one. */
async function assertSettingsUnharmed(watched: Watched): Promise<void> {
  const { page } = watched;
  const file = join(server.dataFolder, 'vortexflow.yaml');
  await writeFile(file, `? '<img src=x data-planted onerror="__executed=1">'\n: 1\n`);
  try {
    while ((await client.config.show()).problem === null) await page.waitForTimeout(50);
    await page.getByRole('button', { name: 'Settings', exact: true }).first().click();
    await shows(page, 'dialog[open] [role=status]', 'What the file says now is not in force');
    await page.locator('#setting-cors_origins').fill(IMAGE);
    await page.locator('dialog[open]').getByRole('button', { name: 'Save' }).click();
    await page.locator('[data-setting=cors_origins] .refusal').waitFor();
    await assertUnharmed(watched);
  } finally {
    await rm(file);
  }
}

test('in the picture, too, names of nodes are text', { skip, timeout: 900_000 }, async () => {
  const args = [...WEBGL_FLAGS];
  const drawing = await chromium.launch({
    executablePath: browserPath as string,
    headless: true,
    args,
    timeout: PATIENCE,
  });
  try {
    const watched = await open(true, drawing);
    const { page } = watched;
    await answerWith(page, 200, { ...(await answerOfTexts()), path: [`${GRAPH}#n0`] });
    await page.goto(server.url);
    const framesOf = ({ frames }: PageStats): number => frames;
    while (framesOf(await page.evaluate(() => window.__vortexflow!.stats())) === 0) await page.waitForTimeout(100);
    await ask(page, 'What is the opposite of hot?');
    await shows(page, '.label.lit', IMAGE);
    await assertUnharmed(watched);
    const { index } = await client.graph.node(`${GRAPH}#n0`);
    // The layout may still be moving it: the pointer follows.
    const end = performance.now() + PATIENCE;
    while ((await page.locator('.tooltip strong').filter({ hasText: IMAGE }).count()) === 0) {
      assert.ok(performance.now() < end, 'nothing is told of the node under the pointer');
      const spot = await page.evaluate((node) => window.__vortexflow?.project(node) ?? null, index);
      if (spot) await page.mouse.move(spot.x, spot.y);
      await page.waitForTimeout(300);
    }
    await shows(page, '.tooltip p', IMAGE);
    await assertUnharmed(watched);
  } finally {
    for (const context of contexts.splice(0)) await context.close();
    await drawing.close();
  }
});
