import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { Bulkhead, type Waiter } from './bulkhead.ts';

fc.configureGlobal({ seed: 23 });

describe('the bulkhead', () => {
  it('lets as many in as allowed, the rest wait in order, and refuses beyond that', () => {
    const bulkhead = new Bulkhead(2, 2);
    const entered: string[] = [];
    const waiter = (name: string): Waiter => ({ enter: () => void entered.push(name) });
    assert.deepEqual([bulkhead.tryEnter(), bulkhead.tryEnter(), bulkhead.tryEnter()], [true, true, false]);
    assert.deepEqual(
      [bulkhead.wait(waiter('a')), bulkhead.wait(waiter('b')), bulkhead.wait(waiter('c'))],
      [true, true, false],
    );
    bulkhead.leave();
    assert.deepEqual([entered, bulkhead.active, bulkhead.waiting], [['a'], 2, 1]);
    bulkhead.leave();
    bulkhead.leave();
    bulkhead.leave();
    assert.deepEqual([entered, bulkhead.active, bulkhead.waiting], [['a', 'b'], 0, 0]);
  });

  it('keeps nobody out for one that gave up waiting', () => {
    const bulkhead = new Bulkhead(1, 1);
    const gone: Waiter = { enter: () => assert.fail('it had gone') };
    assert.ok(bulkhead.tryEnter());
    assert.ok(bulkhead.wait(gone));
    bulkhead.giveUp(gone);
    let entered = 0;
    assert.ok(bulkhead.wait({ enter: () => entered++ }));
    bulkhead.leave();
    assert.equal(entered, 1);
  });

  it('stands any number that leave as soon as they enter', () => {
    const bulkhead = new Bulkhead(1, Infinity);
    let left = 0;
    assert.ok(bulkhead.tryEnter());
    for (let i = 0; i < 50_000; i++) {
      bulkhead.wait({
        enter() {
          left++;
          bulkhead.leave();
        },
      });
    }
    bulkhead.leave();
    assert.deepEqual([left, bulkhead.active], [50_000, 0]);
  });

  it('never holds more than allowed, and no place stays empty while somebody waits', () => {
    const actions = fc.array(fc.constantFrom('come', 'come', 'leave', 'give up'), { maxLength: 100 });
    fc.assert(
      fc.property(actions, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 4 }), (list, limit, queue) => {
        const bulkhead = new Bulkhead(limit, queue);
        let inside = 0;
        const waiting: Waiter[] = [];
        for (const action of list) {
          if (action === 'come') {
            const waiter: Waiter = {
              enter() {
                assert.equal(waiting.shift(), waiter, 'first come, first served');
                inside++;
              },
            };
            if (bulkhead.tryEnter()) inside++;
            else if (bulkhead.wait(waiter)) waiting.push(waiter);
          } else if (action === 'leave' && inside > 0) {
            inside--;
            bulkhead.leave();
          } else if (action === 'give up' && waiting.length > 0) bulkhead.giveUp(waiting.pop() as Waiter);
          assert.deepEqual([bulkhead.active, bulkhead.waiting], [inside, waiting.length]);
          assert.ok(inside <= limit && waiting.length <= queue);
          assert.ok(waiting.length === 0 || inside === limit);
        }
      }),
    );
  });
});
