/** What people ask, with the answers that are right: both reasoners on their threads, fused with the defaults. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { KnowledgeBase } from '@vortexflow/knowledge';
import { systemClock } from '@vortexflow/primitives';
import type { ProcessResponse } from '@vortexflow/protocol';
import { Answering } from './answering.ts';
import { OUTSIDE } from './reasoners/conformance.ts';
import { wordNetImage } from './test-knowledge.ts';

let answering: Answering;
before(async () => {
  answering = new Answering({
    knowledge: new KnowledgeBase(await wordNetImage()),
    clock: systemClock,
    defaults: { strategy: 'Ensemble', timeoutMs: 60_000 },
    onThreadFailure: (thread, reason) => assert.fail(`${thread}: ${reason}`),
  });
  await answering.ready();
});
after(() => answering.stop());

const ask = (input: string): Promise<ProcessResponse> => answering.ask({ input }, 'golden');

/** Question and what its answer must match. */
const GOLDEN: readonly (readonly [string, RegExp])[] = [
  ['What is consciousness?', /^an alert cognitive state in which you are aware of yourself and your situation$/],
  ['Is a dog an animal?', /^Yes: dog → .*animal\.$/],
  ['What do a wolf and a dog have in common?', /^Both are kinds of canine\.$/],
  ['What is the opposite of hot?', /^cold$/],

  ['Define peasant.', /country person|agricultural laborers/],
  ['what is the meaning of purgatory', /torment|suffering/],
  ['What does “brandy” mean?', /^distilled from wine or fermented fruit juice$/],
  ['Who was Albert Einstein?', /physicist born in Germany/],
  ['What is the capital of France?', /^Paris: the capital and largest city of France/],
  ['What is Turkey?', /republic in Asia Minor/],
  ['What is a turkey?', /gallinaceous bird/],
  ['What is a part of speech, please?', /words having similar functions|grammatical|class/],

  ['Is a spider an insect?', /^No\b/],
  ['Are all whales mammals?', /^Yes: whale → .*mammal\.$/],
  ['True or false: a violin is a stringed instrument.', /^Yes\b/],
  ['Does plumber count as a skilled worker?', /^Yes\b/],
  ['Could one call a tomato a building?', /^No\b/],
  ['Do mammals include whales?', /^Yes\b/],

  ['How are a pulley and a gear alike?', /^Both are kinds of (?:machine|mechanism|simple machine|mechanical device)/],
  ['Which category do both robins and eagles belong to?', /bird/],

  ["What's the antonym of “charitable”?", /uncharitable|unkind/],
  ['Which word is the contrary of repair?', /break/],
  ['Give me the exact opposite of power, please.', /powerlessness/],

  ['What is another word for unearth?', /excavate/],
  ['Which term is synonymous with week?', /hebdomad/],
  ['How else could I say car?', /auto(?:mobile)?|machine|motorcar/],

  ['What kind of thing is a handwriting?', /writing/],
  ['Under which category does a cockroach fall?', /insect/],
  ['What is a broader term for interest rate?', /rate|charge/],

  ['Name a kind of sailor.', /\w/],
  ['What are some examples of musical instruments?', /instrument/],

  ['What does a bicycle consist of?', /chain|pedal|wheel|saddle|handlebar/],
  ['hand parts', /finger|palm|thumb/],
  ['What are the pieces of a sword?', /blade|hilt|point|haft/],

  ['What is a preamble a part of?', /document/],
  ['Which larger thing contains a nasal cavity?', /nose|respiratory/],
  ['Is a wheel part of a car?', /^Yes: wheel → .*car\.$/],
  ['Does a car have an engine?', /^Yes\b/],
  ['Is Paris in France?', /^Yes\b/],

  ['Which group does a police officer belong to?', /police/],
  ['Who are the members of a jury?', /juror/],
  ['Is a juror a member of a jury?', /^Yes\b/],

  ['What does snoring entail?', /sleep/],
  ['What does "kill" cause?', /die/],
  ['Does murder cause death?', /^Yes\b/],

  ['What do you call someone who plays the game of golf?', /golfer/],
  ['Which word means "an area of sand sloping down to the water of a sea or lake"?', /^beach$/],
  ['What is the word for a fear of spiders?', /arachnophobia/],
  ['Name the concept: the reproduction of sound with little or no distortion.', /high fidelity|hi-fi/],

  ['How are coffee and tea related?', /^coffee – beverage – tea$/],
  ['Is hot the opposite of cold?', /^Yes: hot → cold\.$/],
  ['Are big and large synonyms?', /^Yes\b.*large/],
];

describe('golden answers', () => {
  for (const [question, expected] of GOLDEN) {
    it(question, async () => {
      const { result, confidence, answered, metadata, evidence } = await ask(question);
      assert.ok(answered, `withheld at ${confidence}`);
      assert.match(result ?? '', expected);
      assert.equal(metadata.kind, 'answered');
      assert.ok(evidence.length > 0);
    });
  }
});

describe('golden abstentions', () => {
  const WITHOUT_ANSWER = [
    'What is the opposite of silver chloride?',
    'What are the parts of a nostalgia?',
    'What is another word for tuclip?',
    'Is there an antonym for megaton bomb?',
    'Are you a robot?',
  ];
  for (const question of [...OUTSIDE, ...WITHOUT_ANSWER]) {
    it(question, async () => {
      const { result, answered, metadata } = await ask(question);
      assert.deepEqual({ result, answered, kind: metadata.kind }, { result: null, answered: false, kind: 'abstained' });
    });
  }
});
