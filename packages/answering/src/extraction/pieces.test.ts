import assert from 'node:assert/strict';
import { it } from 'node:test';
import { emptyImage, KnowledgeBase } from '@vortexflow/knowledge';
import { retrieve } from '../reasoners/asi/search.ts';
import { additionOf } from '../test-knowledge.ts';
import { inquireFound } from './pieces.ts';

const FILLING = 'Nothing of interest is said here at all. ';
const OWN = 'Orlan is a city in the north. ';

/** What is found to a question in one document. */
function found(title: string, text: string, question: string) {
  const knowledge = new KnowledgeBase(emptyImage());
  knowledge.apply(additionOf(knowledge, [{ id: 'd', title, text }]));
  const { pieces } = inquireFound(knowledge, retrieve(knowledge, question, 5), question);
  return pieces.map(({ relevance, named, ownName }) => ({ relevance, named, ownName }));
}

const CASES: Readonly<Record<string, readonly [title: string, text: string]>> = {
  'whose title says what it is about': ['The Quillon bakery', 'The Quillon bakery in Orlan bakes rye bread. '],
  'whose title says nothing': ['note 17', OWN],
};
for (const [name, [title, text]] of Object.entries(CASES)) {
  it(`a very long text ${name} is judged as a shorter one with the same words`, () => {
    let count = 0;
    for (const question of ['What does the Quillon bakery bake?', 'What is Orlan?', 'Where is the unheard of city?']) {
      const [short, long] = [2, 600].map((times) => found(title, text + FILLING.repeat(times), question));
      assert.deepEqual(long, short);
      count += long?.length ?? 0;
    }
    assert.ok(count > 0);
  });
}
