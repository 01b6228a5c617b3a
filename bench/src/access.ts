/**
 * What access costs: a session, a key, a token and a signature looked at, and the whole of a sign-in. The last with a file
 * on a real disk, so with its fsync.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digest, Identity, OWNER } from '@vortexflow/identity';
import { NostrHttpAuth } from '@vortexflow/identity/internal';
import { systemClock } from '@vortexflow/primitives';
import { nostrHeader, nostrKey } from '@vortexflow/testkit';
import { circumstances, type Figure, printTable, quantile } from './figure.ts';

const ORIGIN = 'https://graph.example';
const LOGIN = `${ORIGIN}/api/v1/auth/login`;
const CLIENT = { address: '203.0.113.1', agent: 'bench' };
const OWNER_KEY = 'vf_bench_owner_key_0123456789';

const folder = await mkdtemp(join(tmpdir(), 'vortexflow-bench-access-'));
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const x = publicKey.export({ format: 'jwk' }).x ?? '';
const identity = await Identity.open({
  file: join(folder, 'identity.json'),
  ownerKey: OWNER_KEY,
  services: [{ kid: 'a', x, subject: 'bench', role: 'editor' }],
  audience: () => [ORIGIN],
  clock: systemClock,
  tell: () => undefined,
  onFailure: () => undefined,
});

interface Timed<T> {
  readonly what: string;
  readonly runs: number;
  /** Most that the median may be, ms. */
  readonly goalMs?: number;
  /** Not timed. */
  readonly prepare: () => T;
  /** Gives something when it lets somebody in. */
  readonly run: (given: T) => unknown;
}

/** Each run timed by itself; the first tenth is not counted. */
async function measure<T>({ what, runs, goalMs, prepare, run }: Timed<T>): Promise<Figure> {
  const times: number[] = [];
  for (let i = 0; i < runs * 1.1; i++) {
    const given = prepare();
    const since = performance.now();
    const outcome = await run(given);
    times.push(performance.now() - since);
    if (outcome === null || outcome === undefined) throw new Error(`${what} was refused`);
  }
  const counted = times.slice(-runs);
  const median = quantile(counted, 0.5);
  const value = `p50 ${median.toFixed(4)}, p99 ${quantile(counted, 0.99).toFixed(4)} ms (${runs} runs)`;
  return goalMs === undefined ? { what, value } : { what, value, goal: `p50 <= ${goalMs} ms`, met: median <= goalMs };
}

try {
  process.stdout.write(`${circumstances().join('\n')}\n\n`);
  const key = await nostrKey(7);
  await identity.users.create(OWNER, { name: 'bench', role: 'editor', nostr: key.publicKey });
  const session = await identity.sessions.start({ subject: 'owner', scopes: null, how: 'link', key: null, ...CLIENT });
  const { key: apiKey } = await identity.keys.create(OWNER, { name: 'bench', scopes: ['ask'], expiresAt: null });
  const auth = new NostrHttpAuth(systemClock);
  const nothing = (): null => null;
  printTable([
    await measure({
      what: 'a session looked at',
      runs: 20_000,
      goalMs: 0.05,
      prepare: nothing,
      run: () => identity.sessions.verify(session),
    }),
    await measure({ what: 'an API key', runs: 20_000, prepare: nothing, run: () => identity.bearer(apiKey) }),
    await measure({ what: 'the owner key', runs: 20_000, prepare: nothing, run: () => identity.bearer(OWNER_KEY) }),
    await measure({
      what: 'a token of a service (Ed25519)',
      runs: 2_000,
      prepare: serviceToken,
      run: (token) => identity.bearer(token),
    }),
    await measure({
      what: 'a Nostr signature, all rules of NIP-98',
      runs: 2_000,
      goalMs: 0.5,
      prepare: signedRequest,
      run: ({ request }) => auth.verify(request, () => true),
    }),
    await measure({
      what: 'a whole sign-in with it, the session on disk',
      runs: 500,
      prepare: signedRequest,
      run: ({ request, nonce }) => identity.signIn.withNostr(request, nonce, CLIENT),
    }),
  ]);

  function signedRequest() {
    const { nonce } = identity.signIn.challenge();
    const body = JSON.stringify({ nonce });
    const event = key.sign({ url: LOGIN, method: 'POST', body, at: Math.floor(Date.now() / 1000) });
    const request = { authorization: nostrHeader(event), method: 'POST', urls: [LOGIN], bodyHash: digest(body) };
    return { request, nonce };
  }
} finally {
  await identity.close();
  await rm(folder, { recursive: true, force: true });
}

function serviceToken(): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const text = `${encode({ alg: 'EdDSA', kid: 'a' })}.${encode({ aud: ORIGIN, iat: now, exp: now + 300 })}`;
  return `${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`;
}
