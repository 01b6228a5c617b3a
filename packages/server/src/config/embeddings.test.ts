/** The endpoint for embeddings in the configuration file. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseConfig } from './file.ts';
import { readSettings, SettingError } from './settings.ts';

const read = (yaml: string) => readSettings({}, parseConfig(yaml, '/etc/vortexflow/vortexflow.yaml'));

describe('embeddings in the configuration file', () => {
  it('are none when it names none', () => {
    const { values, sources } = read('port: 7001');
    assert.deepEqual([values.embeddings, sources.embeddings], [null, 'default']);
  });

  it('have defaults, and a key by reference', () => {
    const { values, sources } = read('embeddings: { base_url: "http://127.0.0.1:9/v1", model: small }');
    assert.equal(sources.embeddings, 'file');
    assert.deepEqual(values.embeddings, {
      baseUrl: 'http://127.0.0.1:9/v1',
      model: 'small',
      key: null,
      dimension: null,
      cacheSize: 1024,
      requestsPerMinute: 600,
    });
    const own = read(
      'embeddings: { base_url: "http://h/v1", model: m, key_file: k, dimensions: 768, requests_per_minute: 5, max_connections: 2 }',
    ).values.embeddings;
    assert.deepEqual(own?.key, { file: '/etc/vortexflow/k' });
    assert.deepEqual([own?.dimension, own?.requestsPerMinute, own?.maxConnections], [768, 5, 2]);
  });

  for (const [yaml, message] of [
    ['embeddings: yes please', /line 1: embeddings takes fields such as base_url and model/],
    ['embeddings: []', /embeddings takes fields/],
    ['embeddings: { model: m }', /embeddings\.base_url is missing/],
    ['embeddings: { base_url: "http://h/v1" }', /embeddings\.model is missing/],
    ['embeddings:\n  base_url: ftp://h\n  model: m', /line 2: embeddings\.base_url is not valid: it takes an http/],
    ['embeddings: { base_url: "http://h", model: m, key: sk-1 }', /embeddings\.key is not taken: name a variable/],
    ['embeddings: { base_url: "http://h", model: m, dimensions: 0.5 }', /dimensions is not valid: .*whole number/],
    ['embeddings: { base_url: "http://h", model: m, key_env: A, key_file: b }', /key_file and key_env exclude/],
    ['embeddings: { base_url: "http://h", model: m, dimension: 3 }', /dimension is not known; there are base_url/],
  ] as const)
    it(`are refused: ${yaml.replaceAll('\n', ' ')}`, () => {
      assert.throws(
        () => read(yaml),
        (failure) =>
          failure instanceof SettingError && message.test(failure.message) && !failure.message.includes('sk-1'),
      );
    });
});
