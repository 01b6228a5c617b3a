/** Security headers of every response, written out by hand: fewer than ten, and no library does it for less. */

const SELF_ONLY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
  "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The page at /docs brings its styles inline. */
const DOCS = SELF_ONLY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");

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

const FOR_ALL = { ...COMMON, 'content-security-policy': SELF_ONLY };
const FOR_DOCS = { ...COMMON, 'content-security-policy': DOCS };
const FOR_ALL_TLS = { ...FOR_ALL, ...HSTS };
const FOR_DOCS_TLS = { ...FOR_DOCS, ...HSTS };

/** Headers for a response of the given path. @param isTls browsers reach us over TLS: PUBLIC_ORIGIN says so */
export function securityHeaders(path: string, isTls: boolean): Readonly<Record<string, string>> {
  if (path.startsWith('/docs')) return isTls ? FOR_DOCS_TLS : FOR_DOCS;
  return isTls ? FOR_ALL_TLS : FOR_ALL;
}
