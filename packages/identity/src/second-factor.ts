/** The second factor: codes of an authenticator, and recovery codes for when it is lost. */
import { wireError } from '@vortexflow/protocol';
import type { IdentityContext } from './context.ts';
import { OneTime } from './one-time.ts';
import type { SecondFactorRecord, UserRecord } from './records.ts';
import { digest } from './tokens.ts';
import { base32, matchingStep, otpauthUri } from './totp.ts';

/** Wrong codes before a lock, and how long the first lock lasts, ms; each further ten wrong codes lock again. */
const TRIES = 10;
const LOCK_MS = 15 * 60_000;
/** To confirm a new authenticator, ms; and how many may be on their way. */
const ENROL_MS = 10 * 60_000;
const MOST_ENROLMENTS = 1_000;
/** Bytes of a secret: as long as the hash (RFC 4226, section 4). */
const SECRET_BYTES = 20;
const RECOVERY_CODES = 10;
const ISSUER = 'Vortexflow';

/** For the picture that a phone reads, and for typing it in. */
export interface Enrolment {
  readonly secret: string;
  readonly uri: string;
}

/** What its holder may know of it. */
export interface SecondFactorView {
  readonly enrolled: boolean;
  readonly recovery_codes_left: number;
}

export class SecondFactor {
  readonly #context: IdentityContext;
  readonly #pending: OneTime<Buffer>;

  constructor(context: IdentityContext) {
    this.#context = context;
    this.#pending = new OneTime(context.clock, ENROL_MS, MOST_ENROLMENTS);
  }

  view({ second_factor }: UserRecord): SecondFactorView {
    return { enrolled: second_factor !== null, recovery_codes_left: second_factor?.recovery.length ?? 0 };
  }

  /** A new secret, in use once a code of it has been shown. @throws CodedError `identity_conflict` when there is one */
  enrol(user: UserRecord): Enrolment {
    refuseSecond(user);
    const secret = this.#context.random(SECRET_BYTES);
    this.#pending.put(user.id, secret);
    return { secret: base32(secret), uri: otpauthUri(secret, ISSUER, user.name) };
  }

  /** @returns the recovery codes, told here and never again  @throws CodedError `second_factor_refused` */
  async confirm(user: UserRecord, code: string): Promise<readonly string[]> {
    const { clock, random, book, tell } = this.#context;
    refuseSecond(user);
    const secret = this.#pending.peek(user.id);
    if (!secret) throw wireError('sign_in_refused');
    const step = matchingStep(secret, code, clock.now(), 0);
    if (step === null) throw wireError('second_factor_refused');
    this.#pending.take(user.id);
    const codes = Array.from({ length: RECOVERY_CODES }, () => recoveryCode(random(10)));
    const factor: SecondFactorRecord = {
      secret: secret.toString('base64'),
      recovery: codes.map((one) => digest(one)),
      last_step: step,
      failures: 0,
      locked_until: 0,
    };
    this.#put(user.id, factor);
    await book.save(() => this.#put(user.id, null));
    tell({ type: 'second_factor_enrolled', subject: user.id, by: user.id });
    return codes;
  }

  /**
   * Uses a code up.
   * @throws CodedError `second_factor_refused`; `second_factor_locked` after ten wrong ones, also for a right one
   */
  async check(user: UserRecord, code: string): Promise<void> {
    const { clock, book } = this.#context;
    const factor = user.second_factor;
    if (!factor) throw wireError('second_factor_refused');
    const now = clock.now();
    if (factor.locked_until > now) throw locked(factor.locked_until - now);
    const used = useCode(factor, code, now);
    if (!used) return this.#fail(user, factor, now);
    this.#put(user.id, used);
    // Not undone when it cannot be kept: the code has been seen.
    await book.save();
  }

  /** @param by who takes it away */
  async remove(id: string, by: string): Promise<void> {
    const { book, tell } = this.#context;
    this.#put(id, null);
    tell({ type: 'second_factor_removed', subject: id, by });
    await book.save();
  }

  async #fail(user: UserRecord, factor: SecondFactorRecord, now: number): Promise<never> {
    const { tell } = this.#context;
    const failures = factor.failures + 1;
    const isLocked = failures % TRIES === 0;
    this.#put(user.id, { ...factor, failures, locked_until: isLocked ? now + LOCK_MS : factor.locked_until });
    await this.#context.book.save();
    tell({ type: 'second_factor_refused', subject: user.id, failures });
    if (!isLocked) throw wireError('second_factor_refused');
    tell({ type: 'second_factor_locked', subject: user.id });
    throw locked(LOCK_MS);
  }

  #put(id: string, second_factor: SecondFactorRecord | null): void {
    const { users } = this.#context.book;
    const user = users.get(id);
    if (user) users.set(id, { ...user, second_factor });
  }
}

/** The factor with the code used up; null when it is no code of it. */
function useCode(factor: SecondFactorRecord, code: string, now: number): SecondFactorRecord | null {
  const right = { ...factor, failures: 0, locked_until: 0 };
  const step = matchingStep(Buffer.from(factor.secret, 'base64'), code, now, factor.last_step);
  if (step !== null) return { ...right, last_step: step };
  const recovered = digest(code.toLowerCase());
  if (!factor.recovery.includes(recovered)) return null;
  return { ...right, recovery: factor.recovery.filter((one) => one !== recovered) };
}

function refuseSecond(user: UserRecord): void {
  if (user.second_factor)
    throw wireError('identity_conflict', { problem: 'There is a second factor already; take it away first.' });
}

const locked = (ms: number) => wireError('second_factor_locked', { retry_after_s: Math.ceil(ms / 1000) });

/** 80 bits, as people copy them: `abcd-efgh-ijkl-mnop`. */
function recoveryCode(bytes: Buffer): string {
  return (base32(bytes).toLowerCase().match(/.{4}/g) ?? []).join('-');
}
