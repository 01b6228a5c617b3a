/** The verifier against forgers: those who edit the files, and those who know how the log is made and do it anew. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import * as fc from 'fast-check';
import { signCheckpoint } from './checkpoint.ts';
import { type AuditEntry, NO_HASH, parseEntry, writeEntry } from './entry.ts';
import { leafHash, MerkleTree } from './merkle.ts';
import { signNote } from './note.ts';
import { CHECKPOINTS, listSegments } from './segments.ts';
import { fill, testFolder } from './test-log.ts';
import { type Finding, verifyLog } from './verify.ts';

fc.configureGlobal({ seed: 4_4 });

/** A log of three segments, signed several times; every test forges a copy of it. */
let whole: { folder: string; privateKey: KeyObject; publicKey: KeyObject; anchors: string[]; entries: number };

before(async () => {
  const { folder, open, privateKey, publicKey, clock } = await testFolder(null);
  const anchors: string[] = [];
  const anchor = { name: 'test', publish: (note: string) => Promise.resolve(void anchors.push(note)) };
  const log = await open({ rotateBytes: 3_500, anchors: [anchor] });
  for (let i = 0; i < 40; i++) {
    await fill(log, 1, i);
    clock.advance(1_000);
    if (i % 8 === 7) await log.checkpoint();
  }
  await log.close();
  whole = { folder, privateKey, publicKey, anchors, entries: 43 };
  assert.ok((await listSegments(folder)).length >= 3);
});
after(() => rm(whole.folder, { recursive: true, force: true }));

class Forgery {
  readonly folder: string;
  constructor(folder: string) {
    this.folder = folder;
  }
  async segments(): Promise<string[]> {
    return (await listSegments(this.folder)).map(({ file }) => file);
  }
  async edit(file: number | string, change: (lines: string[]) => readonly string[] | string): Promise<void> {
    const path = typeof file === 'string' ? join(this.folder, file) : ((await this.segments())[file] as string);
    const changed = change((await readFile(path, 'utf8')).split('\n').slice(0, -1));
    await writeFile(path, typeof changed === 'string' ? changed : changed.map((line) => `${line}\n`).join(''));
  }
  /** All entries, made anew from the given ones as the log would: chain, places, hashes. */
  async rechain(change: (entries: AuditEntry[]) => AuditEntry[]): Promise<MerkleTree> {
    const files = await this.segments();
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    const entries = texts
      .flatMap((text) => text.split('\n').slice(0, -1))
      .map((line) => parseEntry(Buffer.from(line)) as AuditEntry);
    const tree = new MerkleTree();
    let prev: Buffer = NO_HASH;
    const lines = change(entries).map((entry, seq) => {
      const { line, hash } = writeEntry(entry, seq, Date.parse(entry.time), prev);
      prev = hash;
      tree.append(hash);
      return line;
    });
    for (const file of files) await rm(file);
    await writeFile(join(this.folder, '000000000000.jsonl'), Buffer.concat(lines));
    return tree;
  }
}

