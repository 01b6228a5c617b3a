/** Bodies that the front keeps, and the memory that they are held against. */
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { CodedError } from '@vortexflow/primitives';
import { ResourceBudget } from '@vortexflow/validation';
import fc from 'fast-check';
import { bodyOf, sentOf } from './body.ts';
import { BodyLoan } from './body-loan.ts';

const [KB, MB] = [1024, 1_048_576];
const ROUTE = { isRepeatable: true, bodyLimit: 8 * MB };

type Upload = PassThrough & IncomingMessage;
/** A request of which the test sends the body. */
const upload = (headers: Record<string, string>): Upload =>
  Object.assign(new PassThrough({ highWaterMark: 64 * MB }), { headers }) as unknown as Upload;
const saying = (length: number): Upload => upload({ 'content-length': String(length) });
const inChunks = (): Upload => upload({ 'transfer-encoding': 'chunked' });

function memory(maxHeldBytes = 10 * MB) {
  const budget = new ResourceBudget({ maxCost: 1, maxHeldCost: 1, maxHeldBytes });
  const refused: string[] = [];
  const observe = (tier: string, outcome: string): void => void (outcome === 'refused' && refused.push(tier));
  return { budget, observe, refused };
}

const codeOf = async (run: () => unknown): Promise<string> => {
  try {
    await run();
    return 'none';
  } catch (failure) {
    assert.ok(failure instanceof CodedError, String(failure));
    return failure.code;
  }
};

describe('a body that is kept', () => {
  it('is held against the memory by its length before it comes, until the loan ends', async () => {
    const given = memory();
    const loan = new BodyLoan(given);
    const request = saying(3 * MB);
    const body = bodyOf(request, ROUTE, loan);
    assert.equal(given.budget.held.bytes, 3 * MB);
    request.end(Buffer.alloc(3 * MB));
    assert.equal(sentOf(await body).length, 3 * MB);
    assert.equal(given.budget.held.bytes, 3 * MB);
    loan.end();
    loan.end();
    assert.equal(given.budget.held.bytes, 0);
    loan.cover(5 * MB, 8 * MB);
    assert.equal(given.budget.held.bytes, 0, 'nothing is lent after the end');
  });

  it('is held against it as it grows where its length is not said', async () => {
    const given = memory();
    const request = inChunks();
    const body = bodyOf(request, ROUTE, new BodyLoan(given));
    const held: number[] = [];
    for (const bytes of [64 * KB, 1, MB, 7 * MB - 64 * KB - 1]) {
      request.write(Buffer.alloc(bytes));
      await new Promise(setImmediate);
      held.push(given.budget.held.bytes);
    }
    assert.deepEqual(held, [0, MB, 2 * MB, 8 * MB]);
    request.end();
    assert.equal(sentOf(await body).length, 8 * MB);
  });

  it('is refused when the memory is taken: at once by its length, or when it has grown too far', async () => {
    const given = memory();
    const other = new BodyLoan(given);
    other.cover(8 * MB, 8 * MB);
    assert.equal(await codeOf(() => bodyOf(saying(3 * MB), ROUTE, new BodyLoan(given))), 'resources_busy');
    const request = inChunks();
    const loan = new BodyLoan(given);
    const body = bodyOf(request, ROUTE, loan);
    for (let i = 0; i < 30; i++) request.write(Buffer.alloc(100 * KB));
    assert.equal(await codeOf(() => body), 'resources_busy');
    loan.end();
    assert.deepEqual([given.budget.held.bytes, given.refused], [8 * MB, ['resources', 'resources']]);
    assert.equal(await codeOf(() => void bodyOf(saying(64 * KB), ROUTE, new BodyLoan(given))), 'none', 'small ones go');
  });

  it('is refused by its own limit as before, said or not', async () => {
    const given = memory();
    assert.equal(await codeOf(() => bodyOf(saying(8 * MB + 1), ROUTE, new BodyLoan(given))), 'body_too_large');
    const request = inChunks();
    const loan = new BodyLoan(given);
    const body = bodyOf(request, ROUTE, loan);
    request.write(Buffer.alloc(8 * MB + 1));
    assert.equal(await codeOf(() => body), 'body_too_large');
    loan.end();
    assert.equal(given.budget.held.bytes, 0);
  });

  it('is sent as it came as often as it is tried, in one piece or in many', async () => {
    const size = fc.oneof(fc.integer({ min: 1, max: 70 * KB }), fc.integer({ min: 200 * KB, max: 400 * KB }));
    await fc.assert(
      fc.asyncProperty(fc.array(size, { minLength: 1, maxLength: 6 }), async (sizes) => {
        const pieces = sizes.map((bytes, i) => Buffer.alloc(bytes, `${i} piece`));
        const request = inChunks();
        const coming = bodyOf(request, ROUTE, new BodyLoan(memory()));
        for (const piece of pieces) request.write(piece);
        request.end();
        const body = await coming;
        const whole = Buffer.concat(pieces);
        for (const _try of [1, 2]) {
          const { body: sent, length } = sentOf(body);
          assert.equal(length, whole.length > 256 * KB ? whole.length : null);
          assert.ok(Buffer.isBuffer(sent) ? sent.equals(whole) : (await buffer(sent as Readable)).equals(whole));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('that ends early is a fault of the request', async () => {
    const request = saying(100);
    const body = bodyOf(request, ROUTE, new BodyLoan(memory()));
    request.destroy();
    assert.equal(await codeOf(() => body), 'request_invalid');
  });

  it('that is passed on as it comes takes no memory', () => {
    const given = memory();
    const route = { isRepeatable: false, bodyLimit: 64 * KB };
    assert.ok(bodyOf(saying(64 * MB), route, new BodyLoan(given)) instanceof PassThrough);
    assert.ok(bodyOf(inChunks(), route, new BodyLoan(given)) instanceof PassThrough);
    assert.equal(given.budget.held.bytes, 0);
  });
});

it('whatever bodies grow and go, no more is lent than there is, and all of it comes back', () => {
  const step = fc.record({ body: fc.nat(4), bytes: fc.integer({ min: 1, max: 9 * MB }), ends: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const given = memory();
      const loans = Array.from({ length: 5 }, () => new BodyLoan(given));
      for (const { body, bytes, ends } of steps) {
        const loan = loans[body] as BodyLoan;
        try {
          loan.cover(bytes, 9 * MB);
        } catch (failure) {
          assert.equal((failure as CodedError).code, 'resources_busy');
        }
        assert.ok(given.budget.held.bytes <= 10 * MB);
        if (!ends) continue;
        loan.end();
        loans[body] = new BodyLoan(given);
      }
      for (const loan of loans) loan.end();
      assert.equal(given.budget.held.bytes, 0);
    }),
  );
});
