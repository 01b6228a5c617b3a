import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as fc from 'fast-check';
import { KnowledgeBase } from '@vortexflow/knowledge';
import { appealsOf } from './elp.ts';
import { wordNetImage } from './test-knowledge.ts';

describe('appealsOf', () => {
  let knowledge: KnowledgeBase;
  before(async () => {
    knowledge = new KnowledgeBase(await wordNetImage());
  });

  it('is in the middle for a text without a known word', () => {
    assert.deepEqual(appealsOf(knowledge, ''), { ethos: 4.5, logos: 4.5, pathos: 4.5 });
    assert.deepEqual(appealsOf(knowledge, 'glorpflax zzq'), { ethos: 4.5, logos: 4.5, pathos: 4.5 });
  });

  it('is 9 where every word speaks for an appeal, 3 where none does', () => {
    assert.equal(appealsOf(knowledge, 'love hate anger').pathos, 9);
    assert.equal(appealsOf(knowledge, 'physicist engineer').ethos, 9);
    assert.equal(appealsOf(knowledge, 'granite').pathos, 3);
  });

  it('tells feeling from reasoning', () => {
    const feeling = appealsOf(knowledge, 'fear and sorrow and love');
    const reasoning = appealsOf(knowledge, 'the theory and the logic of a hypothesis');
    assert.ok(feeling.pathos > reasoning.pathos && reasoning.logos > feeling.logos);
  });

  it('stays within 0 to 9 for any text', () => {
    const words = fc.array(fc.constantFrom('love', 'theory', 'doctor', 'stone', 'xyzzy', '!'), { maxLength: 80 });
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 100 }),
      words.map((all) => all.join(' ')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        for (const value of Object.values(appealsOf(knowledge, text))) assert.ok(value >= 0 && value <= 9, `${value}`);
      }),
    );
  });

  it('looks at the beginning of a long text only', () => {
    const head = 'love '.repeat(60);
    assert.deepEqual(appealsOf(knowledge, head), appealsOf(knowledge, head + 'granite '.repeat(500)));
  });
});
