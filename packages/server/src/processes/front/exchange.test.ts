/** What becomes of one request when processes die, fall silent or refuse, with processes that do what the test says. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { GUEST } from '@vortexflow/identity';
import { CodedError, systemClock } from '@vortexflow/primitives';
import { type BudgetPolicy, CallBudget, CircuitBreaker, DEFAULT_POLICY } from '@vortexflow/resilience';
import type { Dispatcher } from 'undici';
import { Fleet } from '../fleet.ts';
import type { ServingProcess } from '../serving-process.ts';
import { exchange, type ExchangeOptions } from './exchange.ts';
import { ResourceBudget } from '@vortexflow/validation';
import { DEFAULT_BODY_LIMITS, resourceLimitsOf } from '../../http/limits.ts';
import { routeOf } from './routes.ts';

type Handler = Required<Dispatcher.DispatchHandler>;
type Controller = Dispatcher.DispatchController;

/** A request that a process got. */
interface Got {
  readonly body: string;
  /** It has been sent; says whether it was called back at that moment. */
  begin(): boolean;
  answer(status: number, text: string, code?: string): void;
  fail(code: string): void;
}

/** A process of which the test plays the part. */
function process(number: number, got: (request: Got) => void): ServingProcess & { die: () => void } {
  const ended = Promise.withResolvers<string>();
  const serving = {
    number,
    kind: number === 1 ? 'leader' : 'follower',
    state: 'ready',
    isSuspect: false,
    isStale: false,
    isBehind: false,
    attempts: new Set<() => void>(),
    breaker: new CircuitBreaker({ ...DEFAULT_POLICY.breaker, consecutiveFailures: 3, openMs: 600_000 }, systemClock),
    ended: ended.promise,
    die: () => {
      serving.state = 'ended';
      ended.resolve('killed');
    },
    pool: {
      dispatch: ({ body }: { body: Buffer | null }, handler: Handler) => {
        let isAborted = false;
        let isPaused = false;
        let rest = (): void => undefined;
        const controller = {
          abort: () => (isAborted = true),
          pause: () => (isPaused = true),
          resume: () => {
            isPaused = false;
            rest();
          },
        };
        const given = controller as unknown as Controller;
        const begin = (): boolean => {
          handler.onRequestStart(given, null);
          return isAborted;
        };
        got({
          body: body?.toString() ?? '',
          begin,
          answer: (status, text, code) => {
            const own = code === undefined ? {} : { 'x-vortexflow-code': code };
            handler.onResponseStart(given, status, { 'content-type': 'text/plain', ...own });
            if (isAborted) return handler.onResponseError(given, new Error('aborted'));
            rest = () => {
              handler.onResponseData(given, Buffer.from(text));
              handler.onResponseEnd(given, {});
            };
            if (!isPaused) rest();
          },
          fail: (code) => handler.onResponseError(given, Object.assign(new Error(code), { code })),
        });
        return true;
      },
    },
  };
  return serving as unknown as ServingProcess & { die: () => void };
}

const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach((end) => end()));

const memory = { budget: new ResourceBudget(resourceLimitsOf(DEFAULT_BODY_LIMITS)), observe: () => undefined };

interface Outcome {
  readonly status: number;
  readonly text: string;
  readonly retries: number;
}

/** A front over these processes; what the caller gets for one request. */
async function ask(
  processes: readonly ServingProcess[],
  [method, path]: readonly [string, string] = ['POST', '/api/v1/process'],
  retries = budget(),
  change: ExchangeOptions['change'] = null,
  content = 'the question',
): Promise<Outcome> {
  const fleet = new Fleet(systemClock);
  for (const one of processes) fleet.add(one);
  let again = 0;
  const server = createServer((request, response) => {
    const caller = { principal: GUEST, address: '127.0.0.1' };
    const route = routeOf(method, path, DEFAULT_BODY_LIMITS);
    const options = { fleet, clock: systemClock, route, id: 'id', caller, memory, holdMs: 2_000, retries };
    exchange(request, response, { ...options, change, onRetry: () => again++ }).catch((failure: unknown) => {
      response.statusCode = 599;
      response.end(failure instanceof CodedError ? failure.code : String(failure));
    });
  }).listen(0, '127.0.0.1');
  ends.push(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const body = method === 'GET' ? {} : { body: content };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, ...body });
  return { status: response.status, text: await response.text(), retries: again };
}

