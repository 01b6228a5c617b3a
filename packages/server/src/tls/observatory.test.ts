/** The security headers, graded by MDN's HTTP Observatory: of the page, of /docs, and of answers of the interface. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { observatoryMissing, observe } from '@vortexflow/testkit';

describe("MDN's HTTP Observatory", () => {
  it('gives A+ for every kind of answer, and all its tests pass', { skip: observatoryMissing }, async (context) => {
    const observations = await observe(['/', '/docs', '/health', '/openapi.json']);
    assert.equal(observations.length, 4);
    for (const { path, grade, score, tests } of observations) {
      context.diagnostic(`${path}: ${grade}, ${score}`);
      assert.equal(grade, 'A+', path);
      assert.ok(score >= 120, `${path}: ${score}`);
      const failed = tests.filter(({ pass }) => !pass);
      assert.deepEqual(failed, [], path);
    }
  });
});
