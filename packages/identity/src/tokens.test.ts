import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createToken, hasDigest, tokenId } from './tokens.ts';

describe('tokens', () => {
  it('have an id that can be read back, and a hash of the whole', () => {
    const token = createToken('vfk', randomBytes);
    assert.match(token.text, /^vfk_[a-z0-9]{13}_[a-z0-9]{57}$/);
    assert.equal(tokenId('vfk', token.text), token.id);
    assert.ok(hasDigest(token.text, token.hash));
    assert.ok(!token.text.includes(token.hash));
  });

  it('of one kind are none of another', () => {
    assert.equal(tokenId('vfs', createToken('vfk', randomBytes).text), null);
  });

  it('give no id when any one letter is another one', () => {
    const { text } = createToken('vfk', randomBytes);
    const other = fc.integer({ min: 0, max: text.length - 1 });
    fc.assert(
      fc.property(other, fc.stringMatching(/^[a-z0-9_]$/), (at, letter) => {
        fc.pre(text[at] !== letter);
        assert.equal(tokenId('vfk', text.slice(0, at) + letter + text.slice(at + 1)), null);
      }),
    );
  });

  it('never throw for any text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 100 }), (text) => assert.equal(tokenId('vfk', text), null)));
  });

  it('keep their length with the smallest and the largest secret', () => {
    for (const byte of [0, 255]) {
      const { text } = createToken('vfk', (count) => Buffer.alloc(count, byte));
      assert.equal(text.length, 75);
      assert.notEqual(tokenId('vfk', text), null);
    }
  });
});
