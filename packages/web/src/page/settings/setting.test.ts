import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { fits, recordsOf, schemaOf, settingsOf, type SettingSchema, shown, textOf, valueOf } from './setting.ts';

const row = (change: Partial<SettingSchema> = {}): SettingSchema => ({
  name: 'timeout_ms',
  variable: 'TIMEOUT_MS',
  title: 'Deadline of a question',
  help: 'Deadline in ms.',
  kind: 'integer',
  takes: 'a whole number from 1 to 60000',
  unit: 'ms',
  default: 5000,
  applies: 'at once',
  role: 'admin',
  secret: false,
  inFile: true,
  ...change,
});

type Held = Parameters<typeof settingsOf>[1]['settings'][string];

function settingWith(schema: Partial<SettingSchema>, held: Partial<Held> = {}, isOwner = false) {
  const one = row(schema);
  const value: Held = { value: 1, source: 'default', applies: one.applies, changeable: true, ...held };
  const [setting] = settingsOf([one], { settings: { [one.name]: value }, waiting: [] }, isOwner);
  assert.ok(setting);
  return setting;
}

test('what a field shows is what it sends, for every value of its kind', () => {
  const numbers = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(numbers, (value) => Object.is(valueOf({ kind: 'number' }, textOf(value)), value) || value === 0),
  );
  fc.assert(fc.property(fc.integer(), (value) => valueOf({ kind: 'integer' }, ` ${textOf(value)} `) === value));
  fc.assert(fc.property(fc.boolean(), (value) => valueOf({ kind: 'boolean' }, textOf(value)) === value));
  fc.assert(fc.property(fc.string(), (value) => valueOf({ kind: 'text' }, textOf(value)) === value));
});

test('what is no number goes to the server as it is, which says so', () => {
  for (const text of ['', ' ', 'ten', '1 000', '0x10', '1,5', 'Infinity', 'NaN', '1e999'])
    assert.equal(valueOf({ kind: 'integer' }, text), text);
  assert.equal(valueOf({ kind: 'boolean' }, 'yes'), 'yes');
});

test('what cannot be changed here says why, and where it can', () => {
  assert.equal(settingWith({}).locked, null);
  assert.equal(settingWith({}, { source: 'environment' }).locked, null);
  assert.match(settingWith({ role: 'owner' }).locked ?? '', /Only the owner/);
  assert.equal(settingWith({ role: 'owner' }, {}, true).locked, null);
  const restart = { name: 'port', variable: 'PORT', applies: 'restart' } as const;
  assert.match(
    settingWith(restart, {}, true).locked ?? '',
    /Write port in vortexflow.yaml, or PORT .* after a restart/,
  );
  assert.match(settingWith(restart, { source: 'environment' }).locked ?? '', /PORT in the environment .* restart/);
  assert.match(settingWith(restart, { source: 'file' }).locked ?? '', /vortexflow.yaml says so.* restart/);
  assert.match(settingWith({ ...restart, inFile: false }, {}, true).locked ?? '', /^Set PORT in the environment/);
  assert.match(settingWith({ applies: 'roll' }).locked ?? '', /SIGHUP/);
  assert.match(settingWith({ secret: true }, {}, true).locked ?? '', /Secrets/);
  assert.notEqual(settingWith({}, { changeable: false }, true).locked, null);
});

test('whether a setting can stand in the file is what the schema of the file says', () => {
  const settings = [row({ name: 'port' }), row({ name: 'data' })];
  const found = schemaOf({ settings, file: { properties: { port: {} } } });
  assert.deepEqual(
    found.map(({ inFile }) => inFile),
    [true, false],
  );
});

test('settings that the schema does not describe are shown, and locked', () => {
  const held: Held = { value: [], source: 'default', applies: 'roll', changeable: false };
  const timeout: Held = { value: 5000, source: 'file', applies: 'at once', changeable: true };
  const waiting = [{ setting: 'timeout_ms', reason: 'it takes a restart' }];
  const settings = settingsOf([row()], { settings: { models: held, timeout_ms: timeout }, waiting }, true);
  assert.deepEqual(
    settings.map(({ name, locked, waiting: why }) => [name, locked === null, why]),
    [
      ['timeout_ms', true, 'it takes a restart'],
      ['models', false, null],
    ],
  );
});

test('values are told to people in words', () => {
  const told = [null, { set: true }, { set: false }, '', [], true, false, 0.5, 'cpu', [{ name: 'a' }]].map(shown);
  const words = ['not set', 'set, not shown', 'not set', 'none', 'none', 'on', 'off', '0.5', 'cpu', '[{"name":"a"}]'];
  assert.deepEqual(told, words);
});

test('tables are told field by field, without those that are not set', () => {
  const model = { name: 'a', key: null, temperature: 0, prices: { input: 1, output: 2 } };
  const told = [
    ['name', 'a'],
    ['temperature', '0'],
    ['prices', '{"input":1,"output":2}'],
  ];
  assert.deepEqual(recordsOf([model, model]), [told, told]);
  assert.deepEqual(recordsOf(model), [told]);
  for (const nothing of [null, []]) assert.deepEqual(recordsOf(nothing), []);
});

test('settings are found by all that is known of them', () => {
  for (const wanted of ['', 'deadline', 'DEADLINE question', 'timeout_ms', 'TIMEOUT', 'in ms'])
    assert.ok(fits(row(), wanted), wanted);
  assert.ok(!fits(row(), 'deadline port'));
});
