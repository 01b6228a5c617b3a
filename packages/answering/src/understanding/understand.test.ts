import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { normaliseName } from '@vortexflow/knowledge';
import { type Intent, INTENTS } from './intents.ts';
import { understand } from './understand.ts';
import { MAX_WORDS } from './words.ts';

const NAMES = new Set(
  (
    'dog|wolf|animal|car|wheel|bird|happy|glad|hot|cold|warm|run|snore|sleep|kill|die|golf|golfer|coffee|tea|mammal|' +
    'whale|tree|forest|robin|bank|river|part of speech|short circuit|body part|face powder|machine|object|action|' +
    'right|good|being|kind|light|well-being|artificial intelligence|paris|france|king arthur|sort|synonym|engine|' +
    'spider|musician|orchestra|rule of thumb|category|hospital bed|metal|weather|man|heat'
  ).split('|'),
);
const knows = (name: string): boolean => NAMES.has(name);

/** `intent: argument` or `intent: argument + argument`, with `?` for yes-or-no questions. */
function readingOf(text: string): string {
  const [first] = understand(text, knows);
  assert.ok(first);
  const names = first.arguments.map((argument) => argument.name ?? `"${argument.text}"`);
  return `${first.intent}${first.verify ? '?' : ''}: ${names.join(' + ')}`;
}

