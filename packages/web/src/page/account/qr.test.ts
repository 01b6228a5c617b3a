import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import decodeQR from 'qr/decode.js';
import { qrPicture } from './qr.ts';

const SCALE = 4;

/** The picture as a camera gives it: RGBA, dark where the path is. */
function draw({ size, path }: ReturnType<typeof qrPicture>) {
  const side = size * SCALE;
  const data = new Uint8Array(side * side * 4).fill(255);
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g))
    for (let row = Number(y) * SCALE; row < (Number(y) + 1) * SCALE; row++)
      for (let column = Number(x) * SCALE; column < (Number(x) + Number(length)) * SCALE; column++)
        data.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3);
  return { width: side, height: side, data };
}

test('a reader reads from the picture what was put into it', () => {
  const name = fc.string({ minLength: 1, maxLength: 100, unit: 'grapheme' });
  fc.assert(
    fc.property(name, (account) => {
      const uri = `otpauth://totp/Vortexflow:${encodeURIComponent(account)}?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Vortexflow&algorithm=SHA1&digits=6&period=30`;
      assert.equal(decodeQR(draw(qrPicture(uri))), uri);
    }),
    { numRuns: 30 },
  );
});

test('around it are four modules of nothing', () => {
  const { size, path } = qrPicture('otpauth://totp/x');
  const runs = [...path.matchAll(/M(\d+) (\d+)h(\d+)/g)].map(([, x, y, length]) => [
    Number(x),
    Number(y),
    Number(length),
  ]);
  assert.ok(runs.length > 0);
  for (const [x = 0, y = 0, length = 0] of runs)
    assert.ok(x >= 4 && y >= 4 && x + length <= size - 4 && y < size - 4, `${x} ${y} ${length}`);
});
