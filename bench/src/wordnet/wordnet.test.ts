import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { KnowledgeBase, openWordNetImage } from '@vortexflow/knowledge';
import { generate, type WordQuestion } from './generate.ts';
import { isRight } from './judge.ts';
import { KINDS } from './kinds.ts';
import { Lexicon } from './lexicon.ts';
import { type Judged, summarise } from './score.ts';
import { BANK_NAMES, fill, fillers, readBank } from './template.ts';

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/vortexflow/wordnet.image', import.meta.url));

let lexicon: Lexicon;
before(async () => {
  const { image } = await openWordNetImage(CACHE, () => undefined);
  lexicon = new Lexicon(new KnowledgeBase(image));
});

/** A phrasing without what does not make it another one. */
const bare = (template: string): string =>
  template
    .toLowerCase()
    .replace(/[^a-z{}]+/g, ' ')
    .trim();

describe('banks of phrasings', () => {
  it('share no phrasing', () => {
    const learnt = new Set([...readBank('dev').values()].flat().map(bare));
    const shared = [...readBank('test').values()].flat().filter((template) => learnt.has(bare(template)));
    assert.deepEqual(shared, []);
  });

  it('hold at least 25 for every section of every kind, each with a slot', () => {
    for (const name of BANK_NAMES) {
      const bank = readBank(name);
      for (const section of new Set(KINDS.flatMap(({ sections }) => sections))) {
        assert.ok((bank.get(section) ?? []).length >= 25, `${name} ${section}`);
      }
      for (const template of [...bank.values()].flat()) assert.match(template, /\{[aA]?[xyd](?:s|ing)?\}/);
    }
  });
});

describe('phrasings', () => {
  it('are filled with names in the form that the slot asks for', () => {
    assert.equal(fill('Is {ax} {ay}?', { x: 'owl', y: 'bird' }), 'Is an owl a bird?');
    assert.equal(fill('{Ax}: {xs}, {xing}', { x: 'carry' }), 'A carry: carries, carrying');
    assert.equal(fill('~What is {x}?', { x: 'Paris' }), 'what is paris?');
    assert.equal(fill('{xs} and {ys}', { x: 'fox', y: 'policeman' }), 'foxes and policemen');
    assert.equal(fill('by {xing}', { x: 'set off' }), 'by setting off');
    assert.deepEqual(fillers('{ys} of {ax}', { x: 'owl', y: 'egg' }), ['eggs', 'owl']);
  });
});

describe('questions', () => {
  it('are the same for the same seed, others for another, and of all kinds', () => {
    const bank = readBank('test');
    const questions = generate(lexicon, bank, 4, 120);
    assert.deepEqual(generate(lexicon, bank, 4, 120), questions);
    assert.notDeepEqual(generate(lexicon, bank, 5, 120), questions);
    assert.deepEqual(new Set(questions.map(({ kind }) => kind)), new Set(KINDS.map(({ id }) => id)));
    for (const { question, gold } of questions) {
      assert.ok(!/[{}~]|undefined/.test(question), question);
      assert.ok(gold === null || gold.length > 0);
    }
  });

  it('have right answers that hold in the graph', () => {
    for (const { kind, question, gold } of generate(lexicon, readBank('dev'), 8, 300)) {
      if (kind === 'un_nonword') assert.equal(gold, null, question);
      if (kind.startsWith('isa')) assert.deepEqual(gold, [kind === 'isa_yes' ? 'yes' : 'no']);
    }
  });
});

const question = (match: WordQuestion['match'], gold: string[] | null, about = 'dog'): WordQuestion => {
  return { kind: 'k', question: 'q', template: 't', match, gold, about };
};

describe('the judge', () => {
  it('takes a phrase among the first words, in the singular or plural', () => {
    const asked = question('phrase', ['canine', 'domestic animal']);
    assert.ok(isRight(asked, 'A dog is a canine.'));
    assert.ok(isRight(asked, 'Domestic animals'));
    assert.ok(!isRight(asked, 'feline'));
    assert.ok(!isRight(asked, 'one two three four five six seven eight nine ten eleven twelve thirteen canine'));
  });

  it('takes a word within four, yes or no by the first word, and nothing for what nobody knows', () => {
    assert.ok(isRight(question('word', ['beach']), 'beach'));
    assert.ok(!isRight(question('word', ['beach']), 'sand dune shore coast beach'));
    assert.ok(isRight(question('yesno', ['yes']), 'Yes: dog → animal.'));
    assert.ok(!isRight(question('yesno', ['yes']), 'No, not yes.'));
    assert.ok(!isRight(question('phrase', null), 'anything'));
    assert.ok(!isRight(question('phrase', ['canine']), ''));
  });

  it('takes a definition that says most of the right one', () => {
    const asked = question('definition', ['a large house near a river']);
    assert.ok(isRight(asked, 'a large house near the river'));
    assert.ok(!isRight(asked, 'a small boat'));
  });
});

describe('the figures', () => {
  const row = (gold: string[] | null, answer: string, confidence: number, right: boolean): Judged => {
    return { question: question('phrase', gold), answer, confidence, right, opinions: [] };
  };

  it('count what the bar lets through', () => {
    const rows = [
      row(['a'], 'a', 0.9, true),
      row(['a'], 'b', 0.9, false),
      row(['a'], 'a', 0.3, true),
      row(null, '', 0, false),
      row(null, 'c', 0.8, false),
    ];
    const { right, abstains, selective, coverage } = summarise(rows, 0.6);
    assert.deepEqual([right, abstains, selective, coverage], [2 / 3, 1 / 2, 1 / 3, 2 / 3]);
  });

  it('find no calibration error where promises hold', () => {
    const rows = Array.from({ length: 10 }, (_, i) => row(['a'], 'a', 0.7, i < 7));
    assert.ok(summarise(rows, 0.6).ece < 1e-9);
    assert.ok(
      summarise(
        rows.map((one) => ({ ...one, confidence: 1 })),
        0.6,
      ).ece > 0.29,
    );
  });
});
