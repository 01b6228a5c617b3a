/** What the solvers of the flux reasoner must get right beyond the common cases. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { KnowledgeBase } from '@vortexflow/knowledge';
import { wordNetImage } from '../../test-knowledge.ts';
import type { Opinion } from '../contract.ts';
import { createFlux } from './flux.ts';
import { relationCost } from './relate.ts';

let ask: (text: string) => Opinion;
before(async () => {
  const flux = createFlux(new KnowledgeBase(await wordNetImage()));
  ask = (text) => flux.answer({ text, mode: 'Balanced', topK: 8 });
});
const answerTo = (text: string): string => ask(text).best?.answer ?? '';
const sureOf = (text: string): number => ask(text).best?.confidence ?? 0;

describe('neighbours', () => {
  it('never answer with the word of the question', () => {
    for (const word of ['toilet', 'avocado', 'heat', 'wheel']) {
      for (const text of [
        `What are the parts of a ${word}?`,
        `What is a ${word} part of?`,
        `What does "${word}" cause?`,
      ]) {
        assert.ok(!answerTo(text).split(', ').includes(word), `${text} ${answerTo(text)}`);
      }
    }
  });

  it('follow the use of the word: "a hate" is no verb', () => {
    assert.match(answerTo('Give an example of a hate.'), /abhorrence|detestation|loathing|misogyny|misanthropy/);
  });

  it('go up and down as the words say', () => {
    assert.match(answerTo('What is a robin a kind of?'), /thrush/);
    assert.doesNotMatch(answerTo('What is a kind of robin?'), /thrush/);
    assert.match(answerTo('What is a member of a jury?'), /juror/);
    assert.match(answerTo('What is a juror a member of?'), /jury/);
  });

  it('take the verb of a gerund when the noun leads nowhere', () => {
    assert.match(answerTo('What does killing cause?'), /die/);
  });
});

describe('what two things have in common', () => {
  it('is neither of them', () => {
    assert.doesNotMatch(answerTo('What do a rattlesnake and a prairie rattlesnake have in common?'), /rattlesnake/);
    assert.doesNotMatch(answerTo('What are contractor and builder both?'), /contractor|builder/);
  });

  it('does not depend on the order', () => {
    for (const [a, b] of [
      ['dog', 'wolf'],
      ['pulley', 'gear'],
      ['taxpayer', 'banker'],
    ]) {
      assert.equal(answerTo(`What do a ${a} and a ${b} share?`), answerTo(`What do a ${b} and a ${a} share?`));
    }
  });

  it('is surer the more it says', () => {
    assert.ok(sureOf('What do a dog and a wolf share?') > sureOf('What do a dog and a theory share?'));
  });
});

describe('kinds', () => {
  it('take the sense from the field of the question', () => {
    assert.match(answerTo('Is a whale a fish?'), /^No: whale → cetacean/);
    assert.match(answerTo('Is a whale a person?'), /^Yes/);
  });

  it('hold one way only', () => {
    assert.match(answerTo('Is a dog an animal?'), /^Yes/);
    assert.match(answerTo('Is an animal a dog?'), /^No/);
  });
});

describe('relations for yes or no', () => {
  it('are looked for from both ends, over kinds, and show the way', () => {
    assert.match(answerTo('Does a car have an engine?'), /^Yes: car → .*engine\.$/);
    assert.match(answerTo('Is an engine a part of a car?'), /^Yes: .*engine → .*car\.$/);
    assert.match(answerTo('Is a wheel part of a car?'), /^Yes: wheel → .*car\.$/);
  });

  it('say no with doubt, since no dictionary is complete', () => {
    const { best } = ask('Is a violin part of a car?');
    assert.equal(best?.key, 'no');
    assert.ok(best.confidence <= 0.7);
  });
});

describe('ways between two things', () => {
  it('cost more through topics than through kinds', () => {
    assert.ok(relationCost(0) < relationCost(24));
    assert.equal(relationCost(255), relationCost(254));
  });

  it('are the same length there and back, and less sure the longer they are', () => {
    const there = ask('How are coffee and tea related?');
    assert.deepEqual(ask('How are tea and coffee related?').path, there.path.toReversed());
    assert.ok(sureOf('How are bread and wheat related?') < (there.best?.confidence ?? 0));
  });
});
