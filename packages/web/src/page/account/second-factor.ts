/** One's own second factor: set up with an authenticator, and taken away with a code of it. */
import { type AccessCalls, VortexflowError } from '@vortexflow/client';
import type { EnrolmentResponse, SecondFactorResponse } from '@vortexflow/protocol';
import { FieldProblem, Section } from './section.ts';

interface SecondFactorState {
  /** null until the server has said it. */
  readonly factor: SecondFactorResponse | null;
  /** What the authenticator is to be told, while it is set up. */
  readonly enrolment: Pick<EnrolmentResponse, 'secret' | 'uri'> | null;
  /** Told once by the server, and kept here until they are put away. */
  readonly codes: readonly string[] | null;
}

/** The form in which codes are typed. */
const CODE = 'code';

export class SecondFactor extends Section<SecondFactorState> {
  readonly #access: AccessCalls;

  constructor(access: AccessCalls, signedOut: () => void) {
    super({ factor: null, enrolment: null, codes: null }, signedOut);
    this.#access = access;
  }

  load(): Promise<void> {
    return this.run('factor', async () => {
      await this.#read();
      return '';
    });
  }

  /** Asks for a secret. It counts once a code of it was shown. */
  begin(): Promise<void> {
    return this.run('factor', async () => {
      const { secret, uri } = await this.#access.enrol();
      this.set({ enrolment: { secret, uri } });
      return '';
    });
  }

  cancel(): void {
    this.set({ enrolment: null });
    this.say('Nothing was set up.');
  }

  confirm(typed: string): Promise<void> {
    return this.run(CODE, async () => {
      const { recovery_codes: codes } = await this.#access.confirm(codeOf(typed)).catch((failure: unknown) => {
        throw is(failure, 'sign_in_refused') ? this.#forget() : wrongCode(failure, NOT_YET);
      });
      this.set({ enrolment: null, codes, factor: null });
      await this.#read();
      return 'The second factor is set up. Your other sessions have ended.';
    });
  }

  /** The recovery codes are kept elsewhere by now. */
  putAway(): void {
    this.set({ codes: null });
    this.say('The recovery codes are shown no more.');
  }

  drop(typed: string): Promise<void> {
    return this.run(CODE, async () => {
      await this.#access.dropSecondFactor(codeOf(typed)).catch((failure: unknown) => {
        throw wrongCode(failure, NO_MORE);
      });
      this.set({ codes: null });
      await this.#read();
      return 'The second factor is taken away. Your other sessions have ended.';
    });
  }

  async #read(): Promise<void> {
    const factor = await this.#access.secondFactor();
    // Set up in another window meanwhile.
    this.set(factor.enrolled ? { factor, enrolment: null } : { factor });
  }

  /** The secret counts no more: no code of it will ever be right. */
  #forget(): Error {
    this.set({ enrolment: null });
    return new FieldProblem('', 'This took longer than ten minutes. Begin anew.');
  }
}

/** Of a code that is not right, while there are no recovery codes yet, and later. */
const NOT_YET = 'This code is not valid. Type the one that your authenticator shows now; its clock must be right.';
const NO_MORE = 'This code is not valid, or has been used. Wait for the next one, or use a recovery code.';

const is = (failure: unknown, code: string): boolean => failure instanceof VortexflowError && failure.code === code;

/** Said at the field, in words that fit what is being done. */
const wrongCode = (failure: unknown, text: string): unknown =>
  is(failure, 'second_factor_refused') ? new FieldProblem(CODE, text) : failure;

/** Authenticators show codes in two groups. */
function codeOf(typed: string): string {
  const code = typed.replaceAll(/\s/g, '');
  if (!/^[0-9A-Za-z-]{6,32}$/.test(code)) throw new FieldProblem(CODE, 'A code has six digits.');
  return code;
}

/** A secret as it is easily read: groups of four. */
export const grouped = (secret: string): string => (secret.match(/.{1,4}/g) ?? []).join(' ');

/** What is saved of recovery codes. @param place the address of the server */
export function recoveryText(codes: readonly string[], place: string): string {
  const head = `Recovery codes for Vortexflow at ${place}`;
  return `${head}\nEach is good once, in place of a code of the authenticator.\n\n${codes.join('\n')}\n`;
}
