/** How the texts of a request are scanned, in turns. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contentScanner } from '@vortexflow/validation';
import { scanContent } from './content-scan.ts';

const scanner = contentScanner();
const XSS = '<script>alert(document.cookie)</script>';
const SQLI = "1' OR '1'='1' UNION SELECT password FROM users --";
const plain = 'The quick brown fox jumps over the lazy dog. '.repeat(180);

/** All of a scan. */
function scanned(texts: readonly string[]) {
  const steps = scanContent(
    texts.map((text, i) => ({ pointer: `/texts/${i}`, text })),
    scanner,
  );
  for (let turns = 1; ; turns++) {
    const { done, value } = steps.next();
    if (done === true) return { turns, found: [...value] };
  }
}

describe('the texts of a request', () => {
  it('are scanned in one turn as long as they are few, and what is found is told where it stands first', () => {
    assert.deepEqual(scanned([]), { turns: 1, found: [] });
    assert.deepEqual(scanned([plain, XSS, plain, XSS]), { turns: 1, found: [['content:xss', '/texts/1']] });
  });

  it('leave others a turn when they are many, and are scanned all the same', () => {
    const texts = Array.from({ length: 15 }, () => plain);
    const { turns, found } = scanned([...texts.slice(0, 8), XSS, ...texts.slice(8), SQLI]);
    assert.deepEqual(found, [
      ['content:xss', '/texts/8'],
      ['content:sqli', '/texts/16'],
    ]);
    assert.equal(turns, 4);
  });

  it('are scanned as far as 131,072 characters go', () => {
    const texts = Array.from({ length: 17 }, () => plain);
    assert.ok(17 * plain.length > 131_072);
    assert.deepEqual(scanned([...texts, XSS]).found, []);
  });
});
