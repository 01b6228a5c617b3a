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

const METHODS: TransportLimits['methods'] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Of the head of a request where the configuration says nothing else: header lines, characters of one, and of the target. */
export const DEFAULT_HEAD_LIMITS = { lines: 100, length: 8_192, target: 8_192 } as const;

export const headLimitsOf = ({ lines, length, target }: Readonly<Record<HeadLimit, number>>): TransportLimits => ({
  methods: METHODS,
  headers: lines,
  headerLength: length,
  targetLength: target,
});

export type HeadLimit = keyof typeof DEFAULT_HEAD_LIMITS;

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

/**
 * Of connections where the configuration says nothing else, ms. A slow client must not hold one open for minutes.
 * `handshake`: from the connection to the end of the TLS handshake, where TLS is spoken. `head`: from the first byte of a
 * request to the end of its head; `body`: to the end of its body. `idle`: without a request.
 */
export const DEFAULT_CONNECTION_TIMES = { handshake: 8_000, head: 8_000, body: 30_000, idle: 10_000 } as const;

export type ConnectionTimes = Readonly<Record<keyof typeof DEFAULT_CONNECTION_TIMES, number>>;

/** Bytes of a head where the configuration says nothing else. */
export const DEFAULT_HEAD_BYTES = 16_384;

/** How often connections are looked after, ms. */
const CHECKING_MS = 500;

/** As the servers of the platform take them. */
export interface ConnectionLimits {
  readonly handshakeTimeout: number;
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly keepAliveTimeout: number;
  readonly connectionsCheckingInterval: number;
  readonly maxHeaderSize: number;
}

export const connectionLimitsOf = (
  { handshake, head, body, idle }: ConnectionTimes,
  headBytes: number,
): ConnectionLimits => ({
  handshakeTimeout: handshake,
  headersTimeout: head,
  requestTimeout: body,
  keepAliveTimeout: idle,
  connectionsCheckingInterval: CHECKING_MS,
  maxHeaderSize: headBytes,
});
