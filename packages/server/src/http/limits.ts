/** How much of anything a caller may take, in one place: the routes and the front that stands before them agree on it. */

/** Largest bodies, bytes. */
export const BODY_LIMITS = {
  /** 8,192 characters escaped at worst, and the other fields. */
  question: 131_072,
  /** Signing in, keys, users. Small: nobody is known yet who signs in. */
  auth: 16_384,
  /** Many long answers. */
  feedback: 4 * 1024 * 1024,
  fuse: 32 * 1024 * 1024,
  documents: 32 * 1024 * 1024,
  import: 64 * 1024 * 1024,
} as const;

/** Of connections. A slow client must not hold one open for minutes; times in ms. */
export const CONNECTION_LIMITS = {
  /** From the first byte of a request to the end of its head. */
  headersTimeout: 8_000,
  /** To the end of its body. */
  requestTimeout: 30_000,
  /** Without a request. */
  keepAliveTimeout: 10_000,
  /** How often all that is looked after. */
  connectionsCheckingInterval: 500,
  /** Bytes of a head. */
  maxHeaderSize: 16_384,
} as const;
