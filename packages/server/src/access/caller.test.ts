import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { forwardedAddress } from './caller.ts';
import { networks, readNetwork, readOrigin } from './fields.ts';
import { neighbourhood } from './limits/limits.ts';

const isProxy = networks(['127.0.0.1', '10.0.0.0/8', 'fd00::/8']);

describe('the address of a caller', () => {
  const rows: [string, string | undefined, string][] = [
    ['203.0.113.1', undefined, '203.0.113.1'],
    // Who is no trusted proxy says nothing about others.
    ['203.0.113.1', '198.51.100.7', '203.0.113.1'],
    ['127.0.0.1', '198.51.100.7', '198.51.100.7'],
    // What stands further left was written by whoever stands further out.
    ['127.0.0.1', '1.1.1.1, 198.51.100.7', '198.51.100.7'],
    ['127.0.0.1', '1.1.1.1, 198.51.100.7, 10.1.2.3', '198.51.100.7'],
    ['127.0.0.1', '10.1.2.3, 10.1.2.4', '10.1.2.3'],
    ['127.0.0.1', 'garbage', '127.0.0.1'],
    ['127.0.0.1', '198.51.100.7, garbage', '127.0.0.1'],
    ['127.0.0.1', '', '127.0.0.1'],
    ['127.0.0.1', '::ffff:198.51.100.7', '198.51.100.7'],
    ['fd00::1', '2001:db8::1', '2001:db8::1'],
  ];
  for (const [remote, header, expected] of rows) {
    it(`of ${remote} with ${header ?? 'no header'} is ${expected}`, () =>
      assert.equal(forwardedAddress(remote, header, isProxy), expected));
  }

  it('cannot be chosen by a caller, whatever he sends through a trusted proxy', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (sent) => {
        assert.equal(forwardedAddress('10.0.0.1', `${sent}, 198.51.100.7`, isProxy), '198.51.100.7');
      }),
    );
  });
});

describe('neighbourhoods', () => {
  it('are single addresses of version 4, and networks of 64 bits of version 6', () => {
    assert.equal(neighbourhood('203.0.113.1'), '203.0.113.1');
    assert.equal(neighbourhood('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2');
    assert.equal(neighbourhood('2001:db8:1:2::6'), '2001:db8:1:2');
    assert.equal(neighbourhood('2001:db8::6'), '2001:db8:0:0');
    assert.equal(neighbourhood('::1'), '0:0:0:0');
  });
});

describe('settings of access', () => {
  it('take origins as browsers write them', () => {
    assert.equal(readOrigin('https://graph.example'), 'https://graph.example');
    assert.equal(readOrigin('https://graph.example/'), 'https://graph.example');
    assert.equal(readOrigin('http://localhost:3000'), 'http://localhost:3000');
    for (const wrong of [
      'graph.example',
      'https://graph.example/x',
      'https://a@graph.example',
      'ftp://a.example',
      '*',
      'null',
      'https://graph.example:443',
    ])
      assert.throws(() => readOrigin(wrong), /an address without a path/, wrong);
  });

  it('take addresses and networks', () => {
    for (const right of ['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8']) assert.equal(readNetwork(right), right);
    for (const wrong of ['', 'host', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', 'fd00::/129', '*'])
      assert.throws(() => readNetwork(wrong), /IP addresses or networks/, wrong);
  });
});
