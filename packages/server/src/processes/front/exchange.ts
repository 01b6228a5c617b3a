/** One request of a caller on its way to a serving process, and to another one when the first is lost. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import type { Clock } from '@vortexflow/primitives';
import { wireError } from '@vortexflow/protocol';
import type { CallBudget } from '@vortexflow/resilience';
import type { Dispatcher } from 'undici';
import { CODE_HEADER } from '../../http/problems.ts';
import type { Fleet } from '../fleet.ts';
import type { ServingProcess } from '../serving-process.ts';
import { type Body, bodyOf, sentOf } from './body.ts';
import { BodyLoan, type BodyMemory } from './body-loan.ts';
import { type KnownCaller, requestHeaders, responseHeaders } from './heads.ts';
import type { Route } from './routes.ts';

/**
 * What became of one try. `done`: the caller has the answer, or has left. `lost`: the process ended or fell silent before
 * it answered. `unsent`: it was gone before it got the request. `refused`: it cannot answer, another one may.
 * `elsewhere`: it does not know what was asked for. `invalid`: the request cannot be passed on.
 */
type Outcome = 'done' | 'lost' | 'unsent' | 'refused' | 'elsewhere' | 'invalid';

export interface ExchangeOptions {
  readonly fleet: Fleet;
  readonly clock: Clock;
  readonly route: Route;
  readonly id: string;
  readonly caller: KnownCaller;
  /** For bodies that are kept. */
  readonly memory: BodyMemory;
  /** Of tries after a failure, for all requests together: those that are lost must not come twice on those that go on. */
  readonly retries: CallBudget;
  /** Longest wait for a process that can take the request, ms. */
  readonly holdMs: number;
  /** Told of every further try. */
  readonly onRetry: () => void;
  /** Of a change: waited for before it is given to a process, and with the answer before that is passed on. */
  readonly change?: ChangeHooks | null;
  /** Told of the answer that is passed on. */
  readonly onAnswer?: (status: number, headers: IncomingHttpHeaders) => void;
}

interface ChangeHooks {
  /** @throws CodedError for the caller; then nothing was sent */
  readonly begin: () => Promise<void>;
  /** @throws CodedError for the caller, in place of the answer */
  readonly end: (status: number, headers: IncomingHttpHeaders) => Promise<void>;
}

/** What kills one process must not go through them all: it is tried at one other. */
const MOST_DEATHS = 2;
/** Before a request is tried again, ms. */
const PAUSE_MS = 50;

/** Resolves when the caller has the answer or has left. @throws CodedError for the caller, when nothing was sent yet */
export async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  options: ExchangeOptions,
): Promise<void> {
  const loan = new BodyLoan(options.memory);
  try {
    await exchangeOn(loan, request, response, options);
  } finally {
    loan.end();
  }
}

async function exchangeOn(
  loan: BodyLoan,
  request: IncomingMessage,
  response: ServerResponse,
  options: ExchangeOptions,
): Promise<void> {
  const { fleet, clock, route, holdMs, retries } = options;
  const left = new AbortController();
  // An answer that is whole closes its response too.
  response.once('close', () => response.writableFinished || left.abort());
  const body = await bodyOf(request, route, loan);
  const { change = null, onAnswer = () => undefined } = options;
  try {
    await change?.begin();
  } catch (failure) {
    if (body instanceof PassThrough) body.destroy();
    throw failure;
  }
  const headers = requestHeaders(request, options.id, options.caller);
  const deadline = clock.elapsed() + holdMs;
  retries.deposit();
  const tried = new Set<ServingProcess>();
  let deaths = 0;
  while (clock.elapsed() < deadline) {
    const serving = fleet.take(route.need, tried) ?? (await fleet.await(route.need, deadline, left.signal));
    if (left.signal.aborted) return;
    if (!serving) throw wireError('serving_unavailable');
    tried.add(serving);
    const mayMove = (isFailure: boolean): boolean =>
      route.isRepeatable && (!isFailure || retries.balance >= 1) && fleet.pick(route.need, tried) !== null;
    const given = { request, response, body, headers, serving, route, left: left.signal, mayMove, change, onAnswer };
    const outcome = await watched(clock, given);
    if (outcome === 'done') return;
    if (outcome === 'invalid')
      throw wireError('request_invalid', {
        problem: 'This request cannot be passed on.',
        pointer: '/headers',
        expected: 'headers and a target without control characters',
      });
    if (outcome === 'lost' && !route.isRepeatable) throw wireError('serving_lost');
    if (outcome === 'lost' || outcome === 'unsent') {
      if (body instanceof PassThrough) throw wireError('serving_lost');
      // Its end may not be known yet.
      await Promise.race([serving.ended, pause(clock)]);
      if (serving.state !== 'ended') tried.delete(serving);
      else if (outcome === 'lost' && ++deaths >= MOST_DEATHS) throw wireError('serving_lost');
    }
    if ((outcome === 'lost' || outcome === 'refused') && !retries.withdraw()) throw wireError('serving_unavailable');
    options.onRetry();
  }
  throw wireError('serving_unavailable');
}

