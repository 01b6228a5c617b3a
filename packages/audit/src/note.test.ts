import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts';
import { leafHash, MerkleTree } from './merkle.ts';
import { openNote, parseVerifierKey, signNote, verifierKey } from './note.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const signer = { name: 'log.example', privateKey };
const verifier = { name: 'log.example', publicKey };
const isInvalid = { code: 'note_invalid' };

describe('signed notes', () => {
  it('are those of other implementations: the example of golang.org/x/mod/sumdb/note', () => {
    const key = parseVerifierKey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
    const text =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const note = `${text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
    assert.equal(openNote(note, key), text);
    assert.throws(() => openNote(note.replace('think', 'thinks'), key), isInvalid);
  });

  it('open with the key that signed them, and with no other', () => {
    const note = signNote('a\nb\n', signer);
    assert.equal(openNote(note, verifier), 'a\nb\n');
    assert.deepEqual(
      parseVerifierKey(verifierKey(verifier)).publicKey.export({ format: 'jwk' }),
      publicKey.export({ format: 'jwk' }),
    );
    assert.throws(() => openNote(note, { name: 'other.example', publicKey }), isInvalid);
    const other = generateKeyPairSync('ed25519');
    assert.throws(() => openNote(note, { name: 'log.example', publicKey: other.publicKey }), isInvalid);
  });

  it('may carry signatures of others, but not two of ours', () => {
    const note = signNote('a\n', signer);
    const [, line] = note.split('\n\n') as [string, string];
    assert.equal(openNote(`${note}— witness.example AAAA\n`, verifier), 'a\n');
    assert.throws(() => openNote(`${note}${line}`, verifier), isInvalid);
  });

  it('have one spelling', () => {
    const note = signNote('a\n', signer);
    for (const other of [
      note.slice(0, -1),
      note.replace('— ', '- '),
      note.replace(/=*\n$/, '\n '),
      `${note}\n`,
      note.replace('\n\n', '\n'),
      '',
    ])
      assert.throws(() => openNote(other, verifier), isInvalid, other);
    // The last digit of base64 has bits that mean nothing.
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    const at = note.search(/=*\n$/) - 1;
    const last = digits.indexOf(note[at] as string);
    const respelt = note.slice(0, at) + digits[last ^ 1] + note.slice(at + 1);
    assert.throws(() => openNote(respelt, verifier), isInvalid);
  });
});

describe('checkpoints', () => {
  it('say origin, size and root', () => {
    const tree = new MerkleTree();
    tree.append(leafHash(Buffer.from('x')));
    const note = signCheckpoint(tree, signer);
    assert.deepEqual(openCheckpoint(note, verifier), { origin: 'log.example', size: 1, root: tree.root() });
  });

  it('are refused when they are of another log, however well signed', () => {
    const root = Buffer.alloc(32).toString('base64');
    assert.throws(() => openCheckpoint(signNote(`other\n1\n${root}\n`, signer), verifier), isInvalid);
  });

  it('have one spelling', () => {
    const root = Buffer.alloc(32, 7).toString('base64');
    assert.equal(parseCheckpoint(`o\n10\n${root}\n`).size, 10);
    for (const text of [
      `o\n010\n${root}\n`,
      `o\n+1\n${root}\n`,
      `o\n1e1\n${root}\n`,
      `o\n10\n${root.slice(0, -1)}\n`,
      `o\n10\n${root}\nmore\n`,
      `o\n10\n${root}`,
      `\n10\n${root}\n`,
      `o\n99999999999999999\n${root}\n`,
    ])
      assert.throws(() => parseCheckpoint(text), isInvalid, text);
  });
});
