import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { KnowledgeBase } from '@vortexflow/knowledge';
import { additionOf, wordNetImage } from '../test-knowledge.ts';
import type { Argument } from '../understanding/intents.ts';
import { isThing, partOfSpeech, weighSenses } from './senses.ts';

describe('weighSenses', () => {
  let knowledge: KnowledgeBase;
  before(async () => {
    knowledge = new KnowledgeBase(await wordNetImage());
  });
  const named = (text: string, used: Argument['used'] = null): Argument => {
    return { text, name: text.toLowerCase(), quoted: false, used };
  };
  const firstOf = (argument: Argument): string => {
    const [first] = weighSenses(knowledge, argument);
    assert.ok(first);
    return knowledge.idOf(first.node);
  };

  it('puts the common meaning first, in shares that sum to 1', () => {
    assert.equal(firstOf(named('dog')), 'wn:dog.n.01');
    const senses = weighSenses(knowledge, named('run'));
    assert.ok(Math.abs(senses.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9);
    assert.deepEqual(
      senses.map(({ share }) => share),
      senses.map(({ share }) => share).sort((a, b) => b - a),
    );
  });

  it('follows how the word is used', () => {
    assert.match(firstOf(named('hate', 'verb')), /\.v\./);
    assert.match(firstOf(named('hate', 'noun')), /\.n\./);
  });

  it('takes names in capitals for what is written so, and only those', () => {
    assert.equal(firstOf(named('Turkey')), 'wn:turkey.n.02');
    assert.equal(firstOf(named('turkey')), 'wn:turkey.n.01');
    assert.equal(firstOf(named('china')), 'wn:china.n.02');
    assert.equal(firstOf(named('China')), 'wn:china.n.01');
    assert.deepEqual(weighSenses(knowledge, named('us')), []);
    assert.equal(firstOf(named('US')), 'wn:united_states.n.01');
    assert.equal(firstOf(named('nato')), 'wn:north_atlantic_treaty_organization.n.01');
  });

  it('leaves out what the filter does not admit, and what has no name', () => {
    const verbs = weighSenses(knowledge, named('dog'), (node) => partOfSpeech(knowledge, node) === 'v');
    assert.ok(verbs.length > 0 && verbs.every(({ node }) => partOfSpeech(knowledge, node) === 'v'));
    assert.deepEqual(weighSenses(knowledge, { text: 'glorp', name: null, quoted: false, used: null }), []);
  });

  it('prefers the own documents of the installation', () => {
    const base = new KnowledgeBase(knowledge.image);
    base.apply(additionOf(base, [{ id: 'doc:dog', title: 'Dog', text: 'DOG is our deployment tool.' }]));
    const [first] = weighSenses(base, named('dog'));
    assert.equal(base.idOf(first?.node as number), 'doc:dog');
    assert.equal(partOfSpeech(base, first?.node as number), '');
  });

  it('tells things from qualities', () => {
    assert.ok(isThing(knowledge, named('metal')));
    assert.ok(!isThing(knowledge, named('wet')));
    assert.ok(isThing(knowledge, named('good', 'noun')));
  });
});
