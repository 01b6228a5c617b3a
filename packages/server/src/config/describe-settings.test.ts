/** The page about the settings says what the program does: its tables are made of the same rows. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { it } from 'node:test';
import { COMPOUND_NAMES } from './compound.ts';
import { contentOf } from './content.ts';
import { fieldsTable, fileSchema, profilesTable, settingsForm, settingsTable } from './describe-settings.ts';
import { parseConfig } from './file.ts';
import { readSettings, type Settings } from './settings.ts';
import { ROWS } from './table.ts';

const PAGE = new URL('../../../../docs/configuration.md', import.meta.url);

/** Text with what stands between two marks replaced. */
function withTable(text: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name}: made by the program -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  assert.ok(from >= 0 && to > from, `the page has no place for the ${name}`);
  return `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`;
}

it('docs/configuration.md has the settings as they are; UPDATE_DOCS=1 writes them there', async () => {
  const text = await readFile(PAGE, 'utf8');
  const tables = {
    settings: settingsTable(),
    profiles: profilesTable(),
    models: fieldsTable('models'),
    embeddings: fieldsTable('embeddings'),
  };
  const wanted = Object.entries(tables).reduce((page, [name, table]) => withTable(page, name, table), text);
  if (process.env['UPDATE_DOCS'] === '1') await writeFile(PAGE, wanted);
  // The formatter pads the columns of tables.
  const plain = (page: string): string => page.replaceAll(/ +/g, ' ').replaceAll(/-+/g, '-');
  assert.equal(plain(await readFile(PAGE, 'utf8')), plain(wanted));
});

it('the form and the schema know every setting', () => {
  assert.equal(settingsForm().length, ROWS.length + COMPOUND_NAMES.length);
  const { properties } = fileSchema() as { properties: Record<string, unknown> };
  // The data folder and a key by value cannot stand in the file; models and embeddings stand only there.
  assert.equal(Object.keys(properties).length, ROWS.length - 2 + COMPOUND_NAMES.length);
  assert.deepEqual(properties['timeout_ms'], {
    title: 'Deadline of a question',
    description: 'Deadline of a question in ms when a request names none.',
    type: 'integer',
    minimum: 1,
    maximum: 60_000,
  });
});

/** What a schema of the file says of a value; this program needs no more of JSON Schema than this. */
function takesIt(schema: Schema, value: unknown): boolean {
  if (schema.enum) return schema.enum.includes(value);
  if (schema.type === 'array')
    return Array.isArray(value) && value.every((one) => takesIt(schema.items as Schema, one));
  if (schema.type !== 'object') return typeof value === (schema.type === 'integer' ? 'number' : schema.type);
  const { properties = {}, required = [] } = schema;
  const entries = Object.entries(value as object);
  return (
    required.every((name) => Object.hasOwn(value as object, name)) &&
    entries.every(([name, inner]) => properties[name] !== undefined && takesIt(properties[name], inner))
  );
}

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

it('the schema and the form know every field of models and embeddings, and what the server takes they take', () => {
  const model = {
    name: 'a',
    base_url: 'http://h/v1',
    model: 'm',
    key_file: 'k',
    temperature: 0.5,
    max_tokens: 100,
    timeout_ms: 1000,
    context_tokens: 4096,
    prices: { input: 1, output: 2 },
    response_format: 'none',
    max_connections: 3,
  };
  const embeddings = {
    base_url: 'http://h/v1',
    model: 'm',
    key_env: 'KEY',
    dimensions: 3,
    requests_per_minute: 4,
    max_connections: 5,
  };
  const written = { models: [model], embeddings };
  const { values } = readSettings({}, parseConfig(JSON.stringify(written), '/vortexflow.yaml'));
  assert.deepEqual([values.models[0]?.temperature, values.embeddings?.dimension], [0.5, 3]);
  const schema = fileSchema() as Schema;
  assert.ok(takesIt(schema, written));
  for (const wrong of [
    { ...model, top_p: 1 },
    { ...model, name: undefined },
    { ...model, prices: { input: 1 } },
  ])
    assert.ok(!takesIt(schema, JSON.parse(JSON.stringify({ models: [wrong] }))));
  const fieldsOf = (name: string) =>
    settingsForm()
      .find((row) => row.name === name)
      ?.fields?.map((field) => field.name);
  assert.deepEqual(fieldsOf('models'), ['name', 'base_url', 'model', 'key_env', ...Object.keys(model).slice(3)]);
  assert.deepEqual(
    fieldsOf('embeddings')?.filter((name) => name !== 'key_file'),
    Object.keys(embeddings),
  );
  // What is shown of a model has the same names, but for its key, of which no more is shown than its kind.
  const shown = contentOf({ values, sources: {} } as unknown as Settings).values;
  const namesOf = (value: unknown): string[] => Object.keys(value as object).filter((name) => name !== 'key');
  const plain = (names: readonly string[]): string[] => names.filter((name) => !name.startsWith('key_')).sort();
  assert.deepEqual(namesOf((shown['models'] as readonly unknown[])[0]).sort(), plain(fieldsOf('models') ?? []));
  assert.deepEqual(namesOf(shown['embeddings']).sort(), plain(fieldsOf('embeddings') ?? []));
});
