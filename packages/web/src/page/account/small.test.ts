import assert from 'node:assert/strict';
import test from 'node:test';
import { agentText } from './agent.ts';
import { accountText, bytesText, Quota, quotaLines } from './quota.ts';
import { testServer } from './test-server.ts';
import { mayText } from './words.ts';

test('browsers are named as people know them', () => {
  const gecko = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
  const webkit = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';
  const blink = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0';
  for (const [agent, text] of [
    [gecko, 'Firefox 128 on Linux'],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${blink} Safari/537.36`, 'Chrome 130 on Windows'],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${blink} Safari/537.36 Edg/130.0.0.0`, 'Edge 130 on Windows'],
    [
      `Mozilla/5.0 (X11; Linux x86_64) ${blink.replace('Chrome', 'HeadlessChrome')} Safari/537.36`,
      'Chrome 130 on Linux',
    ],
    [`Mozilla/5.0 (Linux; Android 10; K) ${blink} Mobile Safari/537.36`, 'Chrome 130 on Android'],
    [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Version/18.0 Safari/605.1.15`, 'Safari 18 on macOS'],
    [
      `Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) ${webkit} Version/18.0 Mobile/15E148 Safari/604.1`,
      'Safari 18 on iPhone',
    ],
    [
      `Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) ${webkit} CriOS/130.0 Mobile/15E148 Safari/604.1`,
      'Chrome 130 on iPhone',
    ],
    ['Mozilla/5.0 (compatible; Something)', 'browser'],
    ['curl/8.5.0', 'curl 8.5.0'],
    ['node', 'node'],
    ['', 'unnamed program'],
  ] as const)
    assert.equal(agentText(agent), text, agent);
});

test('quotas are told in words, with and without a limit', async () => {
  const resets_at = '2026-11-27T00:00:00.000Z';
  const answer = {
    account: 'user:ada',
    cost_per_day: { limit: 1000, used: 12, resets_at },
    documents: { limit: null, used: 1234 },
    bytes: { limit: 5_000_000, used: 1536 },
    request_id: '',
  };
  const quota = new Quota(testServer({ 'GET /me/quota': [200, answer] }).access, () => undefined);
  await quota.load();
  const told = quota.state.get().quota;
  assert.deepEqual(told, answer);
  assert.deepEqual(
    quotaLines(answer).map(({ title, text, resetsAt }) => [title, text, resetsAt]),
    [
      ['Questions today', '12 of 1,000', resets_at],
      ['Documents', '1,234, no limit', null],
      ['Text stored', '1.54 kB of 5 MB', null],
    ],
  );
});

test('bytes have at most three digits that count', () => {
  const sizes = [0, 999, 1000, 1_000_000, 123_456_789, 5e12, 5e15].map(bytesText);
  assert.deepEqual(sizes, ['0 bytes', '999 bytes', '1 kB', '1 MB', '123 MB', '5 TB', '5,000 TB']);
});

test('it is said on whose account is counted', () => {
  assert.match(accountText(null), /nothing is limited/);
  assert.match(accountText('key:abc'), /the key/);
  assert.match(accountText('user:ada'), /all your keys/);
});

test('what the server says of permissions makes a sentence; what it adds later is left out', () => {
  assert.equal(mayText(['public', 'look', 'account', 'ask', 'something new']), 'see the graph and ask');
  assert.equal(mayText(['public']), 'do nothing here');
});