const pause = (clock: Clock): Promise<void> => new Promise((resolve) => clock.after(PAUSE_MS, resolve));

interface Attempt {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Body;
  readonly headers: string[];
  readonly serving: ServingProcess;
  readonly route: Route;
  readonly left: AbortSignal;
  /** Whether another process may be tried, after a failure or because this one does not know. */
  readonly mayMove: (isFailure: boolean) => boolean;
  readonly change: ChangeHooks | null;
  readonly onAnswer: NonNullable<ExchangeOptions['onAnswer']>;
}

/** One try, of which the process's circuit breaker takes note. */
async function watched(clock: Clock, given: Attempt): Promise<Outcome> {
  const { breaker } = given.serving;
  const since = clock.elapsed();
  const permit = breaker.acquire(since);
  const outcome = await attempt(given).catch((failure: unknown) => {
    // It has answered; that its answer is not passed on is not its fault.
    breaker.succeed(permit, clock.elapsed() - since);
    throw failure;
  });
  const showing = given.left.aborted ? 'nothing' : showingOf(outcome, given);
  if (showing === 'nothing') breaker.release(permit);
  else if (showing === 'failing') breaker.fail(permit);
  else breaker.succeed(permit, clock.elapsed() - since);
  return outcome;
}

/** What a try says of the process. That one is silent is known without it, and that one has ended, too. */
function showingOf(outcome: Outcome, { serving, response }: Attempt): 'nothing' | 'failing' | 'well' {
  if (outcome === 'unsent' || outcome === 'invalid') return 'nothing';
  if (outcome === 'lost') return serving.isSuspect ? 'nothing' : 'failing';
  return outcome === 'done' && response.statusCode === FAILED ? 'failing' : 'well';
}

/** The status of what nobody foresaw; all others are an answer. */
const FAILED = 500;
/**
 * Who was late has no time left, and where this one had too much to do, the other one, which had as much, has too: the
 * same work twice is what keeps both from getting well.
 */
const FINAL = new Set<unknown>(['overloaded', 'reasoners_late']);
const isFinal = (answered: IncomingHttpHeaders): boolean => FINAL.has(answered[CODE_HEADER]);
const MOVED = new Error('taken to another process');

function attempt({
  request,
  response,
  body,
  headers,
  serving,
  route,
  left,
  mayMove,
  change,
  onAnswer,
}: Attempt): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  let controller: Dispatcher.DispatchController | null = null;
  let hasBegun = false;
  /** Whatever is heard later is about a try that counts no more. */
  let isOver = false;
  const end = (outcome: Outcome): void => {
    isOver = true;
    serving.attempts.delete(suspect);
    left.removeEventListener('abort', leave);
    resolve(outcome);
  };
  const move = (outcome: Outcome): void => {
    end(outcome);
    controller?.abort(MOVED);
  };
  const leave = (): void => move('done');
  /** The process has fallen silent: what it has not answered may go elsewhere. */
  const suspect = (): void => {
    if (!hasBegun && mayMove(true)) move('lost');
  };
  serving.attempts.add(suspect);
  left.addEventListener('abort', leave);
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart: (started) => {
      controller = started;
      if (isOver) started.abort(MOVED);
    },
    onResponseStart: (started, status, answered) => {
      if (isOver) return;
      if (route.isScattered === true && status === 404 && mayMove(false)) return move('elsewhere');
      if (status === 503 && !isFinal(answered) && mayMove(true)) return move('refused');
      hasBegun = true;
      if (status >= 400) onAnswer(status, answered);
      if (!change) return void response.writeHead(status, responseHeaders(answered));
      started.pause();
      const pass = (): void => {
        if (isOver) return;
        response.writeHead(status, responseHeaders(answered));
        started.resume();
      };
      change.end(status, answered).then(pass, (failure: unknown) => {
        reject(failure);
        move('done');
      });
    },
    onResponseData: (reading, chunk) => {
      if (isOver || response.write(chunk)) return;
      reading.pause();
      response.once('drain', () => reading.resume());
    },
    onResponseEnd: () => {
      if (isOver) return;
      response.end();
      end('done');
    },
    onResponseError: (_controller, failure) => {
      if (isOver) return;
      // Half an answer cannot be taken back: the caller must see that it is not whole.
      if (hasBegun) response.destroy();
      end(hasBegun ? 'done' : controller ? 'lost' : isInvalid(failure) ? 'invalid' : 'unsent');
    },
  };
  const { method = 'GET', url: path = '/' } = request;
  const sent = sentOf(body);
  const all = sent.length === null ? headers : [...headers, 'content-length', String(sent.length)];
  serving.pool.dispatch({ path, method, headers: all, body: sent.body }, handler);
  return promise;
}

const isInvalid = (failure: Error): boolean => (failure as NodeJS.ErrnoException).code === 'UND_ERR_INVALID_ARG';
