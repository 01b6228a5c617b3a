/** Which wordings of models meet which answers: a vote that is counted for another answer is worse than a lost one. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { KnowledgeBase } from '@vortexflow/knowledge';
import { wordNetImage } from '../test-knowledge.ts';
import { keyOf } from './same-answer.ts';

let knowledge: KnowledgeBase;
before(async () => {
  knowledge = new KnowledgeBase(await wordNetImage());
});

const meets = (known: string, answer: string, question: string): boolean => {
  const key = keyOf(known, question, [], knowledge);
  return keyOf(answer, question, [{ answer: known, key }], knowledge) === key;
};

const SAME: [known: string, answer: string, question: string][] = [
  ['the Danube', 'Danube.', 'Which river flows through Vienna?'],
  ['12 May 1990', 'May 12, 1990', 'When was it opened?'],
  ['1,000', '1000', 'How many were there?'],
  ['yes', 'Yes, it was built later.', 'Was the bridge built after the tower?'],
  ['no', 'No.', 'Is a whale a fish?'],
  ['the lamps of old ships', 'lamps of the old ships', 'What is kept in the tower?'],
];
const DIFFERENT: [known: string, answer: string, question: string][] = [
  ['no', 'No Country for Old Men', 'Which film won the award?'],
  ['it was built before 1990', 'it was built after 1990', 'When was the tower built?'],
  ['the fleet invaded from the north', 'the fleet never invaded from the north', 'What did the fleet do?'],
  ['12 May 1990', '13 May 1990', 'When was it opened?'],
  ['Rome defeated Carthage', 'Carthage defeated Rome', 'Who won?'],
  ['100', '1000', 'How many were there?'],
];

describe('the key of a wording', () => {
  for (const [known, answer, question] of SAME)
    it(`takes ${JSON.stringify(answer)} for ${JSON.stringify(known)}`, () => assert.ok(meets(known, answer, question)));
  for (const [known, answer, question] of DIFFERENT)
    it(`tells ${JSON.stringify(answer)} from ${JSON.stringify(known)}`, () =>
      assert.ok(!meets(known, answer, question)));
});
