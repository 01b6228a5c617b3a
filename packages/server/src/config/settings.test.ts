import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseConfig } from './file.ts';
import { isLoopbackHost, isTls, readSettings, SettingError } from './settings.ts';
import { SETTINGS } from './table.ts';

describe('settings', () => {
  it('have defaults, and each value knows where it came from', () => {
    const { values, sources } = readSettings({ PORT: '8080', LOG_LEVEL: '' });
    assert.equal(values.host, '127.0.0.1');
    assert.equal(values.port, 8080);
    assert.equal(sources.port, 'environment');
    assert.equal(sources.host, 'default');
    assert.equal(sources.logLevel, 'default');
  });

  it('know the fusion algorithms by their short names', () => {
    const names = ['ensemble', 'weighted', 'majority', 'stacking', 'bayesian', 'adaptive'];
    const strategies = names.map((name) => readSettings({ FUSION_ALGORITHM: name }).values.strategy);
    assert.deepEqual(strategies, [
      'Ensemble',
      'WeightedAverage',
      'MajorityVote',
      'Stacking',
      'BayesianAverage',
      'Adaptive',
    ]);
  });

  it('refuse what a variable cannot hold, naming it and what it takes', () => {
    for (const [variable, value] of [
      ['PORT', '70000'],
      ['PORT', '-1'],
      ['PORT', '1e3'],
      ['FUSION_ALGORITHM', 'best'],
      ['TIMEOUT_MS', '0'],
      ['LEARNING_RATE', '1.5'],
      ['LEARNING_RATE', 'fast'],
      ['LOG_LEVEL', 'loud'],
      ['HOST', 'a b'],
    ] as const) {
      assert.throws(
        () => readSettings({ [variable]: value }),
        (failure) =>
          failure instanceof SettingError &&
          failure.message.startsWith(`${variable} "${value}" is not valid: it takes `),
      );
    }
  });

  it('never repeat the owner key in a message', () => {
    assert.throws(
      () => readSettings({ VORTEXFLOW_OWNER_KEY: 'short' }),
      (failure) => failure instanceof SettingError && !failure.message.includes('short'),
    );
  });

  it('take the owner key from the environment or from a file that is named, and from the configuration file never', () => {
    const inFile = (yaml: string, environment = {}) => readSettings(environment, parseConfig(yaml, '/etc/v.yaml'));
    assert.throws(
      () => inFile('port: 1\nowner_key: a-key-of-sixteen-or-more'),
      (failure) =>
        failure instanceof SettingError &&
        /line 2: owner_key is a secret, .* owner_key_file, or set VORTEXFLOW_OWNER_KEY\.$/.test(failure.message) &&
        !failure.message.includes('sixteen'),
    );
    assert.equal(inFile('owner_key_file: /run/secrets/owner').values.ownerKeyFile, '/run/secrets/owner');
    assert.throws(
      () => inFile('owner_key_file: /run/secrets/owner', { VORTEXFLOW_OWNER_KEY: 'a-key-of-sixteen-or-more' }),
      /VORTEXFLOW_OWNER_KEY and VORTEXFLOW_OWNER_KEY_FILE exclude each other/,
    );
  });

  it('know where the store is, and never repeat a password in a message', () => {
    const url = 'postgres://me:my-secret@db.example.org:5433/texts?schema=mine&sslmode=verify-full';
    assert.equal(readSettings({ STORE_URL: url }).values.storeUrl, url);
    assert.equal(readSettings({}).values.storeUrl, null);
    const inFile = (yaml: string) => readSettings({}, parseConfig(yaml, '/etc/vortexflow/vortexflow.yaml'));
    const { values, sources } = inFile(`store_url: ${url}\nstore_password_env: DB_PASSWORD`);
    assert.deepEqual([values.storeUrl, values.storePasswordEnv, sources.storeUrl], [url, 'DB_PASSWORD', 'file']);
    assert.throws(
      () => inFile('store_url: postgres://me:my-secret@db'),
      (failure) =>
        failure instanceof SettingError &&
        /line 1: store_url is not valid/.test(failure.message) &&
        !failure.message.includes('my-secret'),
    );
    for (const environment of [
      { STORE_URL: 'mysql://me:my-secret@db/texts' },
      { STORE_URL: 'postgres://me:my-secret@db' },
      { STORE_URL: 'postgres://me:my-secret@db/texts?sslmode=maybe' },
      { STORE_URL: 'my-secret' },
      { STORE_PASSWORD_ENV: 'my-secret' },
    ]) {
      assert.throws(
        () => readSettings(environment),
        (failure) =>
          failure instanceof SettingError &&
          /it takes /.test(failure.message) &&
          !failure.message.includes('my-secret'),
      );
    }
  });

  it('throw nothing but setting errors, whatever the environment holds', () => {
    const variables = Object.values(SETTINGS).map(({ variable }) => variable);
    fc.assert(
      fc.property(fc.constantFrom(...variables), fc.string(), (variable, text) => {
        try {
          readSettings({ [variable]: text });
        } catch (failure) {
          assert.ok(failure instanceof SettingError);
        }
      }),
    );
  });

  it('of TLS fit together, or are refused with what is missing', () => {
    const tls = { TLS_CERT_FILE: '/tls/cert.pem', TLS_KEY_FILE: '/tls/key.pem' };
    const { values } = readSettings({ ...tls, TLS_REDIRECT_PORT: '80', PUBLIC_ORIGIN: 'https://graph.example' });
    assert.deepEqual([values.tlsCertFile, values.tlsKeyFile, values.tlsRedirectPort], [...Object.values(tls), 80]);
    readSettings(tls);
    readSettings({ ...tls, HOST: '0.0.0.0', PUBLIC_ORIGIN: 'https://graph.example' });
    for (const [environment, message] of [
      [{ TLS_CERT_FILE: '/tls/cert.pem' }, /^TLS_CERT_FILE needs TLS_KEY_FILE/],
      [{ TLS_KEY_FILE: '/tls/key.pem' }, /^TLS_KEY_FILE needs TLS_CERT_FILE/],
      [{ TLS_REDIRECT_PORT: '80' }, /^TLS_REDIRECT_PORT needs TLS_CERT_FILE/],
      [{ ...tls, HOST: '0.0.0.0' }, /^TLS_CERT_FILE needs PUBLIC_ORIGIN/],
      [{ ...tls, PUBLIC_ORIGIN: 'http://graph.example' }, /^PUBLIC_ORIGIN http:.* must begin with https:/],
      [{ ...tls, TLS_REDIRECT_PORT: '0' }, /^TLS_REDIRECT_PORT "0" is not valid/],
    ] as const) {
      assert.throws(
        () => readSettings(environment),
        (failure) => failure instanceof SettingError && message.test(failure.message),
        String(message),
      );
    }
  });

  it('tell browsers to come over TLS alone where PUBLIC_ORIGIN says so, but not for names of this machine', () => {
    const isTlsOf = (origin?: string): boolean => isTls(readSettings({ PUBLIC_ORIGIN: origin }));
    assert.ok(isTlsOf('https://graph.example'));
    for (const origin of [
      undefined,
      'http://graph.example',
      'https://localhost:7000',
      'https://127.0.0.1',
      'https://[::1]',
    ])
      assert.ok(!isTlsOf(origin), origin);
  });

  it('know which addresses stay on this machine', () => {
    for (const host of ['127.0.0.1', '127.8.9.10', 'localhost', '::1']) assert.ok(isLoopbackHost(host), host);
    for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.org', 'localhost.example.org', '128.0.0.1'])
      assert.ok(!isLoopbackHost(host), host);
  });
});

it('several processes share the threads that one would have, unless somebody says otherwise', () => {
  const alone = readSettings({}).values.reasonerThreads;
  assert.ok(alone >= 2);
  assert.equal(readSettings({ WORKERS: '1' }).values.reasonerThreads, alone);
  assert.equal(readSettings({ WORKERS: '2' }).values.reasonerThreads, Math.floor(alone / 2));
  assert.equal(readSettings({ WORKERS: '64' }).values.reasonerThreads, 1);
  assert.equal(readSettings({ WORKERS: '2', REASONER_THREADS: '3' }).values.reasonerThreads, 3);
});
