/** From the body of `POST /api/v1/fuse` to the body of its response: parsed, checked, fused, written. */
import { BatchError, fuseBatch, type FusionBatch, namesToLookUp } from '@vortexflow/fusion';
import {
  FUSE_ALGORITHMS,
  FUSE_WEIGHT_STRATEGIES,
  FuseRequest,
  type FuseResponse,
  MAX_FUSE_CANDIDATES,
  STRATEGIES,
  WEIGHT_STRATEGIES,
} from '@vortexflow/protocol';
import { type JsonLimits, type Refusal as ScanRefusal, RefusalError, scanJson } from '@vortexflow/validation';
import { Compile } from 'typebox/compile';
import { bodyViolation } from '../http/typebox-violations.ts';
import { bytesOf } from '../reading/collected-body.ts';
import { type FuseJob, type FuseReply, type LookUpNames, MOST_NAMES } from './messages.ts';

const request = Compile(FuseRequest);
type Item = FuseRequest['items'][number];

/**
 * @param lookUp what the names in the batch mean; asked once at most
 * @param elapsed ms on a monotonic clock
 */
export async function fuseBody(
  { body, limits, requestId }: FuseJob,
  lookUp: LookUpNames,
  elapsed: () => number,
): Promise<FuseReply> {
  const start = elapsed();
  if (body.length === 0) return refused('body_empty', '');
  let value: unknown;
  try {
    value = parse(bytesOf(body), limits);
  } catch (failure) {
    if (failure instanceof RefusalError) return refuseScanned(failure.refusal);
    throw failure;
  }
  if (!request.Check(value)) return refuseInvalid(value);
  const excess = excessOf(value);
  if (excess) return excess;
  const batch = batchOf(value);
  const { identities, flags } = await meaningsOf(batch, lookUp);
  try {
    const entityOf = (text: string): string | undefined => identities.get(text);
    const { results, calibrated, learnedFrom, remarks } = fuseBatch(batch, { entityOf });
    const response: FuseResponse = {
      results: results.map(({ answer, confidence }) => ({ answer, confidence })),
      calibrated,
      learned_from: learnedFrom,
      flags: [...remarks, ...flags],
      duration_ms: Math.round((elapsed() - start) * 10) / 10,
      request_id: requestId,
    };
    return { type: 'fused', body: new TextEncoder().encode(JSON.stringify(response)) };
  } catch (failure) {
    if (!(failure instanceof BatchError)) throw failure;
    const { field, message } = failure;
    const pointer = `/${field.replaceAll('.', '/')}`;
    return refused('request_invalid', capital(message), { field, pointer, expected: 'one of the labels' });
  }
}

/** Which names of a batch mean what, and whether some were left out. */
interface Meanings {
  readonly identities: ReadonlyMap<string, string>;
  readonly flags: readonly ('names:partial' | 'names:unavailable')[];
}

async function meaningsOf(batch: FusionBatch, lookUp: LookUpNames): Promise<Meanings> {
  const identities = new Map<string, string>();
  const { names, complete } = namesToLookUp(batch, MOST_NAMES);
  const found = names.length === 0 ? [] : await lookUp(names);
  if (!found) return { identities, flags: ['names:unavailable'] };
  names.forEach((name, i) => {
    const identity = found[i];
    if (typeof identity === 'string') identities.set(name, identity);
  });
  return { identities, flags: complete ? [] : ['names:partial'] };
}

type Refusal = Extract<FuseReply, { type: 'refused' }>;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function refused(code: Refusal['code'], problem: string, place: Readonly<Record<string, string>> = {}): Refusal {
  return { type: 'refused', code, details: { problem, ...place } };
}

/** Scanned before it is parsed, as all other bodies are. @throws RefusalError */
function parse(body: Buffer, limits: JsonLimits): unknown {
  scanJson(body, limits);
  return JSON.parse(body.toString());
}

function refuseScanned({ kind, problem, pointer, expected, suggestion }: ScanRefusal): Refusal {
  const code = kind === 'syntax' ? 'body_not_json' : 'request_invalid';
  return { type: 'refused', code, details: { problem, pointer, expected, suggestion } };
}

/** In the words in which all other requests are refused. */
const refuseInvalid = (value: unknown): Refusal => ({
  type: 'refused',
  code: 'request_invalid',
  details: { ...bodyViolation(FuseRequest, value, request.Errors(value)) },
});

/** What JSON Schema cannot say. */
function excessOf({ items, train = [] }: FuseRequest): Refusal | null {
  const count = (all: readonly Item[]): number => all.reduce((sum, { candidates }) => sum + candidates.length, 0);
  const total = count(items) + count(train);
  if (total <= MAX_FUSE_CANDIDATES) return null;
  const problem = `All items together must hold at most ${MAX_FUSE_CANDIDATES} candidates; these hold ${total}.`;
  const expected = `at most ${MAX_FUSE_CANDIDATES} candidates in all`;
  return refused('request_invalid', problem, { pointer: '/items', expected });
}

function batchOf(given: FuseRequest): FusionBatch {
  const { algorithm = 'ensemble', weight_strategy = 'ConfidenceBased', labels = null, train = [], items } = given;
  return {
    strategy: STRATEGIES[FUSE_ALGORITHMS.indexOf(algorithm)]!,
    weightStrategy: weightStrategyOf(weight_strategy),
    labels,
    train: train.map(({ candidates, truth }) => ({ candidates: candidates.map(candidateOf), truth })),
    items: items.map(({ candidates }) => ({ candidates: candidates.map(candidateOf) })),
  };
}

function weightStrategyOf(name: NonNullable<FuseRequest['weight_strategy']>): FusionBatch['weightStrategy'] {
  const index = (FUSE_WEIGHT_STRATEGIES as readonly string[]).indexOf(name);
  return index < 0 ? (name as FusionBatch['weightStrategy']) : WEIGHT_STRATEGIES[index]!;
}

const candidateOf = ({ confidence = null, ...rest }: Item['candidates'][number]) => ({ ...rest, confidence });
