import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { npubOf, publicKeyOf } from './npub.ts';

/** From NIP-19. */
const EXAMPLES = [
  [
    '7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e',
    'npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg',
  ],
  [
    '3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d',
    'npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6',
  ],
] as const;

const hex = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));

test('the examples of the specification', () => {
  for (const [key, npub] of EXAMPLES) assert.deepEqual([npubOf(key), publicKeyOf(npub)], [npub, key]);
});

test('every key comes back, in either form, upper case and with blanks around', () => {
  fc.assert(
    fc.property(hex, (key) => {
      const npub = npubOf(key);
      for (const text of [key, npub, key.toUpperCase(), npub.toUpperCase(), ` ${npub}\n`])
        assert.equal(publicKeyOf(text), key);
    }),
  );
});

test('one wrong letter, or two that have changed places, are always found', () => {
  const letters = Array.from('qpzry9x8gf2tvdw0s3jn54khce6mua7l');
  fc.assert(
    fc.property(hex, fc.integer({ min: 5, max: 62 }), fc.constantFrom(...letters), (key, at, letter) => {
      const npub = npubOf(key);
      const wrong = npub.slice(0, at) + letter + npub.slice(at + 1);
      assert.equal(publicKeyOf(wrong), wrong === npub ? key : null);
      const swapped = npub.slice(0, at - 1) + npub[at] + npub[at - 1] + npub.slice(at + 1);
      if (at > 5) assert.equal(publicKeyOf(swapped), swapped === npub ? key : null);
    }),
  );
});

test('nothing else is a key', () => {
  const [[key, npub]] = EXAMPLES;
  for (const text of ['', key.slice(1), `${key}0`, `0x${key}`, npub.slice(1), `n${npub}`, `nsec${npub.slice(4)}`])
    assert.equal(publicKeyOf(text), null, text);
});
