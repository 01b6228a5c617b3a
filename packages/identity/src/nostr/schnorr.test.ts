import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { nostrKey } from '@vortexflow/testkit';
import fc from 'fast-check';
import { loadSchnorr, type VerifySchnorr } from './schnorr.ts';

let verify: VerifySchnorr;
before(async () => {
  verify = await loadSchnorr();
});

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const MESSAGE = '243F6A8885A308D313198A2E03707344A4093822299F31D0082EFA98EC4E6C89';
const KEY = 'DFF1D77F2A671C5F36183726DB2341BE58FEAE1DA2DECED843240F7B502BA659';
const R = '7036D6BFE1837AE919631039A2CF652A295DFAC9A8BBB0806014B2F48DD7C807';
const S = '941607B563ABBA414287F374A332BA3636DE009EE1EF551A17796B72B68B8A24';

describe('Schnorr signatures (BIP 340)', () => {
  it('takes the first vector', () => {
    const key = hex('F9308A019258C31049344F85F89D5229B531C845836F99B08601F113BCE036F9');
    const signature =
      'E907831F80848D1069A5371B402410364BDF1C5F8307B0084C55F1CE2DCA821525F66A4A85EA8B71E482A74F382D2CE5EBEEE8FDB2172F477DF4900D310536C0';
    assert.equal(verify(Buffer.alloc(32), key, hex(signature)), true);
    // Of an early draft, in which the sign of R was chosen in another way.
    const draft =
      '067E337AD551B2276EC705E43F0920926A9CE08AC68159F9D258C9BBA412781C9F059FCDF4824F13B3D7C1305316F956704BB3FEA2C26142E18ACD90A90C947E';
    assert.equal(verify(Buffer.alloc(32), key, hex(draft)), false);
  });

  for (const [name, key, signature] of [
    ['a key that is not on the curve', 'EEFDEA4CDB677750A420FEE807EACF21EB9898AE79B9768766E4FAA04A2D4A34', R + S],
    ['a key beyond the field', 'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC30', R + S],
    [
      'an s that is the order of the curve',
      KEY,
      `${R}FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141`,
    ],
    ['an R that is the size of the field', KEY, `FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F${S}`],
    ['an R that is no point', KEY, `4A298DACAE57395A15D0795DDBFD1DCB564DA82B0F269BC70A74F8220429BA1D${S}`],
    ['nothing but zeros', '00'.repeat(32), '00'.repeat(64)],
  ] as const) {
    it(`refuses ${name}`, () => assert.equal(verify(hex(MESSAGE), hex(key), hex(signature)), false));
  }

  it('takes what it signs, and nothing in which a bit is another one', async () => {
    const key = await nostrKey(9);
    const event = key.sign({ url: 'https://a.example/', method: 'GET', body: null, at: 1 });
    const parts = [event.id, key.publicKey, event.sig].map(hex) as [Buffer, Buffer, Buffer];
    assert.equal(verify(...parts), true);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 128 * 8 - 1 }), (bit) => {
        const flipped = parts.map((part) => Buffer.from(part)) as [Buffer, Buffer, Buffer];
        let at = bit >> 3;
        for (const part of flipped) {
          if (at >= 0 && at < part.length) part[at] = (part[at] as number) ^ (1 << (bit & 7));
          at -= part.length;
        }
        assert.equal(verify(...flipped), false);
      }),
    );
  });
});
