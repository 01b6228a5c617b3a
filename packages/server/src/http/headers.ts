/** Security headers of every response, written out by hand: fewer than ten, and no library does it for less. */

const SELF_ONLY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
  "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const COMMON: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** Two years, in which browsers come here over TLS only. */
const HSTS = { 'strict-transport-security': 'max-age=63072000' };

const PLAIN = { ...COMMON, 'content-security-policy': SELF_ONLY };
const TLS = { ...PLAIN, ...HSTS };

/** Headers of a response. @param isTls browsers are to come over TLS alone: PUBLIC_ORIGIN says so */
export const securityHeaders = (isTls: boolean): Readonly<Record<string, string>> => (isTls ? TLS : PLAIN);
