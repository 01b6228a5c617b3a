import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { MAX_WORDS, promoteTopics, quotedRanges, readWords, silenceCues } from './words.ts';

const rolesOf = (text: string): string =>
  readWords(text)
    .map(({ word, role, cue }) => `${word}/${cue ?? role}`)
    .join(' ');

describe('readWords', () => {
  it('gives each word its role', () => {
    assert.equal(
      rolesOf('Please name a kind of dog'),
      'please/asking name/filler a/stop kind/kind of/kind dog/content',
    );
    assert.equal(rolesOf('Which word means "hot dog"?'), 'which/stop word/word means/means hot/quoted dog/quoted');
  });

  it('takes the longest cue, in its grammatical forms, but no word that only looks like one', () => {
    assert.equal(rolesOf('consists of'), 'consists/made_of of/made_of');
    assert.equal(rolesOf('opposites'), 'opposites/antonym');
    assert.equal(rolesOf('opposition'), 'opposition/content');
    assert.equal(rolesOf('another word for'), 'another/synonym word/synonym for/stop');
  });

  it('notices breaks and owners', () => {
    const [dog, parts] = readWords("dog's: parts");
    assert.deepEqual(
      [dog?.possessive, dog?.afterBreak, parts?.possessive, parts?.afterBreak],
      [true, false, false, true],
    );
  });

  it('reads so many words and no more', () => {
    assert.equal(readWords('dog '.repeat(MAX_WORDS + 50)).length, MAX_WORDS);
  });

  it('places every word where the text has it, in order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (text) => {
        let end = 0;
        for (const word of readWords(text)) {
          assert.ok(word.start >= end && word.end > word.start && word.end <= text.length);
          end = word.end;
        }
      }),
    );
  });
});

describe('quotedRanges', () => {
  const CASES: Readonly<Record<string, readonly string[]>> = {
    'a "b c" d': ['b c'],
    '“b” and „c“ and «d»': ['b', 'c', 'd'],
    "what's 'it' for": ['it'],
    "the dogs' tails aren't": [],
    'an open " quote': [],
    '""': [],
  };
  for (const [text, quoted] of Object.entries(CASES)) {
    it(text, () =>
      assert.deepEqual(
        quotedRanges(text).map(({ start, end }) => text.slice(start, end)),
        quoted,
      ),
    );
  }
});

describe('promoteTopics', () => {
  const topics = (text: string, promotion: Parameters<typeof promoteTopics>[1]): string[] =>
    promoteTopics(readWords(text), promotion).flatMap(({ word, role }) => (role === 'content' ? [word] : []));

  it('goes step by step: plain words, cues that close a clause, any cue', () => {
    assert.deepEqual(topics('the parts of a being', 'plain'), ['being']);
    assert.deepEqual(topics('the definition of sort', 'plain'), []);
    assert.deepEqual(topics('the definition of sort', 'closing'), ['sort']);
    assert.deepEqual(topics('a right and a good alike', 'closing'), ['good']);
    assert.deepEqual(topics('a right and a good alike', 'any'), ['right', 'good']);
  });

  it('leaves cues that lead on to their topic', () => {
    assert.deepEqual(topics('an example of', 'any'), []);
    assert.deepEqual(topics('contains it as a part', 'any'), []);
  });
});

it('silenceCues takes the cue out of names', () => {
  const words = silenceCues(readWords('a body part of'), [{ first: 1, last: 2 }]);
  assert.deepEqual(
    words.map(({ role, cue }) => cue ?? role),
    ['stop', 'content', 'content', 'part'],
  );
});
