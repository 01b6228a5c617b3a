/** Files of all kinds, read from the disk. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { makePdf } from '../formats/test-pdf.ts';
import { type FolderDocument, readFolderFile } from './files.ts';
import { isKnowledge, listFolder, rootOf, type SkippedFile } from './folder.ts';

const top = mkdtempSync(join(tmpdir(), 'vortexflow-files-'));
after(() => rmSync(top, { recursive: true, force: true }));
let folders = 0;

function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = join(top, `f${folders++}`);
  mkdirSync(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

async function read(path: string): Promise<{ documents: FolderDocument[]; skipped: SkippedFile[] }> {
  const documents: FolderDocument[] = [];
  const skipped: SkippedFile[] = [];
  for await (const item of listFolder(path)) {
    const read = 'skipped' in item ? item : await readFolderFile(item);
    if ('skipped' in read) skipped.push(read);
    else documents.push(...read);
  }
  return { documents, skipped };
}

test('every known format comes with its name, and nothing else', async () => {
  const names = [
    'a.md',
    'b.txt',
    'c.HTML',
    'd.csv',
    'e.tsv',
    'f.json',
    'g.jsonl',
    'h.graphml',
    'i.gexf',
    'j.nt',
    'k.ttl',
    'l.canvas',
  ];
  const folder = folderWith(
    Object.fromEntries([...names, 'x.png', 'y.docx', '.hidden.md', 'logseq/config.md'].map((name) => [name, 'text'])),
  );
  const { documents } = await read(folder);
  assert.deepEqual(
    documents.map(({ id }) => id),
    names,
  );
  const formats = documents.map(({ format }) => format);
  assert.deepEqual(formats, [
    'markdown',
    'text',
    'html',
    'csv',
    'tsv',
    'json',
    'jsonl',
    'graphml',
    'gexf',
    'ntriples',
    'turtle',
    'json',
  ]);
  assert.deepEqual(['a/b.md', 'a/.b/c.md', 'logseq/x.md', 'a/logseq/x.md', 'a.png', '.a.md'].map(isKnowledge), [
    true,
    false,
    false,
    true,
    false,
    false,
  ]);
});

test('titles: of a page its own, of Logseq the name that a file name stands for', async () => {
  const { documents } = await read(
    folderWith({
      '1.html': '<title> The\n page </title><h1>No</h1>',
      '2.html': '<h1>Heading</h1>',
      'a___b%3F.md': 'x',
      'c.txt': '# no heading',
    }),
  );
  assert.deepEqual(
    documents.map(({ title }) => title),
    ['The page', 'Heading', 'a/b?', 'c'],
  );
});

test('UTF-16 with its mark is text; bytes that are no text are said with their line', async () => {
  const utf16 = Buffer.from('\uFEFFGrüße', 'utf16le');
  const { documents, skipped } = await read(
    folderWith({
      'a.txt': utf16,
      'b.md': Buffer.from('one\ntwo \xe9 three\n', 'latin1'),
      'c.csv': Buffer.from([0x61, 0x0a, 0x0a, 0x00]),
    }),
  );
  assert.deepEqual(
    documents.map(({ text }) => text),
    ['Grüße'],
  );
  assert.deepEqual(skipped, [
    { skipped: 'b.md', reason: 'is not UTF-8 text (line 2)' },
    { skipped: 'c.csv', reason: 'is not UTF-8 text (line 3)' },
  ]);
});

test('a file that is too large is not read, and a page is taken by its text when its markup is too long', async () => {
  const folder = folderWith({
    'big.md': '',
    'big.graphml': '',
    'page.html': `<title>T</title><p>words</p>${`<i class="${'x'.repeat(100)}"></i>`.repeat(3_000)}<p>more</p>`,
    'long.html': `<p>${'word '.repeat(60_000)}</p>`,
  });
  truncateSync(join(folder, 'big.md'), 100_000_000);
  truncateSync(join(folder, 'big.graphml'), 300_000_000);
  const { documents, skipped } = await read(folder);
  assert.deepEqual(documents, [{ id: 'page.html', title: 'T', text: 'words\n\nmore', format: 'text' }]);
  assert.deepEqual(skipped, [
    { skipped: 'big.graphml', reason: 'has more than 67,108,864 characters' },
    { skipped: 'big.md', reason: 'has more than 200,000 characters' },
    { skipped: 'long.html', reason: 'has more than 200,000 characters' },
  ]);
});

test('a PDF becomes pages, a long one several documents; what is none is said', async () => {
  const { documents, skipped } = await read(
    folderWith({
      'a.pdf': makePdf(['First page.', '', 'Third page.'], 'A paper'),
      'b.pdf': makePdf(Array.from({ length: 60 }, () => 'word '.repeat(1_000))),
      'c.pdf': makePdf(['', '']),
      'd.pdf': 'no PDF',
      'e.pdf': makePdf(['x']).subarray(0, 100),
    }),
  );
  assert.deepEqual(documents[0], {
    id: 'a.pdf',
    title: 'A paper',
    text: 'First page.\f\fThird page.\f',
    format: 'text',
  });
  assert.deepEqual(
    documents.slice(1).map(({ id, title, format }) => [id, title, format]),
    [
      ['b.pdf', 'b', 'text'],
      ['b.pdf (2)', 'b (2)', 'text;page=41'],
    ],
  );
  assert.deepEqual(skipped, [
    { skipped: 'c.pdf', reason: 'holds no text (pictures of text are not read)' },
    { skipped: 'd.pdf', reason: 'is no PDF that can be read' },
    { skipped: 'e.pdf', reason: 'is no PDF that can be read' },
  ]);
});

test('an empty folder has nothing; one file is read whatever it is called', async () => {
  const folder = folderWith({ 'notes.xyz': 'Plain words.' });
  assert.deepEqual(await read(folder), { documents: [], skipped: [] });
  const file = join(folder, 'notes.xyz');
  assert.deepEqual((await read(file)).documents, [
    { id: 'notes.xyz', title: 'notes', text: 'Plain words.', format: 'text' },
  ]);
  assert.equal(await rootOf(file), await rootOf(folder));
});
