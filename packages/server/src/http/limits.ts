/** How much of anything a caller may take, in one place: the routes and the front that stands before them agree on it. */
import type { JsonLimits, ResourceLimits, TransportLimits } from '@vortexflow/validation';

/** Largest bodies where the configuration says nothing else, bytes: a row for each kind of route. */
export const DEFAULT_BODY_LIMITS = {
  /** 8,192 characters escaped at worst, and the other fields. */
  question: 131_072,
  /** Signing in, keys, users. Small: nobody is known yet who signs in. */
  auth: 16_384,
  /** Many long answers. */
  feedback: 4 * 1024 * 1024,
  fuse: 32 * 1024 * 1024,
  documents: 32 * 1024 * 1024,
  import: 64 * 1024 * 1024,
  /** A configuration file, escaped at worst. */
  config: 262_144,
} as const;

export type BodyRow = keyof typeof DEFAULT_BODY_LIMITS;
/** As this server has them, bytes. */
export type BodyLimits = Readonly<Record<BodyRow, number>>;

/** What JSON bodies may hold where the configuration says nothing else, by the same rows. */
export const DEFAULT_JSON_LIMITS = {
  question: { depth: 8, keys: 64, values: 1_024 },
  auth: { depth: 4, keys: 16, values: 64 },
  feedback: { depth: 4, keys: 16, values: 10_000 },
  fuse: { depth: 8, keys: 16, values: 10_000_000 },
  documents: { depth: 8, keys: 64, values: 1_000_000 },
  config: { depth: 8, keys: 256, values: 1_024 },
} as const satisfies Partial<Record<BodyRow, JsonLimits>>;

/** What is imported is read as the file that it is, by limits of its format. */
export type JsonRow = keyof typeof DEFAULT_JSON_LIMITS;
/** As this server has them. */
export type JsonLimitRows = Readonly<Record<JsonRow, JsonLimits>>;

/** Of the head of a request. */
export const TRANSPORT_LIMITS: TransportLimits = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
  headers: 100,
  headerLength: 8_192,
  targetLength: 8_192,
};

/** Paths that end in an identifier, which may hold slashes of its own. */
export const OPAQUE_PREFIXES = [
  '/api/v1/documents/',
  '/api/v1/graph/nodes/',
  '/api/v1/answers/',
  '/api/v1/layout/pins/',
] as const;

/** Of one process: units of work as `questionCost` counts them, and bytes of large bodies. */
export const RESOURCE_LIMITS: ResourceLimits = {
  maxCost: 2_048,
  maxHeldCost: 20_000,
  maxHeldBytes: 256 * 1024 * 1024,
};

/** Of connections. A slow client must not hold one open for minutes; times in ms. */
export const CONNECTION_LIMITS = {
  /** From the connection to the end of the TLS handshake, where TLS is spoken. */
  handshakeTimeout: 8_000,
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
