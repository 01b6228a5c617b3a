/** How much of anything a caller may take, in one place: the routes and the front that stands before them agree on it. */
import { bodyCost, type JsonLimits, type ResourceLimits, type TransportLimits } from '@vortexflow/validation';

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
  documents: { depth: 8, keys: 64, values: 20_000 },
  config: { depth: 8, keys: 256, values: 1_024 },
} as const satisfies Partial<Record<BodyRow, JsonLimits>>;

/**
 * Of a graph as JSON that is imported. Some formats keep all nodes in one object, by their ids; none of them is deep.
 */
export const IMPORT_JSON_LIMITS: JsonLimits = { depth: 64, keys: 1_000_000, values: 10_000_000 };

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

/**
 * Of one process: units of work as `questionCost` counts them, and bytes of large bodies. One request may cost what the
 * largest body costs that any route takes: who is let in by his size is not refused for it here, however the limits are
 * set, and what a route estimates by other means is held to the same.
 */
export const resourceLimitsOf = (bodies: BodyLimits): ResourceLimits => ({
  maxCost: bodyCost(Math.max(...Object.values(bodies))),
  maxHeldCost: 20_000,
  maxHeldBytes: 256 * 1024 * 1024,
});

/** Bodies up to this size are not counted: what they hold together is bounded by the number of connections. Bytes. */
export const SMALL_BODY = 65_536;

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
