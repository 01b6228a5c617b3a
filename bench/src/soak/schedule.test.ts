import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultSchedule, FAULT_KINDS, readSchedule } from './schedule.ts';

describe('the default schedule', () => {
  it('has eight faults of every kind, in order, none reaching into the next or past the end', () => {
    for (const seconds of [60, 180, 1800, 7200]) {
      const faults = defaultSchedule(seconds);
      assert.equal(faults.length, 8);
      assert.deepEqual(new Set(faults.map(({ kind }) => kind)), new Set(FAULT_KINDS));
      assert.equal(faults.filter(({ kind }) => kind === 'worker-kill').length, 2);
      faults.forEach(({ at, seconds: lasts }, i) => assert.ok(at + lasts < (faults[i + 1]?.at ?? seconds)));
    }
  });

  it('keeps to the minute that was asked for when there is time for it', () => {
    const lasting = new Map(defaultSchedule(1800).map(({ kind, seconds }) => [kind, seconds]));
    assert.deepEqual([lasting.get('black-hole'), lasting.get('packet-loss'), lasting.get('freeze')], [60, 60, 1]);
    assert.equal(defaultSchedule(180).find(({ kind }) => kind === 'black-hole')?.seconds, 18);
  });
});

describe('a schedule from a file', () => {
  it('is read and sorted; what is not said has a default', () => {
    const text = '[{"kind":"packet-loss","at":30,"seconds":5},{"kind":"worker-kill","at":10}]';
    assert.deepEqual(readSchedule(text, 60), [
      { kind: 'worker-kill', at: 10, seconds: 0 },
      { kind: 'packet-loss', at: 30, seconds: 5, share: 0.2 },
    ]);
    assert.deepEqual(readSchedule('[]', 60), []);
  });

  it('that is wrong is refused with the place and what it takes', () => {
    for (const [text, words] of [
      ['{', /not JSON/],
      ['{}', /takes a list/],
      ['[1]', /fault 1 is no object/],
      ['[{"kind":"worker-kill","at":1},{"kind":"earthquake","at":1}]', /fault 2: kind takes one of worker-kill,/],
      ['[{"kind":"freeze"}]', /fault 1: at takes a number from 0 to 60/],
      ['[{"kind":"freeze","at":50,"seconds":11}]', /seconds takes a number from 0 to 10/],
      ['[{"kind":"packet-loss","at":1,"share":2}]', /share takes a number from 0 to 1/],
      ['[{"kind":"freeze","at":1,"for":2}]', /"for" is not known/],
    ] as const)
      assert.throws(() => readSchedule(text, 60), words);
  });
});
