import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { KnowledgeBase } from '@vortexflow/knowledge';
import { wordNetImage } from '../test-knowledge.ts';
import type { Interpretation } from '../understanding/intents.ts';
import { respell } from './spelling.ts';

let knowledge: KnowledgeBase;
before(async () => (knowledge = new KnowledgeBase(await wordNetImage())));

const asked = (text: string, name: string | null = null): Interpretation => ({
  intent: 'define',
  verify: false,
  arguments: [{ text, name, quoted: false, used: null }],
  context: [],
  coverage: 1,
  certainty: 1,
});

describe('misspelt topics', () => {
  it('are taken for the word that was likely meant, and said so', () => {
    for (const [wrong, right] of [
      ['elehpant', 'elephant'],
      ['accomodation', 'accommodation'],
      ['neccessity', 'necessity'],
    ] as const) {
      const { interpretation, remark } = respell(knowledge, asked(wrong));
      assert.equal(interpretation.arguments[0]?.name, right);
      assert.ok(interpretation.certainty < 1 && interpretation.certainty >= 0.75);
      assert.equal(remark, `taking “${wrong}” for “${right}”`);
    }
  });

  it('that may as well be no words at all stay far below any bar', () => {
    const { interpretation, remark } = respell(knowledge, asked('tuclip'));
    assert.equal(interpretation.arguments[0]?.name, 'tulip');
    assert.ok(interpretation.certainty <= 0.2);
    assert.match(remark, /tuclip/);
  });

  it('stay when known, when short, when nothing is near, and in descriptions', () => {
    for (const reading of [
      asked('dog', 'dog'),
      asked('dgo'),
      asked('glorpflax'),
      { ...asked('elehpant'), intent: 'reverse' as const },
    ]) {
      assert.deepEqual(respell(knowledge, reading), { interpretation: reading, remark: '' });
    }
  });
});
