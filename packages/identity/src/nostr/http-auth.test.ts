import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import { nostrHeader, nostrKey, type SignedEvent } from '@vortexflow/testkit';
import fc from 'fast-check';
import { isError } from '../test-world.ts';
import { digest } from '../tokens.ts';
import { eventId } from './event.ts';
import { NostrHttpAuth, type SignedRequest } from './http-auth.ts';

const START = 1_767_225_600_000;
const KEY = await nostrKey(3);
const OTHER = await nostrKey(4);
const URL_HERE = 'https://graph.example/api/v1/auth/login?a=1';
const BODY = '{"nonce":"n"}';
const REQUEST = { url: URL_HERE, method: 'POST', body: BODY, at: START / 1000 };
const TAGS = [
  ['u', URL_HERE],
  ['method', 'POST'],
  ['payload', digest(BODY)],
];

let clock: VirtualClock;
let auth: NostrHttpAuth;
beforeEach(() => {
  clock = new VirtualClock(START);
  auth = new NostrHttpAuth(clock);
});

function verify(authorization: string, changes: Partial<SignedRequest> = {}, isKnown = true): Promise<string> {
  const request = {
    authorization,
    method: 'POST',
    urls: ['http://127.0.0.1:7000/x', URL_HERE],
    bodyHash: digest(BODY),
  };
  return auth.verify({ ...request, ...changes }, () => isKnown);
}

const refused = async (authorization: string, changes: Partial<SignedRequest> = {}): Promise<void> =>
  assert.rejects(verify(authorization, changes), isError('nostr_refused'));

/** The example of the specification: its signature fits its id, and its id fits nothing. */
const EXAMPLE = {
  id: 'fe964e758903360f28d8424d092da8494ed207cba823110be3a57dfe4b578734',
  pubkey: '63fe6318dc58583cfe16810f86dd09e18bfd76aabc24a0081ce2856f330504ed',
  content: '',
  kind: 27235,
  created_at: 1682327852,
  tags: [
    ['u', 'https://api.snort.social/api/v1/n5sp/list'],
    ['method', 'GET'],
  ],
  sig: '5ed9d8ec958bc854f997bdc24ac337d005af372324747efe4a00e24f4c30437ff4dd8308684bed467d9d6be3e5a517bb43b1732cc7d33949a3aaf86705c22184',
};