/** What is meant, and ways to say it. */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  'define: dog': [
    'What is a dog?',
    'what is a dog',
    'WHAT IS A DOG?',
    "What's a dog?",
    'What’s a dog?',
    'Tell me what a dog is.',
    'Define dog.',
    'Could you please define the word "dog"?',
    'definition of dog',
    'dog definition',
    'What does “dog” mean?',
    "What does 'dog' mean?",
    'What do people mean by dog?',
    'Please explain the term dog to me',
    'I wonder what a dog is',
    'In plain words, what is a dog?',
    'What is the meaning of dog?',
    'Do you know what a dog is?',
    'I don’t know the word «dog». What does it mean?',
    'dog: what does that mean?',
    'What are dogs?',
    'dog',
  ],
  'define: part of speech': ['What is a part of speech?', 'what is part of speech'],
  'define: king arthur': ['Who was King Arthur?', 'Who or what is King Arthur?', 'Tell me about King Arthur.'],
  'define: artificial intelligence': ['What is artificial intelligence?', 'what is Artificial-Intelligence'],
  'define: well-being': ['What is well-being?', 'What is “well-being”?'],
  'define: sort': ['definition of sort', 'What does sort mean?', 'Define the word sort.', 'sort meaning'],
  'define: object': ['What is an object?', 'Define object.'],
  'synonym: happy': [
    'What is another word for happy?',
    'synonym of happy',
    'happy synonym',
    'Give me a synonym for "happy", please.',
    'Which word means the same as happy?',
    'Which word means happy?',
    'How else could I say happy?',
    'What’s a different term for happy?',
    'Is there another way to say happy?',
    'Find me an equivalent word for ‘happy’',
    'What word can I use instead of happy?',
    'Suggest an alternative to the word happy.',
    'What else is happy called?',
    'List a synonym: happy',
  ],
  'antonym: hot': [
    'What is the opposite of hot?',
    'antonym of hot',
    'hot antonym',
    'Give me an antonym for "hot".',
    'Which word is opposite in meaning to hot?',
    "What's the contrary of hot?",
    'What word contrasts with hot?',
    'Hot is the opposite of what?',
    'Is there an antonym for hot?',
    'If something is not hot but the exact opposite, what is it?',
    'tell me the reverse of hot',
  ],
  'antonym: good': ['What is the opposite of good?', 'What is the antonym of "good"?'],
  'antonym: short circuit': ['What is the opposite of a short circuit?'],
  'hypernym: dog': [
    'What kind of thing is a dog?',
    'What type of animal is a dog?',
    'What sort of thing would a dog be?',
    'What is a dog a kind of?',
    'A dog is a kind of what?',
    'dog is a type of what?',
    'What is a dog an example of?',
    'Which category does a dog belong to?',
    'In which category do dogs fall?',
    'How would you classify a dog?',
    'What is a broader term for dog?',
    'Give me a hypernym of dog.',
    'Which broader concept covers dog?',
    'What is a dog a hyponym of?',
  ],
  'hyponym: bird': [
    'What kinds of bird are there?',
    'What are some types of birds?',
    'Name a kind of bird.',
    'Give an example of a bird.',
    'List some bird types',
    'Which things are kinds of bird?',
    'Can you list a few varieties of birds?',
    'What would count as a bird?',
    'Name something that is a bird.',
    'What is a more specific term for bird?',
    'Which birds do you know? Give one example.',
    'Which subtypes of bird exist?',
  ],
  'parts: car': [
    'What are the parts of a car?',
    'What is a car made of?',
    'What does a car consist of?',
    'List components of a car.',
    'car parts',
    "What are a car's parts?",
    'car: what are its parts?',
    'Which pieces make up a car?',
    'What makes up a car?',
    'What is contained in a car?',
    'Which parts does a car have?',
    'Mention one thing that a car contains as a part.',
    'What would I find inside a car?',
  ],
  'parts: being': ['What are the parts of a being?', 'Mention one thing that a being contains as a part.'],
  'whole: wheel': [
    'What is a wheel part of?',
    'A wheel is a part of what?',
    'Of what is a wheel a part?',
    'wheel is a component of what?',
    'What larger thing contains a wheel as a part?',
    'What has a wheel as a part?',
    'Which object contains a wheel?',
    'What does a wheel form part of?',
    'A wheel belongs to which larger object?',
  ],
  'whole: body part': ['What larger thing contains a body part as a part?', 'What is a body part part of?'],
  'group: musician': [
    'What is a musician a member of?',
    'Which group does a musician belong to?',
    'A musician is a member of what?',
    'Of which group is a musician a member?',
    'What group is a musician part of?',
    'Name the group that a musician belongs to.',
  ],
  'members: orchestra': [
    'Who are the members of an orchestra?',
    'What is a member of an orchestra?',
    'orchestra members',
  ],
  'consequence: kill': [
    'What does it entail to kill?',
    'What does "kill" cause?',
    'If you kill, what must you also do?',
    'What is a consequence of “kill”?',
    'What does kill lead to?',
    'Which action is entailed by "kill"?',
  ],
  'cause: heat': ['What causes heat?', 'Which thing leads to heat?'],
  'common: dog + wolf': [
    'What do a dog and a wolf have in common?',
    'What do dogs and wolves share?',
    'What are dog and wolf both?',
    'Find a category that includes dog and wolf.',
    'How are a dog and a wolf alike?',
    'dog and wolf are both kinds of what?',
    'Which category do both dogs and wolves belong to?',
    'dog and wolf: what do they have in common?',
    'What is the common category of dog and wolf?',
    'What sort of thing are dogs and wolves?',
  ],
  'common: good + right': ['What do a good and a right have in common?'],
  'relate: coffee + tea': [
    'How are coffee and tea related?',
    'How is coffee related to tea?',
    'What is the connection between coffee and tea?',
    'Are coffee and tea related?',
  ],
  'compare: dog + wolf': [
    'Which is older, a dog or a wolf?',
    'dog or wolf: which is bigger?',
    'Who was born first, dog or wolf?',
    'Which animal is taller, the dog or the wolf?',
  ],
  'compare?: dog + wolf': [
    'Is a dog older than a wolf?',
    'did dog die before wolf',
    'Was the dog born after the wolf?',
  ],
  'compare?: dog + wolf + animal': ['Are both a dog and a wolf an animal?', 'Are dogs and wolves both animals?'],
  'is_a?: dog + animal': [
    'Is a dog an animal?',
    'is a dog an animal',
    'Are dogs animals?',
    'Isn’t a dog an animal?',
    'Is every dog a kind of animal?',
    'Does a dog count as an animal?',
    'True or false: a dog is an animal.',
    'A dog is an animal, right?',
    'A dog is an animal.',
    'Can you tell me whether a dog is an animal?',
    'Would you say that a dog is an animal?',
    'Do you agree that a dog is an animal?',
    'Is it true that a dog is a type of animal?',
    'Could one call a dog an animal?',
    'Does the category animal include dogs?',
    'Do animals include dogs?',
    'Is animal a broader term for dog?',
    'Please tell me: is a dog an animal?',
    'I would like to know if a dog is an animal.',
  ],
  'is_a?: machine + object': ['Is a machine an object?', 'Does machine count as an object?'],
  'whole?: wheel + car': ['Is a wheel part of a car?', 'Are wheels parts of cars?'],
  'whole?: paris + france': ['Is Paris in France?'],
  'parts?: car + wheel': ['Does a car have a wheel?', 'Does a car contain wheels?'],
  'antonym?: hot + cold': ['Is hot the opposite of cold?', 'Are hot and cold opposites?'],
  'synonym?: happy + glad': ['Is happy a synonym of glad?', 'Do happy and glad mean the same?'],
  'group?: musician + orchestra': ['Is a musician a member of an orchestra?'],
  'consequence?: kill + die': ['Does kill cause die?'],
  'reverse: "someone who plays golf"': [
    'What do you call someone who plays golf?',
    'Which word means "someone who plays golf"?',
    'What is the word for someone who plays golf?',
    'What is the word for: someone who plays golf?',
    "What's the term for someone who plays golf?",
    'What is someone who plays golf called?',
    'I’m looking for a word that means “someone who plays golf”.',
    'Which noun is defined as: someone who plays golf',
    'There is a word for someone who plays golf. What is it?',
    'One word for someone who plays golf, please.',
    'Give the word that matches this description: someone who plays golf',
    '“someone who plays golf”: which word is that?',
    'Name the concept: someone who plays golf.',
  ],
};

