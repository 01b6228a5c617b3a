import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NO_CONFIDENCE, NO_POSITION, openBallot } from './ballot.ts';
import { type SourceOpinion, UNSTATED } from './opinion.ts';

const nobody = () => false;

describe('ballot', () => {
  it('sorts sources and answers, drops the absent and the ignored', () => {
    const opinions: SourceOpinion[] = [
      { source: 'z', candidate: { answer: 'b', confidence: 0.5 }, position: 4 },
      { source: 'a', candidate: { answer: 'c', confidence: 0.6, margin: 0.2 } },
      { source: 'm', candidate: null },
      { source: 'k', candidate: { answer: 'a', confidence: 1 } },
    ];
    const { ballot, keys } = openBallot(opinions, 5, (source) => source === 'k');
    assert.deepEqual(keys, ['b', 'c']);
    assert.deepEqual(ballot, {
      answers: 2,
      labels: 5,
      labelSet: '',
      classes: [],
      votes: [
        { source: 'a', answer: 1, confidence: 0.6, margin: 0.2, position: NO_POSITION, support: null },
        { source: 'z', answer: 0, confidence: 0.5, margin: 0, position: 4, support: null },
      ],
    });
  });
  it('keeps the surest candidate of a source, and the first key among equally sure ones', () => {
    const say = (answer: string, confidence: number) => ({ source: 's', candidate: { answer, confidence } });
    const chosen = (...opinions: SourceOpinion[]) => openBallot(opinions, 0, nobody).keys;
    assert.deepEqual(chosen(say('a', 0.4), say('b', 0.6)), ['b']);
    assert.deepEqual(chosen(say('b', 0.6), say('a', 0.6)), ['a']);
    assert.deepEqual(chosen({ source: 's', candidate: null }, say('a', 0.1)), ['a']);
  });
  it('clips what lies outside 0..1 and marks what was not stated', () => {
    const confidences = [-1, 2, UNSTATED].map((confidence, i) => ({
      source: `s${i}`,
      candidate: { answer: 'a', confidence, margin: Number.NaN },
    }));
    const { votes } = openBallot(confidences, 0, nobody).ballot;
    assert.deepEqual(
      votes.map((v) => v.confidence),
      [0, 1, NO_CONFIDENCE],
    );
    assert.deepEqual(
      votes.map((v) => v.margin),
      [0, 0, 0],
    );
  });
  it('shares of alternatives sum to at most 1 and name only answers that somebody gave', () => {
    const alternatives = [
      { answer: 'b', confidence: 0.9 },
      { answer: 'a', confidence: 5 },
      { answer: 'z', confidence: 0.9 },
      { answer: 'c', confidence: -1 },
    ];
    const opinions: SourceOpinion[] = [
      { source: 's', candidate: { answer: 'a', confidence: 0.5, alternatives } },
      { source: 't', candidate: { answer: 'b', confidence: 0.5, alternatives: [{ answer: 'a', confidence: 0.25 }] } },
    ];
    const { votes } = openBallot(opinions, 0, nobody).ballot;
    assert.deepEqual(votes[0]!.support, [{ answer: 1, share: 0.5 }]);
    assert.deepEqual(votes[1]!.support, [{ answer: 0, share: 0.25 }]);
  });
});