const budget = (changes: Partial<BudgetPolicy> = {}): CallBudget =>
  new CallBudget({ ...DEFAULT_POLICY.retry.budget, ...changes }, systemClock);

const answers =
  (text: string, status = 200) =>
  (got: Got): void => {
    got.begin();
    got.answer(status, `${text} to ${got.body}`);
  };

const ASK = ['POST', '/api/v1/process'] as const;
const LAYOUT = ['PATCH', '/api/v1/layout'] as const;

describe('a request on its way', () => {
  it('goes to another process, whole, when the first dies over it', async () => {
    const first = process(1, (got) => {
      got.begin();
      first.die();
      got.fail('ECONNRESET');
    });
    const { text, retries } = await ask([first, process(2, answers('cold'))]);
    assert.equal(text, 'cold to the question');
    assert.equal(retries, 1);
  });

  it('is tried at one other process only when they die over it', async () => {
    let asked = 0;
    const deadly = (number: number): ServingProcess => {
      const one = process(number, (got) => {
        asked++;
        got.begin();
        one.die();
        got.fail('ECONNRESET');
      });
      return one;
    };
    const { status, text } = await ask([deadly(1), deadly(2), deadly(3)]);
    assert.deepEqual([status, text, asked], [599, 'serving_lost', 2]);
  });

  it('is not repeated when a second time might do harm, unless it was never sent', async () => {
    let isUp = false;
    const first = process(1, (got) => {
      if (isUp) return answers('done')(got);
      isUp = true;
      got.fail('ECONNREFUSED');
    });
    assert.equal((await ask([first], LAYOUT)).text, 'done to the question');
    const second = process(1, (got) => {
      got.begin();
      got.fail('ECONNRESET');
    });
    assert.deepEqual(await ask([second], LAYOUT), { status: 599, text: 'serving_lost', retries: 0 });
  });

  it('leaves a silent process, and what that one says later is not heard', async () => {
    let late: Got | undefined;
    const silent = process(1, (got) => {
      late = got;
      // It is noticed before the connection is there.
      setImmediate(() => silent.attempts.forEach((suspect) => suspect()));
    });
    const other = process(2, (got) => {
      got.begin();
      // The silent one thaws just now: it must not be sent the question as well, nor spoil the answer.
      assert.equal(late?.begin(), true);
      late.answer(200, 'warm');
      late.fail('aborted');
      got.answer(200, 'cold');
    });
    const fleetOrder = [silent, other];
    const { status, text } = await ask(fleetOrder);
    assert.deepEqual([status, text], [200, 'cold']);
  });

  it('goes on where a process refuses or does not know, and takes the last word of the last one', async () => {
    const { text } = await ask([process(1, answers('away', 503)), process(2, answers('cold'))]);
    assert.equal(text, 'cold to the question');
    const both = await ask([process(1, answers('away', 503)), process(2, answers('away, too', 503))]);
    assert.equal(both.status, 503);
    const trace = ['GET', '/api/v1/answers/1/trace'] as const;
    assert.equal((await ask([process(1, answers('no', 404)), process(2, answers('here'))], trace)).status, 200);
    assert.equal((await ask([process(1, answers('no', 404)), process(2, answers('no', 404))], trace)).status, 404);
    // Only there it means that another one may know.
    assert.equal((await ask([process(1, answers('no', 404)), process(2, answers('no', 404))])).status, 404);
  });

  it('is not asked again elsewhere where it was late or too much', async () => {
    for (const code of ['overloaded', 'reasoners_late']) {
      const busy = process(1, (got) => {
        got.begin();
        got.answer(503, code, code);
      });
      const { status, text, retries } = await ask([busy, process(2, answers('cold'))]);
      assert.deepEqual([status, text, retries], [503, code, 0]);
    }
  });

  it('that cannot be passed on is the fault of the caller, and is tried once', async () => {
    let asked = 0;
    const { text } = await ask([
      process(1, (got) => {
        asked++;
        got.fail('UND_ERR_INVALID_ARG');
      }),
    ]);
    assert.deepEqual([text, asked], ['request_invalid', 1]);
  });

  it('takes no further tries than the budget has, and passes on what the one process said', async () => {
    const none = budget({ share: 0, minPerSecond: 0 });
    const refused = await ask([process(1, answers('away', 503)), process(2, answers('cold'))], ASK, none);
    assert.deepEqual([refused.status, refused.text], [503, 'away to the question']);
    const first = process(1, (got) => {
      got.begin();
      first.die();
      got.fail('ECONNRESET');
    });
    const lost = await ask([first, process(2, answers('cold'))], ASK, none);
    assert.equal(lost.text, 'serving_unavailable');
    // Not to know is no failure.
    const trace = ['GET', '/api/v1/answers/1/trace'] as const;
    const here = await ask([process(1, answers('no', 404)), process(2, answers('here'))], trace, none);
    assert.equal(here.status, 200);
  });

  it('goes to one that fails everything only when there is no other, and now and then to see', async () => {
    let asked = 0;
    const failing = process(1, (got) => {
      asked++;
      answers('what', 500)(got);
    });
    for (let i = 0; i < 3; i++) assert.equal((await ask([failing])).status, 500);
    assert.equal(failing.breaker.state, 'open');
    const well = process(2, answers('cold'));
    for (let i = 0; i < 4; i++) assert.equal((await ask([failing, well])).status, 200);
    assert.equal(asked, 3);
    assert.equal((await ask([failing])).status, 500);
  });

  it('has the memory for its body until it is over, whatever its end', async () => {
    const content = 'x'.repeat(100_000);
    const held: number[] = [];
    const note = (): void => void held.push(memory.budget.held.bytes);
    const well = process(1, (got) => {
      note();
      got.begin();
      got.answer(200, 'done');
    });
    const first = process(1, (got) => {
      note();
      got.begin();
      first.die();
      got.fail('ECONNRESET');
    });
    const fuse = ['POST', '/api/v1/fuse'] as const;
    for (const processes of [[well], [first, process(2, answers('cold'))], []]) {
      await ask(processes, fuse, budget(), null, content);
      // The caller has the answer a moment before the exchange is over.
      await new Promise(setImmediate);
      note();
    }
    assert.deepEqual(held, [100_000, 0, 100_000, 0, 0]);
  });

  it('waits for a process, but not for ever', async () => {
    const { text } = await ask([]);
    assert.equal(text, 'serving_unavailable');
  });
});