describe('understanding phrasings', () => {
  for (const [meaning, phrasings] of Object.entries(TABLE)) {
    it(meaning, () => {
      const read = phrasings.map((text) => `${text} => ${readingOf(text)}`);
      assert.deepEqual(
        read,
        phrasings.map((text) => `${text} => ${meaning}`),
      );
    });
  }

  it('knows every intent in the table, but for open', () => {
    const shown = new Set(Object.keys(TABLE).map((meaning) => meaning.split(/[?:]/)[0]));
    assert.deepEqual(
      [...INTENTS].filter((intent) => !shown.has(intent)),
      ['open'],
    );
  });
});

describe('understanding what is outside', () => {
  const OUTSIDE = [
    'Who won the dog championship last year?',
    'How much does a dog cost in Berlin?',
    'What was the population of Paris in 2019?',
    'Which company sells the most wheels?',
    'When did the musician join the orchestra in Rome?',
    'Does a dog bark?',
    'Is Berlin bigger than Paris?',
    'How do I repair a car?',
    'What kind of food did the musician like in 2019?',
  ];
  for (const text of OUTSIDE) {
    it(text, () => {
      const [first] = understand(text, knows);
      assert.ok(first);
      assert.ok(first.intent === 'open' || first.coverage <= 0.67, `${first.intent} ${first.coverage}`);
    });
  }
});

describe('how an argument is used', () => {
  const usedIn = (text: string) => understand(text, knows)[0]?.arguments[0]?.used;
  it('is a noun behind an article, a verb behind its subject, else open', () => {
    assert.equal(usedIn('What is the opposite of a run?'), 'noun');
    assert.equal(usedIn('If you run, what happens?'), 'verb');
    assert.equal(usedIn('What does it mean to run?'), 'verb');
    assert.equal(usedIn('What is the opposite of run?'), null);
  });

  it('is what the intent is asked of when the words do not tell', () => {
    assert.equal(usedIn('Name a kind of run'), 'noun');
    assert.equal(usedIn('What does run cause?'), 'verb');
  });
});

describe('laws of understanding', () => {
  const cueWords = fc.constantFrom(
    ...'what is the opposite of a kind part word for dog wolf both true or false called mean group , : ? " “ ’ to does it'.split(
      ' ',
    ),
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(cueWords, { maxLength: 40 }).map((words) => words.join(' ')),
    fc.array(fc.oneof(cueWords, fc.string({ maxLength: 8 })), { maxLength: 40 }).map((words) => words.join(' ')),
  );

  it('reads any text: ends with open, coverage 0 to 1, arguments from the text, names that are known', () => {
    fc.assert(
      fc.property(text, (input) => {
        const readings = understand(input, knows);
        assert.equal(readings.at(-1)?.intent, 'open');
        assert.equal(readings.filter(({ intent }) => intent === 'open').length, 1);
        for (const { coverage, arguments: args } of readings) {
          assert.ok(coverage >= 0 && coverage <= 1, `${coverage}`);
          for (const argument of args) {
            assert.ok(input.includes(argument.text));
            assert.ok(argument.name === null || knows(argument.name));
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on capitals', () => {
    const meanings = Object.values(TABLE).flat();
    fc.assert(
      fc.property(fc.constantFrom(...meanings), (phrase) => {
        assert.equal(normaliseName(readingOf(phrase.toUpperCase())), normaliseName(readingOf(phrase.toLowerCase())));
      }),
    );
  });

  it('reads 8,192 characters of anything', () => {
    for (const unit of ['dog ', 'a ', '"', '’', 'what is ', '🐕', 'is a dog an animal? ', 'ﷺ', '\u0000', 'part of ']) {
      const long = unit.repeat(8192).slice(0, 8192);
      assert.equal(understand(long, knows).at(-1)?.intent satisfies Intent | undefined, 'open');
    }
  });

  it('asks for a number of names that grows with the words, and no further than the longest question', () => {
    const asked = (words: number): number => {
      let count = 0;
      understand('dog wolves '.repeat(words / 2), (name) => {
        count++;
        return knows(name);
      });
      return count;
    };
    assert.ok(asked(80) <= 2.5 * asked(40), `${asked(40)} names for 40 words, ${asked(80)} for 80`);
    assert.equal(asked(MAX_WORDS * 10), asked(MAX_WORDS * 2));
  });
});