describe('NIP-98', () => {
  it('takes an event that is right, and says whose key it is', async () => {
    assert.equal(await verify(nostrHeader(KEY.sign(REQUEST))), KEY.publicKey);
  });

  it('takes a request without a body, with or without the hash of nothing', async () => {
    const request = { ...REQUEST, method: 'GET', body: null };
    const given = { method: 'GET', bodyHash: null };
    assert.equal(await verify(nostrHeader(KEY.sign(request)), given), KEY.publicKey);
    const tags = [
      ['u', URL_HERE],
      ['method', 'GET'],
      ['payload', digest('')],
    ];
    assert.equal(await verify(nostrHeader(KEY.sign(request, { tags })), given), KEY.publicKey);
  });

  it('takes other tags beside', async () => {
    const tags = [...TAGS, ['client', 'some signer'], ['expiration', '1']];
    assert.equal(await verify(nostrHeader(KEY.sign(REQUEST, { tags }))), KEY.publicKey);
  });

  it("refuses the specification's own example: its id is not the hash of what it says", async () => {
    assert.match(eventId(EXAMPLE), /^2dd2dfec/);
    assert.notEqual(eventId(EXAMPLE), EXAMPLE.id);
    clock.advance(0);
    auth = new NostrHttpAuth(new VirtualClock(EXAMPLE.created_at * 1000));
    const request = { method: 'GET', urls: ['https://api.snort.social/api/v1/n5sp/list'], bodyHash: null };
    const failure = await verify(nostrHeader(EXAMPLE), request).catch((reason: Error) => reason);
    assert.match((failure as Error).message, /id is not the hash/);
    // The header beside it in the specification names the tag differently, and so has no "u".
    const other = {
      ...EXAMPLE,
      tags: [
        ['url', 'https://api.snort.social/api/v1/n5sp/list'],
        ['method', 'GET'],
      ],
    };
    await refused(nostrHeader(other), request);
  });

  it('takes an event once', async () => {
    const header = nostrHeader(KEY.sign(REQUEST));
    await verify(header);
    await refused(header);
    // Near the end of the time for which it would be good, too.
    clock.advance(59_000);
    await refused(header);
  });

  it('takes one of two that come at the same time', async () => {
    const header = nostrHeader(KEY.sign(REQUEST));
    const outcomes = await Promise.allSettled([verify(header), verify(header), verify(header)]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected']);
  });

  it('remembers an event from ahead of its time for as long as it is good', async () => {
    const header = nostrHeader(KEY.sign({ ...REQUEST, at: REQUEST.at + 60 }));
    await verify(header);
    clock.advance(119_000);
    await refused(header);
  });

  for (const [seconds, isTaken] of [
    [-61, false],
    [-60, true],
    [60, true],
    [61, false],
  ] as const) {
    it(`${isTaken ? 'takes' : 'refuses'} an event ${seconds} s away`, async () => {
      const header = nostrHeader(KEY.sign({ ...REQUEST, at: REQUEST.at + seconds }));
      if (isTaken) await verify(header);
      else await refused(header);
    });
  }

  const changes: [string, Partial<SignedEvent>][] = [
    ['another kind', { kind: 1 }],
    ['a content', { content: 'x' }],
    ['no u', { tags: TAGS.slice(1) }],
    ['no method', { tags: [TAGS[0] as string[], TAGS[2] as string[]] }],
    ['no payload', { tags: TAGS.slice(0, 2) }],
    ['u twice', { tags: [...TAGS, ['u', URL_HERE]] }],
    ['method twice', { tags: [...TAGS, ['method', 'POST']] }],
    ['payload twice', { tags: [...TAGS, ['payload', digest(BODY)]] }],
    ['a second, wrong u first', { tags: [['u', 'https://other.example/'], ...TAGS] }],
    ['u with two values', { tags: [['u', URL_HERE, 'x'], ...TAGS.slice(1)] }],
    ['u without a value', { tags: [['u'], ...TAGS.slice(1)] }],
    ['another host', { tags: [['u', 'https://other.example/api/v1/auth/login?a=1'], ...TAGS.slice(1)] }],
    ['another scheme', { tags: [['u', URL_HERE.replace('https', 'http')], ...TAGS.slice(1)] }],
    ['no query', { tags: [['u', URL_HERE.replace('?a=1', '')], ...TAGS.slice(1)] }],
    ['another query', { tags: [['u', `${URL_HERE}&b=2`], ...TAGS.slice(1)] }],
    ['the host in capitals', { tags: [['u', URL_HERE.replace('graph', 'GRAPH')], ...TAGS.slice(1)] }],
    ['a user in the address', { tags: [['u', URL_HERE.replace('//', '//a@')], ...TAGS.slice(1)] }],
    ['another method', { tags: [TAGS[0] as string[], ['method', 'GET'], TAGS[2] as string[]] }],
    ['the method in small letters', { tags: [TAGS[0] as string[], ['method', 'post'], TAGS[2] as string[]] }],
    ['the hash of another body', { tags: [...TAGS.slice(0, 2), ['payload', digest('x')]] }],
    ['the hash in capitals', { tags: [...TAGS.slice(0, 2), ['payload', digest(BODY).toUpperCase()]] }],
    ['33 tags', { tags: [...TAGS, ...Array.from({ length: 30 }, () => ['a', 'b'])] }],
    ['an empty tag', { tags: [...TAGS, []] }],
    ['a control character in a tag', { tags: [...TAGS, ['a', '\u0000']] }],
    ['half a character in a tag', { tags: [...TAGS, ['a', '\ud800']] }],
    ['a number in a tag', { tags: [...TAGS, ['a', 1 as unknown as string]] }],
    ['an id of something else', { id: digest('x') }],
    ['a signature of something else', { sig: KEY.sign({ ...REQUEST, method: 'PUT' }).sig }],
    ["somebody else's signature", { sig: OTHER.sign(REQUEST).sig }],
    ["somebody else's key", { pubkey: OTHER.publicKey }],
    ['a time with a fraction', { created_at: REQUEST.at + 0.5 }],
  ];
  for (const [name, change] of changes) {
    it(`refuses ${name}`, () => refused(nostrHeader(KEY.sign(REQUEST, change))));
  }

  const good = KEY.sign(REQUEST);
  const headers: [string, string][] = [
    ['another scheme', nostrHeader(good).replace('Nostr', 'Bearer')],
    ['no base 64', 'Nostr {}'],
    ['base 64 for addresses', nostrHeader(good).replace(/[+/=]*$/, '-_')],
    ['nothing behind the scheme', 'Nostr '],
    ['two events', `${nostrHeader(good)} ${nostrHeader(good).slice(6)}`],
    ['no JSON', nostrHeader('{')],
    ['a list', nostrHeader([good])],
    ['nothing', nostrHeader('null')],
    ['an unknown field', nostrHeader({ ...good, more: 1 })],
    ['a missing field', nostrHeader({ ...good, sig: undefined })],
    ['a key in capitals', nostrHeader({ ...good, pubkey: good.pubkey.toUpperCase() })],
    ['a short signature', nostrHeader({ ...good, sig: good.sig.slice(2) })],
    ['tags that are no list', nostrHeader({ ...good, tags: {} })],
    ['9 KB', nostrHeader({ ...good, content: 'x'.repeat(9_000) })],
  ];
  for (const [name, header] of headers) it(`refuses a header with ${name}`, () => refused(header));

  it('takes the scheme in any letters (RFC 9110)', async () => {
    assert.equal(await verify(nostrHeader(good).replace('Nostr', 'nostr')), KEY.publicKey);
  });

  it('refuses a key that nobody here has, and says so only when the signature is right', async () => {
    const failure = await verify(nostrHeader(good), {}, false).catch((reason: Error) => reason);
    assert.match((failure as Error).message, /Nobody here/);
    const forged = nostrHeader(KEY.sign(REQUEST, { sig: OTHER.sign(REQUEST).sig }));
    const other = await verify(forged, {}, false).catch((reason: Error) => reason);
    assert.match((other as Error).message, /signature is not right/);
  });

  it('does not use an event up by a refusal', async () => {
    await verify(nostrHeader(good), {}, false).catch(() => undefined);
    assert.equal(await verify(nostrHeader(good)), KEY.publicKey);
  });

  it('refuses any header in which a byte of the event is another one', async () => {
    const text = JSON.stringify(good);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: text.length - 1 }),
        fc.integer({ min: 32, max: 126 }),
        async (at, code) => {
          const changed = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
          fc.pre(changed !== text);
          await refused(nostrHeader(changed));
        },
      ),
      { numRuns: 200 },
    );
  });
});
