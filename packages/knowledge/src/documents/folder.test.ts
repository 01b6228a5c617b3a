import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { MAX_DOCUMENT_CHARACTERS } from '../formats/format.ts';
import { type FolderDocument, readFolderFile } from './files.ts';
import { fileAt, type FolderFile, listFolder, type SkippedFile } from './folder.ts';

const top = mkdtempSync(join(tmpdir(), 'vortexflow-folder-'));
after(() => rmSync(top, { recursive: true, force: true }));

let folders = 0;

/** Makes a folder with these files. */
function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = join(top, `folder-${folders++}`);
  mkdirSync(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

async function read(folder: string): Promise<{ documents: FolderDocument[]; skipped: SkippedFile[] }> {
  const documents: FolderDocument[] = [];
  const skipped: SkippedFile[] = [];
  for await (const item of listFolder(folder)) {
    const read = 'skipped' in item ? item : await readFolderFile(item);
    if ('skipped' in read) skipped.push(read);
    else documents.push(...read);
  }
  return { documents, skipped };
}

test('every note comes, sorted by its id, and nothing else', async () => {
  const ids = ['B.md', 'a.markdown', 'a.md', 'a/b.md', 'a/c/d.TXT', 'a0.md', 'ä.md'];
  const others = [
    '.hidden.md',
    '.git/x.md',
    'node_modules/p/readme.md',
    'a/node_modules/x.md',
    'image.png',
    'md',
    'x.mdx',
  ];
  const folder = folderWith(Object.fromEntries([...others, ...ids].map((path) => [path, `Text of ${path}`])));
  mkdirSync(join(folder, 'empty.md'));
  const { documents, skipped } = await read(folder);
  assert.deepEqual(
    documents.map(({ id }) => id),
    ids,
  );
  for (const { id, text } of documents) assert.equal(text, `Text of ${id}`);
  assert.deepEqual(skipped, []);
});

test('the title is the first top heading, else that of the front matter, else the file name', async () => {
  const { documents } = await read(
    folderWith({
      '1.md': '---\ntitle: Front\n---\n## Second\n\n```\n# Code\n```\n\n# The *real* [[T|title]]\n\n# Later',
      '2.md': '\uFEFF---\r\ntitle: Front\r\n---\r\n## Second\r\n#Tag',
      '3 My note.txt': 'Plain text',
      '4.md': 'Underlined\n===',
      '5.md': `# ${'x'.repeat(600)}`,
    }),
  );
  const titles = documents.map(({ title }) => title);
  assert.deepEqual(titles, ['The real title', 'Front', '3 My note', 'Underlined', 'x'.repeat(512)]);
});

test('what cannot be a document is reported, and the others still come', async () => {
  const folder = folderWith({
    'a-long.md': 'x'.repeat(MAX_DOCUMENT_CHARACTERS + 1),
    'b-longer.md': 'x'.repeat(MAX_DOCUMENT_CHARACTERS * 3 + 1),
    'c-latin1.md': Uint8Array.from([0x63, 0x61, 0x66, 0xe9]),
    'd-binary.md': Uint8Array.from([0x61, 0x00, 0x62]),
    'e-just.md': '\u20ac'.repeat(MAX_DOCUMENT_CHARACTERS),
  });
  const { documents, skipped } = await read(folder);
  assert.deepEqual(
    documents.map(({ id }) => id),
    ['e-just.md'],
  );
  assert.deepEqual(skipped, [
    { skipped: 'a-long.md', reason: 'has more than 200,000 characters' },
    { skipped: 'b-longer.md', reason: 'has more than 200,000 characters' },
    { skipped: 'c-latin1.md', reason: 'is not UTF-8 text (line 1)' },
    { skipped: 'd-binary.md', reason: 'is not UTF-8 text (line 1)' },
  ]);
});

test('links are followed to files within the folder only', async () => {
  const folder = folderWith({ 'real.md': 'real', 'sub/x.md': 'x' });
  const outside = folderWith({ 'secret.md': 'secret' });
  symlinkSync('real.md', join(folder, 'inside.md'));
  symlinkSync(join(outside, 'secret.md'), join(folder, 'leaves.md'));
  symlinkSync('missing.md', join(folder, 'broken.md'));
  symlinkSync('.', join(folder, 'loop'));
  symlinkSync('sub', join(folder, 'folder.md'));
  symlinkSync(outside, join(folder, 'outside'));
  const { documents, skipped } = await read(folder);
  assert.deepEqual(
    documents.map(({ id, text }) => [id, text]),
    [
      ['inside.md', 'real'],
      ['real.md', 'real'],
      ['sub/x.md', 'x'],
    ],
  );
  assert.deepEqual(skipped, [
    { skipped: 'broken.md', reason: 'is a link that leads nowhere' },
    { skipped: 'folder.md', reason: 'is not a file' },
    { skipped: 'leaves.md', reason: 'is a link that leaves the folder' },
    { skipped: 'outside/', reason: 'is a link that leaves the folder' },
  ]);
  // As the watch asks for it: by its name alone.
  const leaves = (skipped: string): SkippedFile => ({ skipped, reason: 'is a link that leaves the folder' });
  assert.deepEqual(await fileAt(folder, 'leaves.md'), leaves('leaves.md'));
  assert.deepEqual(await fileAt(folder, 'outside/secret.md'), leaves('outside/secret.md'));
  assert.deepEqual(await fileAt(folder, 'outside'), leaves('outside/'));
  assert.deepEqual([await fileAt(folder, 'missing.md'), await fileAt(folder, 'real.md/x.md')], [null, null]);
});

test('a link that takes the place of a file after the listing is not read', async () => {
  const folder = folderWith({ 'a.md': 'a', 'sub/b.md': 'b', 'c.md': 'c' });
  const outside = folderWith({ 'secret.md': 'secret', 'b.md': 'secret' });
  const listed: (FolderFile | SkippedFile)[] = [];
  for await (const item of listFolder(folder)) listed.push(item);
  rmSync(join(folder, 'a.md'));
  symlinkSync(join(outside, 'secret.md'), join(folder, 'a.md'));
  rmSync(join(folder, 'sub'), { recursive: true });
  symlinkSync(outside, join(folder, 'sub'));
  rmSync(join(folder, 'c.md'));
  const read = await Promise.all(listed.map(async (item) => ('skipped' in item ? item : readFolderFile(item))));
  assert.deepEqual(read, [
    { skipped: 'a.md', reason: 'has become a link' },
    { skipped: 'c.md', reason: 'cannot be read' },
    { skipped: 'sub/b.md', reason: 'has become a link' },
  ]);
});

test('a folder that is itself a link is read', async () => {
  const folder = folderWith({ 'a.md': 'a' });
  symlinkSync(folder, join(top, 'link-to-folder'));
  assert.deepEqual(
    (await read(join(top, 'link-to-folder'))).documents.map(({ id }) => id),
    ['a.md'],
  );
});

test('a folder that is missing rejects', () => assert.rejects(read(join(top, 'missing')), { code: 'ENOENT' }));
