import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { DisposalStack } from './disposal.ts';

fc.configureGlobal({ seed: 12 });

describe('DisposalStack', () => {
  test('hands the resource through, and to its release', async () => {
    const stack = new DisposalStack();
    const resource = { open: true };
    assert.equal(
      stack.use(resource, (given) => void (given.open = false)),
      resource,
    );
    assert.equal(resource.open, true);
    await stack.dispose();
    assert.equal(resource.open, false);
  });

  test('releases in reverse order, one after the other, all of them even when some fail, and each once', async () => {
    const steps = fc.array(fc.constantFrom('fine', 'late', 'throws', 'rejects'), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(steps, async (kinds) => {
        const seen: string[] = [];
        const finishLate = async (index: number, kind: string): Promise<void> => {
          await Promise.resolve();
          if (kind === 'rejects') throw new Error(`${index}`);
          seen.push(`end ${index}`);
        };
        const stack = new DisposalStack();
        kinds.forEach((kind, index) =>
          stack.use(kind, () => {
            seen.push(`begin ${index}`);
            if (kind === 'throws') throw new Error(`${index}`);
            if (kind === 'fine') return void seen.push(`end ${index}`);
            return finishLate(index, kind);
          }),
        );
        const failing = kinds.flatMap((kind, index) => (kind === 'throws' || kind === 'rejects' ? [`${index}`] : []));
        const failure = await stack.dispose().then(
          () => null,
          (error: unknown) => error,
        );
        const messages = failure instanceof AggregateError ? failure.errors.map((error: Error) => error.message) : [];
        assert.deepEqual(messages, failing.toReversed());
        assert.equal(failure === null, failing.length === 0);
        assert.deepEqual(
          seen,
          kinds
            .flatMap((_, index) => [`begin ${index}`, ...(failing.includes(`${index}`) ? [] : [`end ${index}`])])
            .sort(laterFirst),
        );
        seen.length = 0;
        await stack.dispose();
        assert.deepEqual(seen, []);
      }),
    );
  });

  test('says how many failed', async () => {
    const stack = new DisposalStack();
    for (const reason of ['first', 'second']) stack.use(reason, () => Promise.reject(new Error(reason)));
    await assert.rejects(stack.dispose(), /^AggregateError: 2 resource\(s\) failed to close$/);
  });

  test('takes what is added while it releases', async () => {
    const seen: string[] = [];
    const stack = new DisposalStack();
    stack.use('outer', () => void stack.use('inner', (name) => void seen.push(name)));
    await stack.dispose();
    assert.deepEqual(seen, ['inner']);
  });

  test('works with "await using"', async () => {
    const seen: string[] = [];
    {
      await using stack = new DisposalStack();
      stack.use('a', (name) => void seen.push(name));
      stack.use('b', (name) => void seen.push(name));
      assert.deepEqual(seen, []);
    }
    assert.deepEqual(seen, ['b', 'a']);
  });
});

/** Sorting is stable, so what one resource says stays in its order. */
const laterFirst = (a: string, b: string): number => Number(b.split(' ')[1]) - Number(a.split(' ')[1]);
