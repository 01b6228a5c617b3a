/** The cookie of a session. */
import { SESSION_LIFE } from '@vortexflow/identity';

export interface SessionCookie {
  readonly name: string;
  /** The `Set-Cookie` header that begins a session. */
  set(token: string): string;
  /** The one that ends it. */
  clear(): string;
}

/**
 * @param isSecure over TLS the name begins with `__Host-`: the browser then takes it only over TLS, for this host alone
 * and for all paths, so that no neighbouring host can plant one. Over plain HTTP on loopback browsers differ about
 * `Secure`, so the name is plain; it holds the port, because cookies do not know ports.
 */
export function sessionCookie(isSecure: boolean, port: number | null): SessionCookie {
  const name = isSecure ? '__Host-vortexflow' : `vortexflow_${port ?? 'session'}`;
  const attributes = `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
  const seconds = SESSION_LIFE.absoluteMs / 1000;
  return {
    name,
    set: (token) => `${name}=${token}; ${attributes}; Max-Age=${seconds}`,
    clear: () => `${name}=; ${attributes}; Max-Age=0`,
  };
}

/** The value of a cookie (RFC 6265, section 5.4); null when there is none, or it comes twice. */
export function cookieValue(header: string | undefined, name: string): string | null {
  if (header === undefined) return null;
  const values = header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`));
  return values.length === 1 ? (values[0] as string).slice(name.length + 1) : null;
}
