import assert from 'node:assert/strict';
import test from 'node:test';
import { grouped, recoveryText, SecondFactor } from './second-factor.ts';
import { refused, testServer } from './test-server.ts';

const PATH = '/me/second-factor';
const URI = 'otpauth://totp/Vortexflow:ada?secret=ABCD';

/** A server that takes the code 123456, in a state of its own. */
function world() {
  let enrolled = false;
  let isOver = false;
  const check = (body: unknown, then: () => readonly [number, object]) => {
    if (isOver) return refused(401, 'sign_in_refused', 'This sign-in is not valid.', { hint: 'Print a link.' });
    if ((body as { code: string }).code !== '123456') return refused(401, 'second_factor_refused', 'Not valid.');
    return then();
  };
  const { access, asked } = testServer({
    [`GET ${PATH}`]: () => [200, { enrolled, recovery_codes_left: enrolled ? 2 : 0 }],
    [`POST ${PATH}`]: [200, { secret: 'ABCD', uri: URI }],
    [`PUT ${PATH}`]: (body) =>
      check(body, () => {
        enrolled = true;
        return [200, { recovery_codes: ['a-b', 'c-d'] }];
      }),
    [`DELETE ${PATH}`]: (body) =>
      check(body, () => {
        enrolled = false;
        return [204, {}];
      }),
  });
  const factor = new SecondFactor(access, () => undefined);
  return {
    factor,
    asked,
    elsewhere: () => void (enrolled = true),
    expire: () => void (isOver = true),
    state: () => factor.state.get(),
  };
}

test('it is set up with a code, typed in two groups; the recovery codes stay until they are put away', async () => {
  const { factor, asked, state } = world();
  await factor.load();
  assert.equal(state().factor?.enrolled, false);
  await factor.begin();
  assert.deepEqual(state().enrolment, { secret: 'ABCD', uri: URI });
  await factor.confirm(' 123 456 ');
  assert.deepEqual(asked.find(({ route }) => route === `PUT ${PATH}`)?.body, { code: '123456' });
  await factor.load();
  assert.deepEqual([state().factor?.enrolled, state().enrolment, state().codes], [true, null, ['a-b', 'c-d']]);
  factor.putAway();
  assert.equal(state().codes, null);
});

test('a wrong code is told at its field, and another one can be typed', async () => {
  const { factor, asked, state } = world();
  await factor.begin();
  for (const [typed, text] of [
    ['654321', 'This code is not valid. Type the one that your authenticator shows now; its clock must be right.'],
    ['12345', 'A code has six digits.'],
    ['12345ö', 'A code has six digits.'],
  ] as const) {
    await factor.confirm(typed);
    assert.equal(state().refusal?.text, text);
    assert.deepEqual([factor.isRefused('code'), state().refusal?.field], [true, 'code']);
  }
  assert.equal(asked.filter(({ route }) => route === `PUT ${PATH}`).length, 1, 'what cannot be a code is not sent');
  assert.notEqual(state().enrolment, null);
  await factor.confirm('123456');
  assert.equal(factor.isRefused('code'), false);
});

test('a secret that is too old is given up, and said so in words for people', async () => {
  const { factor, expire, state } = world();
  await factor.begin();
  expire();
  await factor.confirm('123456');
  assert.equal(state().enrolment, null);
  assert.match(state().refusal?.text ?? '', /ten minutes/);
});

test('it is taken away with a code', async () => {
  const { factor, elsewhere, state } = world();
  elsewhere();
  await factor.load();
  await factor.drop('000000');
  assert.deepEqual([state().factor?.enrolled, state().refusal?.field], [true, 'code']);
  await factor.drop('123456');
  assert.equal(state().factor?.enrolled, false);
  assert.match(state().done, /taken away/);
});

test('one that was set up in another window ends the setting up here', async () => {
  const { factor, elsewhere, state } = world();
  await factor.begin();
  elsewhere();
  await factor.load();
  assert.deepEqual([state().enrolment, state().factor?.enrolled], [null, true]);
});

test('cancelling forgets the secret', async () => {
  const { factor, state } = world();
  await factor.begin();
  factor.cancel();
  assert.equal(state().enrolment, null);
});

test('secrets are shown in groups of four, and recovery codes are saved with what they are for', () => {
  assert.equal(grouped('ABCDEFGHIJ'), 'ABCD EFGH IJ');
  assert.equal(
    recoveryText(['a-b', 'c-d'], 'graph.example'),
    'Recovery codes for Vortexflow at graph.example\nEach is good once, in place of a code of the authenticator.\n\na-b\nc-d\n',
  );
});
