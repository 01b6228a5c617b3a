import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyImage, KnowledgeBase } from '@vortexflow/knowledge';
import { additionOf } from '../../test-knowledge.ts';
import { createFlux } from './flux.ts';

const TEXTS: readonly (readonly [id: string, title: string, text: string])[] = [
  ['IMG_0423', 'Silver Harbour', 'Silver Harbour is a 1951 drama directed by Edgar Valmont. It was shot in two weeks.'],
  [
    '2024-03-01',
    'Edgar Valmont',
    'Edgar Valmont (1904–1971) was a director. His sister sang. He was born in Kestrel Bay.',
  ],
  ['note 17', 'Kestrel Bay', 'Kestrel Bay is a fishing town on the northern coast, known for its lighthouse.'],
  ['1951', 'Orlan', 'Orlan is a city with a famous opera house.'],
  ['scan', 'Harbour', 'A harbour is a place where ships may shelter. Towns are often born of one.'],
];

function ask(question: string, isTitled: boolean) {
  const knowledge = new KnowledgeBase(emptyImage());
  const documents = TEXTS.map(([id, title, text]) => ({ id, title: isTitled ? title : id, text }));
  knowledge.apply(additionOf(knowledge, documents));
  return createFlux(knowledge).answer({ text: question, mode: 'Balanced', topK: 4 });
}

test('files whose names say nothing give the answer and the way that titled ones give, under their own names', () => {
  for (const question of ['Where was the director of Silver Harbour born?', 'What is Kestrel Bay known for?']) {
    const [titled, untitled] = [ask(question, true), ask(question, false)];
    assert.equal(untitled.best?.answer, titled.best?.answer);
    assert.deepEqual(untitled.path, titled.path);
    assert.deepEqual(untitled.mentions, titled.mentions);
  }
  const { evidence, path, mentions } = ask('Where was the director of Silver Harbour born?', false);
  assert.deepEqual(
    evidence.slice(0, 2).map(({ title }) => title),
    ['IMG_0423', '2024-03-01'],
  );
  assert.deepEqual(path, ['IMG_0423', '2024-03-01']);
  assert.equal(mentions?.[0]?.sentence, 'Silver Harbour is a 1951 drama directed by Edgar Valmont.');
});
