import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, before, collectSuites, describe, it } from './case-collector.ts';

test('what a suite declares runs when it is told to, in order', async () => {
  const ran: string[] = [];
  const [first, second] = collectSuites(() => {
    describe('first', () => {
      before(async () => ran.push('before'));
      after(() => ran.push('after'));
      it('a', () => ran.push('a'));
      it('b', async () => ran.push('b'));
    });
    describe('second', () => it('c', () => ran.push('c')));
  });
  assert.deepEqual(ran, []);
  assert.deepEqual([first?.caseNames(), second?.caseNames()], [['a', 'b'], ['c']]);
  await first?.begin();
  await first?.run(1);
  await first?.run(0);
  await first?.end();
  assert.deepEqual(ran, ['before', 'b', 'a', 'after']);
});

test('what a case or a hook throws is not swallowed', async () => {
  const fail = async (): Promise<never> => {
    throw new Error('on purpose');
  };
  const [suite] = collectSuites(() =>
    describe('suite', () => {
      before(fail);
      after(fail);
      it('late', fail);
      it('at once', () => {
        throw new Error('on purpose');
      });
    }),
  );
  for (const run of [suite!.begin(), suite!.run(0), suite!.run(1), suite!.end()])
    await assert.rejects(run, /on purpose/);
  await assert.rejects(suite!.run(2), RangeError);
});

test('what would be left out is refused', () => {
  const body = () => {};
  const withOptions = it as (name: string, options: object, body: () => void) => void;
  const inSuite = (declare: () => unknown) => () => collectSuites(() => describe('suite', declare));
  assert.throws(() => describe('suite', body), /nobody collects/);
  assert.throws(() => collectSuites(() => it('case', body)), /outside a suite/);
  assert.throws(() => collectSuites(() => before(body)), /outside a suite/);
  assert.throws(
    inSuite(() => describe('nested', body)),
    /nested/,
  );
  assert.throws(
    inSuite(async () => body()),
    /asynchronously/,
  );
  assert.throws(
    inSuite(() => withOptions('case', { skip: true }, body)),
    TypeError,
  );
  assert.throws(
    inSuite(() => it('case', ((context: unknown) => context) as () => void)),
    TypeError,
  );
});
