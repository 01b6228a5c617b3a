/**
 * Which pages may speak for whom. The server knows its own addresses from the configuration, or from where it listens on
 * loopback; what a caller writes into `Host` is no source.
 */
import { wireError } from '@vortexflow/protocol';
import { isLoopbackHost, type Settings } from '../config/settings.ts';
import { type Caller, hostName } from './caller.ts';

/** Methods that change nothing (RFC 9110, section 9.2.1). */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface OriginsOptions {
  /** PUBLIC_ORIGIN. */
  readonly configured: string | null;
  /** Foreign pages that may read answers, without cookies. */
  readonly allowed: () => readonly string[];
  /** The server speaks TLS itself. */
  readonly hasCertificate: boolean;
  /** Where it listens. */
  readonly host: string;
  /** The port, once it listens. */
  readonly port: () => number | null;
}

export class Origins {
  readonly #options: OriginsOptions;

  constructor(options: OriginsOptions) {
    this.#options = options;
  }

  /**
   * Our own addresses, to which signatures and tokens are bound: the configured one alone, because what is signed for an
   * address of some machine's own is good on every machine. Without it the local ones; none where others come in.
   */
  get own(): readonly string[] {
    const { configured, hasCertificate, host, port } = this.#options;
    if (configured !== null) return [configured];
    const bound = port();
    const scheme = hasCertificate ? 'https' : 'http';
    return isLoopbackHost(host) && bound !== null ? LOCAL.map((name) => `${scheme}://${name}:${bound}`) : [];
  }

  /** Whether cookies can be made so that only TLS carries them. */
  get isSecure(): boolean {
    const { configured, hasCertificate } = this.#options;
    return configured?.startsWith('https:') ?? hasCertificate;
  }

  /** Whether a session may be begun at all: not where its cookie would cross a network in the clear. */
  get canSignIn(): boolean {
    return this.isSecure || isLoopbackHost(this.#options.host);
  }

  /**
   * A page of another site that runs in a browser on this machine comes from loopback too. It gives itself away by its
   * Origin, or, after DNS rebinding, by its Host.
   * @throws CodedError `host_invalid`, `forbidden`
   */
  refuseForeignPage(caller: Caller): void {
    const { host, origin } = caller;
    if (host === undefined || !isLoopbackHost(hostName(host))) throw wireError('host_invalid');
    if (origin !== undefined && !this.#isOurs(caller) && !this.#options.allowed().includes(origin))
      throw wireError('forbidden');
  }

  /**
   * Who came by another name than ours was led here, or means another server. Any name will do where none is known: on
   * a network without PUBLIC_ORIGIN. A proxy that is believed may use a name of its own.
   * @throws CodedError `host_invalid`
   */
  refuseForeignName({ host, isProxied }: Pick<Caller, 'host' | 'isProxied'>): void {
    const { configured, host: bound } = this.#options;
    if (isProxied || (configured === null && !isLoopbackHost(bound))) return;
    const name = hostName(host ?? '').toLowerCase();
    const own = configured === null ? null : hostName(new URL(configured).host);
    const known = [own, bound.toLowerCase(), `[${bound.toLowerCase()}]`];
    if (!isLoopbackHost(name) && !known.includes(name)) throw wireError('host_invalid');
  }

  /**
   * A cookie comes along whoever made the page. SameSite keeps it from foreign sites; this also from neighbours on the
   * same site, and from browsers that know no SameSite.
   * @throws CodedError `forbidden`
   */
  refuseForgery(caller: Caller): void {
    if (SAFE.has(caller.method)) return;
    const isOurs = caller.origin === undefined ? caller.site === 'same-origin' : this.#isOurs(caller);
    if (!isOurs) throw wireError('forbidden');
  }

  /** For a WebSocket, which no browser keeps from crossing sites. @throws CodedError `forbidden` */
  refuseForeignSocket(caller: Caller): void {
    if (caller.origin !== undefined && !this.#isOurs(caller)) throw wireError('forbidden');
  }

  #isOurs({ origin, host }: Caller): boolean {
    if (origin === undefined) return false;
    if (this.own.includes(origin)) return true;
    // On loopback under any of its names, and behind a tunnel with another port.
    if (!isLoopbackHost(this.#options.host) || host === undefined || !isLoopbackHost(hostName(host))) return false;
    return URL.parse(origin)?.host.toLowerCase() === host.toLowerCase();
  }
}

/**
 * By the settings at the start.
 * @param port once the server listens
 * @param allowed pages of other sites as they are now, where that is asked
 */
export function originsOf(
  { values }: Settings,
  port: () => number | null,
  allowed: () => readonly string[] = () => values.corsOrigins,
): Origins {
  const { host, publicOrigin, tlsCertFile } = values;
  return new Origins({
    configured: publicOrigin,
    allowed,
    hasCertificate: tlsCertFile !== null,
    host,
    port,
  });
}

const LOCAL = ['127.0.0.1', 'localhost', '[::1]'];
