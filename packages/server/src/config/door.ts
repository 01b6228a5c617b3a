/**
 * What can be asked of the configuration, by whoever serves requests. In a server of several processes the root process has
 * the configuration, and the others ask it; so all arguments and results are plain data.
 */
import type {
  ConfigDiffResponse,
  ConfigResponse,
  ConfigRollbackResponse,
  ConfigValidateRequest,
  ConfigValidateResponse,
  ConfigVersionHead,
} from '@vortexflow/protocol';
import type { ConfigVersion } from './version-log.ts';

type Unaddressed<T> = Omit<T, 'request_id'>;

/** Who asks, and what for. */
interface Caller {
  /** Decides what may be changed; see `mayChange`. */
  readonly role: string;
  /** Kept with the version. */
  readonly author: string;
  /** `request_id` of the response, for the audit log; absent where no request asks. */
  readonly request?: string;
  /** The header If-Match: the ETags that the change is meant for, or `*`; null when there is none. */
  readonly ifMatch: string | null;
}

export interface ChangeOrder extends Caller {
  /** Values by the keys of the file; null takes back what was set while the server ran. */
  readonly set: Readonly<Record<string, unknown>>;
}

export interface RollbackOrder extends Caller {
  readonly version: number;
}

/** The configuration as its routes see it. */
export interface ConfigurationDoor {
  show(): Promise<Unaddressed<ConfigResponse>>;
  /**
   * Changes settings in the layer above all others; resolves when all processes go by the new version.
   * @throws CodedError `config_unconditional`, `config_conflict`, `config_invalid`, `config_needs_restart`,
   *   `config_protected`, `config_unwritable`
   */
  change(order: ChangeOrder): Promise<Unaddressed<ConfigResponse>>;
  /**
   * Makes a new version with the values of an old one. If-Match may be missing.
   * @throws CodedError as {@link change}, and `config_version_not_found`
   */
  rollback(order: RollbackOrder): Promise<Unaddressed<ConfigRollbackResponse>>;
  /** Newest first. */
  versions(given: { readonly limit: number; readonly before: number | null }): Promise<ConfigVersionHead[]>;
  /** @throws CodedError `config_version_not_found` */
  version(given: { readonly version: number }): Promise<ConfigVersion>;
  /** @throws CodedError `config_version_not_found` */
  diff(given: { readonly from: number; readonly to: number }): Promise<Unaddressed<ConfigDiffResponse>>;
  /** Says what a file or a change would do, and does nothing. */
  validate(request: ConfigValidateRequest): Promise<Unaddressed<ConfigValidateResponse>>;
}

/** Name of something that can be asked. */
export type ConfigurationOperation = keyof ConfigurationDoor;

/** The ETag (RFC 9110, section 8.8.3) of a version. */
export const etagOf = ({ version, hash }: Pick<ConfigVersionHead, 'version' | 'hash'>): string =>
  `"${version}-${hash.slice(0, 16)}"`;

/** Whether an If-Match names an ETag (RFC 9110, section 13.1.1); weak ones never match. */
export const matches = (ifMatch: string, etag: string): boolean =>
  ifMatch.trim() === '*' || ifMatch.split(',').some((one) => one.trim() === etag);
