/** The certificate that the server shows, renewed without a restart: the last good pair stays, whatever the files hold. */
import { isIP } from 'node:net';
import type { Clock } from '@vortexflow/primitives';
import type { ComponentHealth } from '@vortexflow/protocol';
import { FileWatch, signatureOf } from '../config/file-watch.ts';
import { SettingError, type Settings } from '../config/settings.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type KeyPair, readKeyPair } from './key-pair.ts';

const DAY_MS = 86_400_000;

/** What became of a change of the files. */
export const RENEWAL_OUTCOMES = ['taken', 'refused'] as const;
export type RenewalOutcome = (typeof RENEWAL_OUTCOMES)[number];

interface Files {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface CertificateOptions extends Files {
  /** PUBLIC_ORIGIN, whose host the certificate is to name; null: any will do. */
  readonly publicOrigin: string | null;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

export class Certificate {
  readonly #options: CertificateOptions;
  readonly #listeners = new Set<(pair: KeyPair) => void>();
  /** Told of every change of the files. */
  onRenewal: (outcome: RenewalOutcome) => void = () => undefined;
  #pair: KeyPair;
  /** Of the files when they were read last. */
  #signatures: readonly string[];
  #watches: readonly FileWatch[] = [];
  /** What is wrong with the files as they are now; null when nothing is. */
  #problem: string | null = null;

  /** @throws SettingError for files that cannot be used */
  static async open(options: CertificateOptions): Promise<Certificate> {
    const signatures = await signaturesOf(options);
    return new Certificate(options, await readKeyPair(options.certFile, options.keyFile), signatures);
  }

  private constructor(options: CertificateOptions, pair: KeyPair, signatures: readonly string[]) {
    this.#options = options;
    this.#pair = pair;
    this.#signatures = signatures;
    this.#remark();
  }

  /** The one in use. */
  get pair(): KeyPair {
    return this.#pair;
  }

  /** Until it ends; below zero when it has. */
  get daysLeft(): number {
    return (this.#pair.leaf.validToDate.getTime() - this.#options.clock.now()) / DAY_MS;
  }

  /** Calls the listener with each pair that takes the place of another one. @returns ends that */
  onChange(listener: (pair: KeyPair) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  health(): ComponentHealth {
    const fault = faultOf(this.#pair, this.#options.clock.now());
    const end = `ends ${dayOf(this.#pair.leaf.validToDate)}`;
    const refused = this.#problem === null ? [] : ['what the files hold now was refused'];
    const isWell = fault === null && this.#problem === null;
    return { status: isWell ? 'Healthy' : 'Degraded', detail: [fault ?? end, ...refused].join('; ') };
  }

  /** From here on the files are looked at. */
  watch(): void {
    const { certFile, keyFile, clock } = this.#options;
    this.#watches = [certFile, keyFile].map(
      (path, i) => new FileWatch({ path, clock, onRest: () => this.#renew() }, this.#signatures[i] as string),
    );
  }

  /** Resolves when no look is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#watches.map((watch) => watch.idle()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#watches.map((watch) => watch.stop()));
  }

  /** Both files, whichever has changed: a certificate without its key is none. @returns false: to be tried again */
  async #renew(): Promise<boolean> {
    const { certFile, keyFile, logger } = this.#options;
    try {
      const pair = await readKeyPair(certFile, keyFile);
      this.#problem = null;
      // The other file's watch was faster, or somebody has but touched them.
      if (pair.cert === this.#pair.cert && pair.key === this.#pair.key) return true;
      for (const listener of this.#listeners) listener(pair);
      this.#pair = pair;
    } catch (failure) {
      this.#refuse(failure);
      return false;
    }
    logger.info(`a new certificate is in use, it ends ${dayOf(this.#pair.leaf.validToDate)}`);
    this.onRenewal('taken');
    this.#remark();
    return true;
  }

  /** Said once, though it is tried again and again. */
  #refuse(failure: unknown): void {
    const problem = failure instanceof SettingError ? failure.message : 'it could not be used';
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.onRenewal('refused');
    this.#options.logger.warn({ err: failure }, `the certificate stays as it is: ${problem}`);
  }

  /** What its holder should know of it. */
  #remark(): void {
    const { publicOrigin, clock, logger } = this.#options;
    const { leaf } = this.#pair;
    const fault = faultOf(this.#pair, clock.now());
    const life = leaf.validToDate.getTime() - leaf.validFromDate.getTime();
    if (fault !== null) logger.warn(`the certificate is not valid: ${fault}; browsers will refuse it`);
    else if (this.daysLeft * DAY_MS < life / 10)
      logger.warn(`the certificate ends ${dayOf(leaf.validToDate)}, and no new one has come`);
    const host = publicOrigin === null ? null : new URL(publicOrigin).hostname.replace(/^\[|\]$/g, '');
    if (host !== null && !namesHost(leaf, host))
      logger.warn(`the certificate does not name ${host}, the host of PUBLIC_ORIGIN; browsers will refuse it`);
  }
}

/** Own TLS of a server; null where the settings ask for none. @throws SettingError for files that cannot be used */
export async function openCertificate(
  { values }: Settings,
  { clock, logger }: Pick<CertificateOptions, 'clock' | 'logger'>,
): Promise<Certificate | null> {
  const { tlsCertFile, tlsKeyFile, publicOrigin } = values;
  if (tlsCertFile === null || tlsKeyFile === null) return null;
  return Certificate.open({ certFile: tlsCertFile, keyFile: tlsKeyFile, publicOrigin, clock, logger });
}

const signaturesOf = ({ certFile, keyFile }: Files): Promise<readonly string[]> =>
  Promise.all([certFile, keyFile].map(signatureOf));

/** null when it is valid now. */
function faultOf({ leaf }: KeyPair, now: number): string | null {
  if (now > leaf.validToDate.getTime()) return `it ended ${dayOf(leaf.validToDate)}`;
  return now < leaf.validFromDate.getTime() ? `it begins ${dayOf(leaf.validFromDate)}` : null;
}

const namesHost = (leaf: KeyPair['leaf'], host: string): boolean =>
  (isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host)) !== undefined;

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);