describe('a change on its way', () => {
  const refusal = new CodedError('audit_unavailable', { type: 'x', status: 507, recovery: 'Retry', message: 'full' });

  it('is begun before it is given to a process, once, and ended before its answer is passed on', async () => {
    const seen: string[] = [];
    const change = {
      begin: async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        seen.push('begun');
      },
      end: async (status: number) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        seen.push(`ended ${status}`);
      },
    };
    const first = process(1, (got) => {
      seen.push('given');
      if (seen.length === 2) return got.fail('ECONNREFUSED');
      answers('done')(got);
    });
    const { text } = await ask([first], LAYOUT, budget(), change);
    seen.push('answered');
    assert.equal(text, 'done to the question');
    assert.deepEqual(seen, ['begun', 'given', 'given', 'ended 200', 'answered']);
  });

  it('that cannot be begun is given to nobody', async () => {
    let given = 0;
    const change = { begin: () => Promise.reject(refusal), end: () => Promise.resolve() };
    const { text } = await ask([process(1, () => given++)], LAYOUT, budget(), change);
    assert.deepEqual([text, given], ['audit_unavailable', 0]);
  });

  it('whose end cannot be told is not acknowledged, and that is not the fault of the process', async () => {
    const one = process(1, answers('done'));
    const change = { begin: () => Promise.resolve(), end: () => Promise.reject(refusal) };
    for (let i = 0; i < 5; i++) {
      const { status, text } = await ask([one], LAYOUT, budget(), change);
      assert.deepEqual([status, text], [599, 'audit_unavailable']);
    }
    assert.equal(one.breaker.state, 'closed');
    assert.equal(one.attempts.size, 0);
  });
});