async function forged(
  change: (forgery: Forgery) => Promise<unknown>,
): Promise<{ findings: readonly Finding[]; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'vortexflow-forged-'));
  try {
    await cp(whole.folder, folder, { recursive: true });
    await change(new Forgery(folder));
    const { findings } = await verifyLog(folder, { publicKey: whole.publicKey, anchors: whole.anchors });
    return { findings, folder };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const swap = (lines: string[], a: number, b: number): string[] =>
  lines.with(a, lines[b] as string).with(b, lines[a] as string);

/** What is done to the files, and the first entry that must be named; undefined: any. */
const TAMPERINGS: readonly (readonly [string, (forgery: Forgery) => Promise<unknown>, number?])[] = [
  ['a field edited', (f) => f.edit(0, (lines) => lines.with(5, (lines[5] as string).replace('"done"', '"gone"'))), 5],
  [
    'a number edited, as long as before',
    (f) => f.edit(0, (lines) => lines.with(4, (lines[4] as string).replace('"number":2', '"number":7'))),
    4,
  ],
  [
    'the time of an entry edited',
    (f) => f.edit(0, (lines) => lines.with(3, (lines[3] as string).replace('T00:', 'T01:'))),
    3,
  ],
  ['an entry deleted in the middle', (f) => f.edit(0, (lines) => lines.toSpliced(6, 1)), 6],
  ['the first entry deleted', (f) => f.edit(0, (lines) => lines.slice(1)), 0],
  ['the last entry deleted', (f) => f.edit(-1 + 3, (lines) => lines.slice(0, -1))],
  ['the end cut off in the middle of an entry', (f) => f.edit(2, (lines) => lines.join('\n').slice(0, -20))],
  ['an entry inserted', (f) => f.edit(0, (lines) => lines.toSpliced(4, 0, '{"seq":4,"action":"document.put"}')), 4],
  ['an entry appended', (f) => f.edit(2, (lines) => [...lines, '{"seq":43,"action":"document.put"}'])],
  ['an entry twice', (f) => f.edit(0, (lines) => lines.toSpliced(3, 0, lines[3] as string)), 4],
  ['two entries in the other order', (f) => f.edit(0, (lines) => swap(lines, 3, 4)), 3],
  [
    'two segments swapped',
    async (f) => {
      const [a = '', b = ''] = await f.segments();
      await rename(a, `${a}.x`);
      await rename(b, a);
      await rename(`${a}.x`, b);
    },
    0,
  ],
  ['a segment deleted', async (f) => rm((await f.segments())[1] as string)],
  ['the first segment deleted', async (f) => rm((await f.segments())[0] as string), 0],
  ['the last segment deleted', async (f) => rm((await f.segments()).at(-1) as string)],
  [
    'a segment under another number',
    async (f) => rename((await f.segments())[1] as string, join(f.folder, '000000000099.jsonl')),
  ],
  ['all segments deleted', async (f) => Promise.all((await f.segments()).map((file) => rm(file))), 0],
  [
    'a blank added that JSON does not see',
    (f) => f.edit(0, (lines) => lines.with(2, (lines[2] as string).replace('":', '": '))),
    2,
  ],
  [
    'a letter spelt as an escape',
    (f) => f.edit(0, (lines) => lines.with(2, (lines[2] as string).replace('naïve', 'na\\u00efve'))),
    2,
  ],
  [
    'a letter in another normal form',
    (f) => f.edit(0, (lines) => lines.with(2, (lines[2] as string).normalize('NFD'))),
    2,
  ],
  [
    'the fields in another order',
    (f) =>
      f.edit(0, (lines) =>
        lines.with(
          2,
          (lines[2] as string).replace(/"action":"([^"]*)","outcome":"([^"]*)"/, '"outcome":"$2","action":"$1"'),
        ),
      ),
    2,
  ],
  [
    'a field twice, the last one counts',
    (f) =>
      f.edit(0, (lines) => lines.with(2, (lines[2] as string).replace('"outcome"', '"outcome":"refused","outcome"'))),
    2,
  ],
  ['line feeds of Windows', (f) => f.edit(0, (lines) => lines.map((line) => `${line}\r`)), 0],
  ['an empty line', (f) => f.edit(0, (lines) => lines.toSpliced(3, 0, '')), 3],
  [
    'an entry with its own hash made anew',
    (f) => f.edit(0, (lines) => lines.with(5, rehashed((lines[5] as string).replace('"done"', '"gone"')))),
    6,
  ],
  [
    'a checkpoint with another root',
    (f) => f.edit(CHECKPOINTS, (lines) => lines.with(1, (lines[1] as string).replace(/[A-Z]/, '0'))),
  ],
  [
    'a checkpoint of another key',
    (f) => {
      const { privateKey } = generateKeyPairSync('ed25519');
      return f.edit(CHECKPOINTS, (lines) => {
        const note = JSON.parse(lines.at(-1) as string) as string;
        const text = note.slice(0, note.indexOf('\n\n') + 1);
        const name = text.split('\n', 1)[0] as string;
        return [...lines.slice(0, -1), JSON.stringify(signNote(text, { name, privateKey }))];
      });
    },
  ],
  ['an old checkpoint said again', (f) => f.edit(CHECKPOINTS, (lines) => [...lines, lines[1] as string])],
  ['checkpoints in another order', (f) => f.edit(CHECKPOINTS, (lines) => swap(lines, 1, 2))],
  [
    'a checkpoint spelt otherwise',
    (f) => f.edit(CHECKPOINTS, (lines) => lines.with(1, (lines[1] as string).replace('v', '\\u0076'))),
  ],
  ['the last checkpoints deleted', (f) => f.edit(CHECKPOINTS, (lines) => lines.slice(0, 2))],
  ['all checkpoints deleted', (f) => rm(join(f.folder, CHECKPOINTS))],
];

function rehashed(line: string): string {
  const body = line.replace(/,"hash":"[0-9a-f]{64}"\}$/, '');
  return `${body},"hash":"${leafHash(Buffer.from(body)).toString('hex')}"}`;
}

