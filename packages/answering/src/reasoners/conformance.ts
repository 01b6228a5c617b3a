/** The laws that every reasoner keeps, over the real WordNet. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as fc from 'fast-check';
import { KnowledgeBase } from '@vortexflow/knowledge';
import { MODES } from '@vortexflow/protocol';
import { additionOf, wordNetImage } from '../test-knowledge.ts';
import type { CreateReasoner, Opinion, Question, Reasoner } from './contract.ts';

const RUNS = 150;

/** Nobody can answer these from a dictionary, however many of their words it knows. */
export const OUTSIDE = [
  'Who won the storehouse championship last year?',
  'How much does a professor cost in Berlin?',
  'What was the population of mammal in 2019?',
  'Which company sells the most cartwheels?',
  'What did the president say about bread yesterday?',
  'What is the phone number of the bakery?',
  'How many legs does the neighbour have?',
  'When was the first saddle sold in Canada?',
  'Does a dog bark?',
  'Is water wet?',
];

/** Words that do not exist, in questions that are easy to understand. */
const NONSENSE = [
  'What is a glorpflax?',
  'Give a synonym for "brifirk".',
  'What is the opposite of drotruk?',
  'What kind of thing is a retrix?',
  'What are the parts of a custork?',
  'Is a boafab an animal?',
  'What do a tuclip and a clugim have in common?',
  'What does “zedeab” cause?',
];

const SAMPLE = [
  'What is consciousness?',
  'Define honesty.',
  'What does "serendipity" mean?',
  'Is a dog an animal?',
  'Is a whale a fish?',
  'What do a wolf and a dog have in common?',
  'What is the opposite of hot?',
  'What is another word for happy?',
  'What are the parts of a bicycle?',
  'What is a wheel part of?',
  'Is a wheel part of a car?',
  'How are coffee and tea related?',
  'Which word means "someone who plays the game of golf"?',
  'What does snoring entail?',
  'Name a kind of bird.',
  'Which words describe a big house near a river?',
];

const PHRASES =
  'what is|the opposite of|a kind of|parts of|another word for|how are|related|in common|is|a|dog|wolf|tea|hot|run|right|and|?|:|"|the word for|true or false|cause|nine|Paris';
const phrases = fc.constantFrom(...PHRASES.split('|'));
const texts = fc.oneof(
  fc.constantFrom(...SAMPLE),
  fc.array(phrases, { minLength: 1, maxLength: 14 }).map((words) => words.join(' ')),
  fc.string({ unit: 'binary', maxLength: 120 }),
);
const questions: fc.Arbitrary<Question> = fc.record({
  text: texts,
  mode: fc.constantFrom(...MODES),
  topK: fc.integer({ min: 1, max: 12 }),
});

/** A reasoner over its own view of WordNet. */
interface Subject {
  readonly knowledge: KnowledgeBase;
  readonly reasoner: Reasoner;
}

const asked = (text: string, topK = 8): Question => ({ text, mode: 'Balanced', topK });

/** Runs the suite for one reasoner. */
export function describeReasoner(name: string, create: CreateReasoner): void {
  void describe(`reasoner ${name}`, () => {
    let subject: Subject;
    before(async () => {
      const knowledge = new KnowledgeBase(await wordNetImage());
      subject = { knowledge, reasoner: create(knowledge) };
    });

    void it('goes by its name', () => assert.equal(subject.reasoner.id, name));
    void it('says about any text something that holds', () => {
      fc.assert(
        fc.property(questions, (question) => assertSound(subject, question)),
        { numRuns: RUNS },
      );
    });
    void it('takes the longest texts', () => assertTakesLongTexts(subject));
    void it('says the same of the same question, also when made anew', () => assertRepeats(subject, create));
    void it('answers enough of what it should', () => assertAnswersEnough(subject));
    for (const text of [...NONSENSE, ...OUTSIDE]) void it(`abstains: ${text}`, () => assertAbstains(subject, text));
    void it('speaks of documents that were added, and no more of those removed', () => {
      assertFollowsChanges(subject.knowledge, create);
    });
  });
}

