import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyImage, KnowledgeBase } from '@vortexflow/knowledge';
import { additionOf } from '../../test-knowledge.ts';
import { createFlux } from './flux.ts';

test('a document that is only near in meaning is shown as evidence, and answers nothing', () => {
  const knowledge = new KnowledgeBase(emptyImage());
  knowledge.apply(
    additionOf(knowledge, [
      { id: 'a.md', title: 'Liquor cabinet', text: 'Alcohol stands beside the whisky.' },
      { id: 'b.md', title: 'Bicycle shed', text: 'Tyres hang on the wall.' },
    ]),
  );
  const { best, alternatives, evidence } = createFlux(knowledge).answer({
    text: 'vodka, booze',
    mode: 'Balanced',
    topK: 4,
  });
  assert.deepEqual([best, alternatives], [null, []]);
  assert.equal(evidence[0]?.id, 'a.md');
  assert.ok(evidence.every(({ score }) => score <= 0.3));
});