const withoutLast = (entries: AuditEntry[]): AuditEntry[] => entries.slice(0, -10);
const changed = (entries: AuditEntry[]): AuditEntry[] =>
  entries.with(20, { ...(entries[20] as AuditEntry), outcome: 'refused' });

/** By somebody who makes the whole chain anew, so that every entry is in order by itself. */
const REMADE: readonly (readonly [string, (forgery: Forgery) => Promise<unknown>])[] = [
  ['an entry edited', (f) => f.rechain(changed)],
  ['an entry deleted', (f) => f.rechain((entries) => entries.toSpliced(20, 1))],
  ['an entry inserted', (f) => f.rechain((entries) => entries.toSpliced(20, 0, entries[3] as AuditEntry))],
  [
    'two entries in the other order',
    (f) => f.rechain((entries) => entries.with(20, entries[21] as AuditEntry).with(21, entries[20] as AuditEntry)),
  ],
  [
    'the end cut off, and the checkpoints that knew it',
    async (f) => {
      const tree = await f.rechain(withoutLast);
      await f.edit(CHECKPOINTS, (lines) =>
        lines.filter((line) => Number((JSON.parse(line) as string).split('\n')[1]) <= tree.size),
      );
    },
  ],
  [
    'the end cut off, and the rest signed with the stolen key',
    async (f) => {
      const tree = await f.rechain(withoutLast);
      await f.edit(CHECKPOINTS, (lines) => {
        const notes = lines.map((line) => JSON.parse(line) as string);
        const name = notes[0]?.split('\n', 1)[0] as string;
        return [
          ...lines.filter((_, i) => Number(notes[i]?.split('\n')[1]) < tree.size),
          JSON.stringify(signCheckpoint(tree, { name, privateKey: whole.privateKey })),
        ];
      });
    },
  ],
  [
    'all of it, signed with the stolen key',
    async (f) => {
      const tree = await f.rechain(changed);
      await f.edit(CHECKPOINTS, (lines) => {
        const name = (JSON.parse(lines[0] as string) as string).split('\n', 1)[0] as string;
        return [JSON.stringify(signCheckpoint(tree, { name, privateKey: whole.privateKey }))];
      });
    },
  ],
  [
    'all of it, signed with another key',
    async (f) => {
      const tree = await f.rechain((entries) => entries);
      const { privateKey } = generateKeyPairSync('ed25519');
      await f.edit(CHECKPOINTS, (lines) => {
        const name = (JSON.parse(lines[0] as string) as string).split('\n', 1)[0] as string;
        return [JSON.stringify(signCheckpoint(tree, { name, privateKey }))];
      });
    },
  ],
  [
    'another log in its place',
    async (f) => {
      for (const name of await readdir(f.folder)) await rm(join(f.folder, name), { recursive: true });
      const other = await testFolder(null);
      const log = await other.open({ privateKey: whole.privateKey });
      await fill(log, 60);
      await log.close();
      await cp(other.folder, f.folder, { recursive: true });
      await rm(other.folder, { recursive: true });
    },
  ],
];

