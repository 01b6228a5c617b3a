/** Language models and the configuration file. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseConfig, readConfigFile } from './file.ts';
import { readSettings, type Settings, SettingError } from './settings.ts';

const read = (yaml: string, environment: Record<string, string> = {}): Settings =>
  readSettings(environment, parseConfig(yaml, '/etc/vortexflow/vortexflow.yaml'));

const refuses = (run: () => unknown, message: RegExp): void => {
  assert.throws(run, (failure) => {
    assert.ok(failure instanceof SettingError, String(failure));
    assert.match(failure.message, message);
    return true;
  });
};

const FULL = `
port: 7001
fusion_algorithm: majority
cascade: true
cascade_below: 0.75
models:
  - name: local
    base_url: http://127.0.0.1:11434/v1
    model: llama3.2:3b
  - name: hosted
    base_url: https://models.example/v1
    model: large
    key_env: HOSTED_KEY
    temperature: 0.2
    max_tokens: 300
    timeout_ms: 20000
    context_tokens: 32000
    prices: { input: 0.15, output: 0.6 }
    response_format: json_schema
    max_connections: 4
`;

describe('the configuration file', () => {
  it('holds settings and models; the environment has the last word', () => {
    const { values, sources } = read(FULL, { PORT: '7002' });
    assert.deepEqual([values.port, sources.port], [7002, 'environment']);
    assert.deepEqual([values.strategy, sources.strategy], ['MajorityVote', 'file']);
    assert.deepEqual([values.cascade, values.cascadeBelow], [true, 0.75]);
    assert.deepEqual([values.host, sources.host], ['127.0.0.1', 'default']);
    assert.equal(sources.models, 'file');
    const defaults = { temperature: 0, maxTokens: 512, timeoutMs: 30_000, contextTokens: 8192, maxConnections: 32 };
    assert.deepEqual(values.models, [
      {
        ...defaults,
        name: 'local',
        baseUrl: 'http://127.0.0.1:11434/v1',
        model: 'llama3.2:3b',
        key: null,
        prices: null,
        responseFormat: 'json_object',
      },
      {
        name: 'hosted',
        baseUrl: 'https://models.example/v1',
        model: 'large',
        key: { env: 'HOSTED_KEY' },
        temperature: 0.2,
        maxTokens: 300,
        timeoutMs: 20_000,
        contextTokens: 32_000,
        prices: { input: 0.15, output: 0.6 },
        responseFormat: 'json_schema',
        maxConnections: 4,
      },
    ]);
  });

  it('may be empty, or hold nothing but remarks', () => {
    for (const yaml of ['', '# nothing\n', 'models:\n', 'models: []\n']) assert.deepEqual(read(yaml).values.models, []);
  });

  it('takes key files from its own folder', () => {
    const yaml = 'models: [{ name: a, base_url: "http://h/v1", model: m, key_file: keys/a }]';
    assert.deepEqual(read(yaml).values.models[0]?.key, { file: '/etc/vortexflow/keys/a' });
  });

  it('is found in the data folder or where VORTEXFLOW_CONFIG says, and must be there in the second case', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vortexflow-config-'));
    try {
      assert.equal(readConfigFile({ VORTEXFLOW_DATA: folder }), null);
      const path = join(folder, 'vortexflow.yaml');
      await writeFile(path, 'port: 7005\n');
      assert.deepEqual(readConfigFile({ VORTEXFLOW_DATA: folder })?.values, { port: 7005 });
      assert.deepEqual(readConfigFile({ VORTEXFLOW_CONFIG: path })?.values, { port: 7005 });
      refuses(() => readConfigFile({ VORTEXFLOW_CONFIG: join(folder, 'none.yaml') }), /cannot be read \(ENOENT\)/);
      refuses(() => readConfigFile({ VORTEXFLOW_CONFIG: folder }), /cannot be read \(EISDIR\)/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  const model = (changes: string): string =>
    `models:\n  - name: a\n    base_url: http://h/v1\n    model: m\n${changes}`;
  const wrong: [string, string, RegExp][] = [
    ['no YAML', 'port: 1\nx: [\n', /line \d: this is no YAML/],
    ['a list', '- port', /must hold settings/],
    ['a key twice', 'port: 1\nport: 2\n', /line 2: this is no YAML \(DUPLICATE_KEY\)/],
    ['an unknown name', 'port: 7000\nprot: 1\n', /line 2: prot is not known; there are host, port, /],
    ['a value that does not fit', '\nport: many\n', /line 2: port "many" is not valid: it takes a whole number/],
    ['a mapping for a value', 'port: { a: 1 }', /port "" is not valid/],
    ['the data folder', 'data: /tmp', /data is set by VORTEXFLOW_DATA only/],
    ['models that are no list', 'models: 5', /models takes a list/],
    ['a model that is no mapping', 'models: [x]', /models\[0\] takes fields/],
    ['a model without an address', 'models: [{ name: a, model: m }]', /line 1: models\[0\]\.base_url is missing/],
    ['an unknown field', model('    top_p: 1\n'), /line 5: models\[0\]\.top_p is not known; there are name, base_url/],
    [
      'a temperature too high',
      model('    temperature: 3\n'),
      /line 5: models\[0\]\.temperature is not valid: it takes a number from 0 to 2/,
    ],
    ['text for a number', model('    max_tokens: "100"\n'), /max_tokens is not valid/],
    [
      'a context that is too small',
      model('    max_tokens: 2000\n    context_tokens: 2048\n'),
      /context_tokens must exceed max_tokens \(2000\)/,
    ],
    ['half a price', model('    prices: { input: 1 }\n'), /prices is not valid: it takes input and output/],
    ['an unknown format', model('    response_format: xml\n'), /one of json_object, json_schema, none/],
    ['two references', model('    key_env: A\n    key_file: b\n'), /exclude each other/],
    [
      'a name that is taken',
      'models: [{ name: flux, base_url: "http://h/v1", model: m }]',
      /must not be one of asi, flux, fusion/,
    ],
    [
      'a name twice',
      `${model('')}  - { name: a, base_url: "http://h/v1", model: m }`,
      /models\[1\]\.name is that of another model/,
    ],
    [
      'an address that is none',
      'models: [{ name: a, base_url: "ftp://h", model: m }]',
      /base_url is not valid: it takes an http or https/,
    ],
  ];
  for (const [name, yaml, message] of wrong)
    it(`is refused with its line: ${name}`, () => refuses(() => read(yaml), message));

  it('never shows what could be a secret', () => {
    const secrets: string[] = [
      model('    key_env: sk-SECRET\n'),
      model('    api_key: SECRET\n'),
      model('    key: SECRET\n'),
      'models: [{ name: a, base_url: "https://user:SECRET@h/v1", model: m }]',
      'models: [{ name: a, base_url: "https://h/v1?key=SECRET", model: m }]',
      'owner_key: SECRET',
      'api_key: SECRET: x: [',
    ];
    for (const yaml of secrets) {
      assert.throws(
        () => read(yaml),
        (failure) => failure instanceof SettingError && !failure.message.includes('SECRET'),
        yaml,
      );
    }
  });

  it('throws nothing but setting errors, whatever it holds', () => {
    const keys = fc.constantFrom('models', 'port', 'cascade', 'owner_key', 'name', 'base_url', 'prices');
    const yaml = fc.oneof(
      fc.string(),
      fc.dictionary(keys, fc.jsonValue()).map((value) => JSON.stringify(value)),
    );
    const models = fc.array(
      fc.dictionary(fc.constantFrom('name', 'base_url', 'model', 'key_env', 'prices', 'temperature'), fc.jsonValue()),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          yaml,
          models.map((list) => JSON.stringify({ models: list })),
        ),
        (text) => {
          try {
            read(text);
          } catch (failure) {
            assert.ok(failure instanceof SettingError, String(failure));
          }
        },
      ),
    );
  });
});

describe('the model of the environment', () => {
  it('stands in the place of those of the file', () => {
    const environment = { LLM_BASE_URL: 'http://127.0.0.1:8080/v1', LLM_MODEL: 'm', LLM_KEY_ENV: 'MY_KEY' };
    const { values, sources } = read(FULL, environment);
    assert.deepEqual(
      values.models.map(({ name, baseUrl, model, key }) => ({ name, baseUrl, model, key })),
      [{ name: 'llm', baseUrl: environment.LLM_BASE_URL, model: 'm', key: { env: 'MY_KEY' } }],
    );
    assert.equal(sources.models, 'environment');
  });

  it('needs address and name, and refuses what does not fit by the name of the variable', () => {
    refuses(() => readSettings({ LLM_MODEL: 'm' }), /^LLM_BASE_URL is missing/);
    refuses(() => readSettings({ LLM_BASE_URL: 'http://h/v1' }), /^LLM_MODEL is missing/);
    refuses(
      () => readSettings({ LLM_BASE_URL: 'h/v1', LLM_MODEL: 'm' }),
      /^LLM_BASE_URL is not valid: it takes an http/,
    );
    refuses(
      () => readSettings({ LLM_BASE_URL: 'http://h/v1', LLM_MODEL: 'm', LLM_KEY_ENV: 'sk-abc' }),
      /^LLM_KEY_ENV is not valid: it takes the NAME/,
    );
    refuses(() => readSettings({ LLM_CASCADE: 'yes' }), /LLM_CASCADE "yes" is not valid: it takes one of true, false/);
    refuses(() => readSettings({ LLM_CASCADE_BELOW: '60' }), /a number from 0 to 1/);
  });
});
