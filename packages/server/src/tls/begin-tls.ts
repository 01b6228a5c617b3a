/** What goes with a certificate once the server listens: its files are watched, and plain HTTP is sent on. */
import type { DisposalStack } from '@vortexflow/primitives';
import { originsOf } from '../access/origins.ts';
import { connectionsOf } from '../config/limit-settings.ts';
import type { LiveSettings } from '../config/live-settings.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Certificate } from './certificate.ts';
import { Redirect } from './redirect.ts';

export interface TlsOptions {
  readonly settings: LiveSettings;
  /** The port, once the server listens. */
  readonly port: () => number | null;
  readonly logger: Logger;
}

/** @throws SettingError for a port of plain HTTP that cannot be had */
export async function beginTls(
  certificate: Certificate | null,
  { settings, port, logger }: TlsOptions,
  disposal: DisposalStack,
): Promise<void> {
  if (!certificate) return;
  certificate.watch();
  disposal.use(certificate, (it) => it.stop());
  const { current } = settings;
  const { host, tlsRedirectPort, maxConnections } = current.values;
  if (tlsRedirectPort === null) return;
  const origins = originsOf(current, port);
  const own = (): readonly string[] => origins.own;
  const redirect = await Redirect.listen({
    host,
    port: tlsRedirectPort,
    own,
    maxConnections,
    limits: connectionsOf(current.values),
  });
  disposal.use(redirect, (it) => it.close());
  disposal.use(
    settings.onChange(({ values }) => redirect.limitConnections(values.maxConnections)),
    (leave) => leave(),
  );
  logger.info(`plain HTTP on port ${tlsRedirectPort} is sent on to ${own().join(', ')}`);
}