describe('verification', () => {
  it('finds nothing in a log that is what it was, with anchors and without', async () => {
    const { folder, publicKey, anchors, entries } = whole;
    const found = await verifyLog(folder, { publicKey, anchors });
    assert.deepEqual([found.findings, found.notices], [[], []]);
    assert.deepEqual([found.entries, found.signed, found.anchored], [entries, entries, entries]);
    assert.deepEqual((await verifyLog(folder, { publicKey })).findings, []);
    const half = await verifyLog(folder, { publicKey, anchors, entries: 20 });
    assert.deepEqual([half.findings, half.entries], [[], 20]);
  });

  for (const [name, tamper, seq] of TAMPERINGS) {
    it(`finds ${name}`, async () => {
      const { findings } = await forged(tamper);
      assert.ok(findings.length > 0, 'nothing was found');
      if (seq !== undefined) assert.equal(findings[0]?.seq, seq, JSON.stringify(findings[0]));
    });
  }

  for (const [name, tamper] of REMADE) {
    it(`finds, in a chain that was made anew: ${name}`, async () => {
      const { findings } = await forged(tamper);
      assert.ok(findings.length > 0, 'nothing was found');
    });
  }

  it('needs anchors to see a past that was signed anew, and no more than them', async () => {
    const remade = REMADE.find(([name]) => name === 'all of it, signed with the stolen key');
    const folder = await mkdtemp(join(tmpdir(), 'vortexflow-forged-'));
    try {
      await cp(whole.folder, folder, { recursive: true });
      await remade?.[1](new Forgery(folder));
      const { publicKey, anchors } = whole;
      assert.deepEqual((await verifyLog(folder, { publicKey })).findings, []);
      for (const anchor of anchors.filter((note) => Number(note.split('\n')[1]) > 20))
        assert.notDeepEqual((await verifyLog(folder, { publicKey, anchors: [anchor] })).findings, []);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('needs the right key', async () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    assert.notDeepEqual((await verifyLog(whole.folder, { publicKey })).findings, []);
  });

  it('finds that there is no log', async () => {
    const { findings } = await verifyLog(join(whole.folder, 'nowhere'), { publicKey: whole.publicKey });
    assert.equal(findings[0]?.text, 'there is no log');
  });

  it('finds every flipped bit and names the entry', async () => {
    const files = (await listSegments(whole.folder)).map(({ file }) => file);
    const bytes = await Promise.all(files.map((file) => readFile(file)));
    const places = bytes.flatMap((text, file) => Array.from(text, (_, at) => ({ file, at })));
    const first = (file: number): number => Number(files[file]?.match(/(\d+)\.jsonl$/)?.[1]);
    const folder = await mkdtemp(join(tmpdir(), 'vortexflow-forged-'));
    try {
      await cp(whole.folder, folder, { recursive: true });
      await fc.assert(
        fc.asyncProperty(fc.nat({ max: places.length - 1 }), fc.nat({ max: 7 }), async (place, bit) => {
          const { file, at } = places[place] as { file: number; at: number };
          const changed = Buffer.from(bytes[file] as Buffer);
          changed[at] = (changed[at] as number) ^ (1 << bit);
          const path = join(folder, files[file]?.split('/').at(-1) as string);
          await writeFile(path, changed);
          const { findings } = await verifyLog(folder, { publicKey: whole.publicKey });
          await writeFile(path, bytes[file] as Buffer);
          const entry = first(file) + (bytes[file] as Buffer).subarray(0, at).filter((byte) => byte === 0x0a).length;
          assert.equal(findings[0]?.seq, entry, JSON.stringify(findings[0]));
        }),
        { numRuns: 300 },
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('finds every flipped bit of the checkpoints', async () => {
    const text = await readFile(join(whole.folder, CHECKPOINTS));
    const folder = await mkdtemp(join(tmpdir(), 'vortexflow-forged-'));
    try {
      await cp(whole.folder, folder, { recursive: true });
      await fc.assert(
        fc.asyncProperty(fc.nat({ max: text.length - 2 }), fc.nat({ max: 7 }), async (at, bit) => {
          const changed = Buffer.from(text);
          changed[at] = (changed[at] as number) ^ (1 << bit);
          await writeFile(join(folder, CHECKPOINTS), changed);
          const { findings } = await verifyLog(folder, { publicKey: whole.publicKey });
          assert.ok(findings.length > 0);
        }),
        { numRuns: 200 },
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