function assertTakesLongTexts(subject: Subject): void {
  for (const unit of ['dog ', 'Is a dog an animal? ', '"', 'is a ', '🐕', 'of the ', 'ab', ' ']) {
    assertSound(subject, asked(unit.repeat(8192).slice(0, 8192)));
  }
}

function assertRepeats({ knowledge, reasoner }: Subject, create: CreateReasoner): void {
  const other = create(new KnowledgeBase(knowledge.image));
  for (const text of SAMPLE) {
    const first = reasoner.answer(asked(text));
    assert.deepEqual(reasoner.answer(asked(text)), first);
    assert.deepEqual(other.answer(asked(text)), first);
  }
}

function assertAnswersEnough({ reasoner }: Subject): void {
  const answered = SAMPLE.filter((text) => reasoner.answer(asked(text)).best !== null);
  assert.ok(answered.length >= SAMPLE.length / 3, answered.join(' '));
}

/** An answer of which the reasoner itself is unsure counts as none: nobody gets to see it. */
function assertAbstains({ reasoner }: Subject, text: string): void {
  const { best } = reasoner.answer(asked(text));
  assert.ok(best === null || best.confidence < 0.4, `${best?.answer} at ${best?.confidence}`);
}

function assertFollowsChanges({ image }: KnowledgeBase, create: CreateReasoner): void {
  const base = new KnowledgeBase(image);
  const reasoner = create(base);
  const text = 'The Quillon bakery opens at seven and closes at noon.';
  const addition = additionOf(base, [{ id: 'doc:quillon', title: 'Quillon bakery', text }]);
  const question = asked('When does the Quillon bakery open?');
  base.apply(addition);
  assert.match(reasoner.answer(question).best?.answer ?? '', /opens at seven/);
  const removedNodes = addition.nodes.map(({ index }) => index);
  base.apply({ revision: 2, removedEdges: [], removedNodes, nodes: [], edges: [] });
  assert.equal(reasoner.answer(question).best, null);
}

function assertSound({ knowledge, reasoner }: Subject, question: Question): void {
  const opinion = reasoner.answer(question);
  const candidates = opinion.best ? [opinion.best, ...opinion.alternatives] : opinion.alternatives;
  for (const { answer, key, confidence } of candidates) {
    assert.ok(confidence >= 0 && confidence <= 1, `confidence ${confidence}`);
    assert.ok(answer.trim() !== '' && key !== '');
    if (key === 'yes' || key === 'no') assert.match(answer, key === 'yes' ? /^Yes\b/ : /^No\b/);
  }
  assert.ok(opinion.best !== null || opinion.alternatives.length === 0);
  assert.ok(opinion.evidence.length <= question.topK);
  assert.equal(new Set(opinion.evidence.map(({ id }) => id)).size, opinion.evidence.length);
  for (const { id, score, source } of opinion.evidence) {
    assert.ok(knowledge.indexOf(id) >= 0, id);
    assert.ok(score >= 0 && score <= 1);
    assert.equal(source, reasoner.id);
  }
  assertWalkable(knowledge, opinion);
  assert.ok([0, 1, 2, 4, 5, 7, 8].includes(opinion.position));
}

function assertWalkable(knowledge: KnowledgeBase, { path, mentions = [] }: Opinion): void {
  const nodes = path.map((id) => knowledge.indexOf(id));
  nodes.forEach((node, i) => {
    assert.ok(node >= 0, path[i]);
    if (i === 0) return;
    const mention = mentions.find(({ from, to }) => from === path[i - 1] && to === path[i]);
    const texts = [nodes[i - 1] as number, node].map((one) => `${knowledge.labelOf(one)}\n${knowledge.textOf(one)}`);
    let joined = mention?.sentence !== undefined && texts.some((text) => text.includes(mention.sentence as string));
    knowledge.forEachArc(nodes[i - 1] as number, (target) => {
      joined ||= target === node;
    });
    assert.ok(joined, `${path[i - 1]} and ${path[i]} are not joined`);
  });
}
