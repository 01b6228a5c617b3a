import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { conclude, isRight } from './conclude.ts';
import type { AnsweredItem } from './item.ts';
import { itemWith } from './test-items.ts';

const keysOf = (item: AnsweredItem, verdict: Parameters<typeof conclude>[1]) => {
  const conclusion = conclude(item, verdict);
  return conclusion && { ...conclusion, opinions: conclusion.opinions.map(({ source }) => source) };
};

const split = itemWith({ asi: 'node:cold', flux: 'node:warm' });
const agreed = itemWith({ asi: 'node:cold', flux: 'node:cold' });

describe('what a verdict says', () => {
  it('right: who said it was right, all others were wrong', () => {
    assert.deepEqual(keysOf(split, { correct: true }), {
      opinions: ['asi', 'flux'],
      truth: ['node:cold'],
      complete: true,
    });
  });

  it('wrong: only who said it was wrong; of the others nothing is known', () => {
    assert.deepEqual(keysOf(split, { correct: false }), { opinions: ['asi'], truth: [], complete: false });
    assert.deepEqual(keysOf(agreed, { correct: false }), { opinions: ['asi', 'flux'], truth: [], complete: true });
  });

  it('wrong, of yes and no: the other one is right', () => {
    const item = itemWith({ asi: 'yes', flux: 'no' });
    assert.deepEqual(keysOf(item, { correct: false }), { opinions: ['asi', 'flux'], truth: ['no'], complete: true });
  });

  it('the right answer: whoever gave it, in any wording', () => {
    assert.deepEqual(keysOf(split, { answers: ['hot', 'Warm'] })?.truth, ['node:warm']);
    assert.deepEqual(keysOf(split, { answers: ['mild'] })?.truth, []);
    assert.deepEqual(keysOf(split, { answers: [] }), { opinions: ['asi', 'flux'], truth: [], complete: true });
  });

  it('of an abstention, right: no answer at hand was; wrong: nothing', () => {
    const withheld = { ...split, answered: false };
    assert.deepEqual(keysOf(withheld, { correct: true }), { opinions: ['asi', 'flux'], truth: [], complete: true });
    assert.equal(conclude(withheld, { correct: false }), null);
    assert.deepEqual(keysOf(withheld, { answers: ['cold'] })?.truth, ['node:cold']);
  });

  it('nothing, when nobody gave an answer', () => {
    const silent: AnsweredItem = { ...split, opinions: [], texts: [], answer: null, answered: false };
    for (const verdict of [{ correct: true }, { correct: false }, { answers: ['cold'] }])
      assert.equal(conclude(silent, verdict), null);
  });

  it('no more than it says of answers that are not judged', () => {
    const partial = conclude(split, { correct: false });
    assert.ok(partial);
    assert.equal(isRight(partial, 'node:cold'), false);
    assert.equal(isRight(partial, 'node:warm'), null);
  });
});
