import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyImage, KnowledgeBase } from '@vortexflow/knowledge';
import type { Interpretation } from '../../understanding/intents.ts';
import { additionOf } from '../../test-knowledge.ts';
import { solveReverse } from './reverse.ts';

/** Two entries that share one word with a description each; the second speaks of what it means in other words. */
function knowledgeOf(...texts: readonly string[]): KnowledgeBase {
  const knowledge = new KnowledgeBase(emptyImage());
  knowledge.apply(
    additionOf(
      knowledge,
      texts.map((text, i) => ({ id: `entry:${i}`, title: `entry ${i}`, text })),
    ),
  );
  return knowledge;
}

function described(knowledge: KnowledgeBase, text: string) {
  const argument = { text, name: null, quoted: false, used: null };
  const interpretation = { arguments: [argument] } as unknown as Interpretation;
  return solveReverse(knowledge, interpretation, 16);
}

const SOLD = 'a person who sells paper in a kiosk';
const CURED = 'a person who cures illness in a clinic';

test('of entries with the same words in common, the one near in meaning is chosen', () => {
  for (const entries of [
    [SOLD, CURED],
    [CURED, SOLD],
  ]) {
    const [best] = described(knowledgeOf(...entries), 'a person who heals disease in a hospital');
    assert.equal(best?.answer, `entry ${entries.indexOf(CURED)}`);
  }
});

test('nearness in meaning makes no answer surer', () => {
  const sure = (entry: string): number => described(knowledgeOf(entry), 'a person who heals disease')[0]!.confidence;
  assert.equal(sure('a person who cures illness'), sure('a person who sells paper'));
});

test('an entry that shares no word is no answer, however near it is', () => {
  assert.deepEqual(described(knowledgeOf('cures illness in clinics'), 'heals disease in hospitals'), []);
});
