import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { base32, codeOf, matchingStep, otpauthUri, stepAt } from './totp.ts';

/** RFC 6238, appendix B: the seeds are as long as the hash. */
const SEEDS = {
  sha1: Buffer.from('12345678901234567890'),
  sha256: Buffer.from('12345678901234567890123456789012'),
  sha512: Buffer.from('1234567890123456789012345678901234567890123456789012345678901234'),
};
const VECTORS: [number, string, string, string][] = [
  [59, '94287082', '46119246', '90693936'],
  [1111111109, '07081804', '68084774', '25091201'],
  [1111111111, '14050471', '67062674', '99943326'],
  [1234567890, '89005924', '91819424', '93441116'],
  [2000000000, '69279037', '90698825', '38618901'],
  [20000000000, '65353130', '77737706', '47863826'],
];

describe('TOTP', () => {
  for (const [seconds, sha1, sha256, sha512] of VECTORS) {
    it(`computes the codes of RFC 6238 at ${seconds} s`, () => {
      const step = stepAt(seconds * 1000);
      assert.equal(codeOf(SEEDS.sha1, step, 8, 'sha1'), sha1);
      assert.equal(codeOf(SEEDS.sha256, step, 8, 'sha256'), sha256);
      assert.equal(codeOf(SEEDS.sha512, step, 8, 'sha512'), sha512);
    });
  }

  it('computes the codes of RFC 4226, appendix D', () => {
    const codes = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'];
    codes.forEach((code, step) => assert.equal(codeOf(SEEDS.sha1, step), code));
  });

  it('takes the code of one step before and after, and no other', () => {
    const now = 1_767_225_600_000;
    const current = stepAt(now);
    for (const [away, taken] of [
      [-2, false],
      [-1, true],
      [0, true],
      [1, true],
      [2, false],
    ] as const) {
      const step = matchingStep(SEEDS.sha1, codeOf(SEEDS.sha1, current + away), now, 0);
      assert.equal(step, taken ? current + away : null, `${away}`);
    }
  });

  it('takes no code of a step that is used up, nor of one before it', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1, max: 1 }), fc.integer({ min: -1, max: 1 }), (used, tried) => {
        const now = 1_767_225_600_000;
        const current = stepAt(now);
        const step = matchingStep(SEEDS.sha1, codeOf(SEEDS.sha1, current + tried), now, current + used);
        assert.equal(step, tried > used ? current + tried : null);
      }),
    );
  });
});

describe('base 32', () => {
  it('writes what RFC 4648, section 10 says, without padding', () => {
    const rows = {
      '': '',
      f: 'MY',
      fo: 'MZXQ',
      foo: 'MZXW6',
      foob: 'MZXW6YQ',
      fooba: 'MZXW6YTB',
      foobar: 'MZXW6YTBOI',
    };
    for (const [text, expected] of Object.entries(rows)) assert.equal(base32(Buffer.from(text)), expected);
  });

  it('stands in the address that authenticators read', () => {
    const uri = new URL(otpauthUri(SEEDS.sha1, 'Vortexflow', 'Ada & co'));
    assert.equal(uri.protocol, 'otpauth:');
    assert.equal(uri.searchParams.get('secret'), 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
    assert.equal(decodeURIComponent(uri.pathname), '/Vortexflow:Ada & co');
  });
});
