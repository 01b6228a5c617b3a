/** Reads `postgres://USER@HOST:PORT/DATABASE?...`. */
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';

/** Where a PostgreSQL database is and who asks. Not for logs: it may hold the password. */
export interface PostgresPlace {
  /** Host name, IP address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  /** Schema that holds the tables; made when missing. */
  readonly schema: string;
  readonly ssl: false | ConnectionOptions;
}

/** What a URL of a PostgreSQL database looks like, for messages. */
const POSTGRES_URL_FORM =
  'postgres://USER@HOST:PORT/DATABASE, with ?host=FOLDER in place of HOST for a Unix socket, &schema=NAME, &sslmode=disable, require or verify-full, &sslrootcert=FILE';

const PARAMETERS = new Set(['host', 'schema', 'sslmode', 'sslrootcert']);

/**
 * @throws Error that says what is wrong, and holds neither the URL nor any part of it that could be secret
 */
export function parsePostgresUrl(text: string): PostgresPlace {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) throw new Error(POSTGRES_URL_FORM);
  const unknown = [...url.searchParams.keys()].find((name) => !PARAMETERS.has(name));
  if (unknown !== undefined) throw new Error(`${POSTGRES_URL_FORM}; "${unknown}" is none of its parameters`);
  const host = url.searchParams.get('host') ?? unbracketed(decode(url.hostname));
  const user = decode(url.username);
  const database = decode(url.pathname.slice(1));
  if (host === '' || user === '' || database === '') throw new Error(`${POSTGRES_URL_FORM}; one of them is missing`);
  const schema = url.searchParams.get('schema') ?? 'vortexflow';
  // It is written into SQL and into start-up options, both without quotes.
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(schema) || schema.startsWith('pg_'))
    throw new Error('a schema of 1 to 63 small letters, digits and _');
  return {
    host,
    port: url.port === '' ? 5432 : Number(url.port),
    user,
    password: url.password === '' ? undefined : decode(url.password),
    database,
    schema,
    ssl: readSsl(url.searchParams),
  };
}

/** As in libpq: `require` encrypts and trusts any certificate, `verify-full` checks it and the host's name. */
function readSsl(parameters: URLSearchParams): false | ConnectionOptions {
  const mode = parameters.get('sslmode') ?? 'disable';
  const root = parameters.get('sslrootcert');
  if (mode === 'disable') return false;
  if (mode === 'require') return { rejectUnauthorized: false };
  if (mode !== 'verify-full') throw new Error('sslmode=disable, require or verify-full');
  return root === null ? {} : { ca: readCertificate(root) };
}

function readCertificate(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (failure) {
    throw new Error('sslrootcert=FILE with a file that can be read', { cause: failure });
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error(`${POSTGRES_URL_FORM}; a % that is meant as such is written %25`);
  }
}

const unbracketed = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');
