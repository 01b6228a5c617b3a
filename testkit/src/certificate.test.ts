import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { makeCertificate } from './certificate.ts';

describe('a certificate made for a test', () => {
  it('says what it was told to say, and is signed by its own key', () => {
    const [notBefore, notAfter] = [Date.UTC(2026, 0, 2, 3, 4, 5), Date.UTC(2061, 5, 6, 7, 8, 9)];
    const { cert, key } = makeCertificate({ names: ['graph.example', '192.0.2.7'], notBefore, notAfter });
    const parsed = new X509Certificate(cert);
    assert.equal(parsed.subject, 'CN=graph.example');
    assert.equal(parsed.subjectAltName, 'DNS:graph.example, IP Address:192.0.2.7');
    assert.deepEqual([parsed.validFromDate.getTime(), parsed.validToDate.getTime()], [notBefore, notAfter]);
    assert.ok(parsed.ca);
    assert.ok(parsed.checkPrivateKey(createPrivateKey(key)));
    assert.ok(parsed.verify(parsed.publicKey));
    assert.ok(!parsed.checkPrivateKey(createPrivateKey(makeCertificate().key)));
  });

  it('is signed by another one', () => {
    const authority = makeCertificate({ names: ['Test authority'] });
    const [leaf, issuer] = [makeCertificate({ issuer: authority }), authority].map(
      ({ cert }) => new X509Certificate(cert),
    );
    assert.ok(leaf && issuer);
    assert.ok(leaf.checkIssued(issuer));
    assert.ok(leaf.verify(issuer.publicKey));
    assert.ok(!leaf.verify(leaf.publicKey));
  });
});
