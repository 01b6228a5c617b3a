/**
 * Certificates made on the spot: X.509 v3 (RFC 5280) in DER, signed with ECDSA over P-256. Node makes keys and signatures
 * but no certificates, and tests are to need no other program. Knows nothing of the code under test.
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

export interface CertificateOptions {
  /** Host names and IPv4 addresses that it is good for. Default: `127.0.0.1` and `localhost`. */
  readonly names?: readonly string[];
  /** ms since the Unix epoch. Default: an hour ago. */
  readonly notBefore?: number;
  /** ms since the Unix epoch. Default: in 90 days. */
  readonly notAfter?: number;
  /** Who signs it. Default: it signs itself. */
  readonly issuer?: TestCertificate;
}

/** A certificate with its key, both in PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
  readonly name: string;
}

const DAY_MS = 86_400_000;

export function makeCertificate(options: CertificateOptions = {}): TestCertificate {
  const now = Date.now();
  const { names = ['127.0.0.1', 'localhost'], notBefore = now - 3_600_000, notAfter = now + 90 * DAY_MS } = options;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const name = names[0] as string;
  const signer = options.issuer ?? { key, name };
  const body = sequence(
    explicit(0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    ECDSA_WITH_SHA256,
    nameOf(signer.name),
    sequence(time(notBefore), time(notAfter)),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(basicConstraints(), alternativeNames(names))),
  );
  return { cert: pem(signed(body, signer.key)), key, name };
}

function signed(body: Buffer, key: string): Buffer {
  return sequence(body, ECDSA_WITH_SHA256, bits(sign('sha256', body, key)));
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** Tag, length, value (X.690, section 8.1). */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthOf(value.length), value]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  return length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const integer = (value: Buffer): Buffer => der(0x02, value);
const bits = (value: Buffer): Buffer => der(0x03, Buffer.of(0), value);
const octets = (value: Buffer): Buffer => der(0x04, value);
const explicit = (number: number, value: Buffer): Buffer => der(0xa0 | number, value);
/** An object identifier, its arcs already encoded. */
const identifier = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));

/** 1.2.840.10045.4.3.2 */
const ECDSA_WITH_SHA256 = sequence(identifier('2a8648ce3d040302'));

/** A common name alone (2.5.4.3). */
const nameOf = (name: string): Buffer =>
  sequence(der(0x31, sequence(identifier('550403'), der(0x0c, Buffer.from(name)))));

/** UTCTime up to 2049, GeneralizedTime from 2050 (RFC 5280, section 4.1.2.5). */
function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return text < '2050' ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text));
}

/** It may sign others (2.5.29.19), so that any may be an issuer. */
const basicConstraints = (): Buffer =>
  sequence(identifier('551d13'), der(0x01, Buffer.of(0xff)), octets(sequence(der(0x01, Buffer.of(0xff)))));

/** 2.5.29.17 */
function alternativeNames(names: readonly string[]): Buffer {
  const each = names.map((name) =>
    isIPv4(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name)),
  );
  return sequence(identifier('551d11'), octets(sequence(...each)));
}
