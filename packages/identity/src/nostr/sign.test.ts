import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nostrKey } from '@vortexflow/testkit';
import fc from 'fast-check';
import { eventId } from './event.ts';
import { loadSchnorr } from './schnorr.ts';
import { nostrSigner } from './sign.ts';

describe('signed events', () => {
  it('have the id of their content, and a signature that counts', async () => {
    const [signer, verify] = [await nostrSigner('11'.repeat(32)), await loadSchnorr()];
    assert.equal(signer.publicKey, (await nostrKey(0x11)).publicKey);
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.nat(65_535), (content, created_at, kind) => {
        const event = signer.sign({ content, created_at, kind, tags: [['d', content]] });
        assert.equal(event.id, eventId(event));
        const [id, key, signature] = [event.id, event.pubkey, event.sig].map((text) => Buffer.from(text, 'hex'));
        assert.ok(verify(id as Buffer, key as Buffer, signature as Buffer));
      }),
      { numRuns: 20 },
    );
  });

  it('need a key that is one, and the refusal does not tell it', async () => {
    const order = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';
    for (const secret of ['', 'hunter2', '00'.repeat(32), order, '11'.repeat(31), `${'11'.repeat(32)}\n`])
      await assert.rejects(nostrSigner(secret), (failure: Error) => {
        assert.match(failure.message, /64 hexadecimal digits/);
        assert.ok(secret === '' || !failure.message.includes(secret));
        return true;
      });
  });
});
