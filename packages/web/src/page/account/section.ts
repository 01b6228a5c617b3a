/** What every part of the account has in common: it asks the server for something and says how that goes, and where. */
import { VortexflowError } from '@vortexflow/client';
import { Cell } from '../cell.ts';

/** What the server, or the page before it, does not take. */
export interface Refusal {
  /** Where it was typed or pressed: the name of a form or the id of an entry. */
  readonly place: string;
  /** The field of the form that it is about; empty when it is about the whole. */
  readonly field: string;
  readonly text: string;
}

export interface Progress {
  readonly busy: boolean;
  readonly refusal: Refusal | null;
  /** What has been done, for people. */
  readonly done: string;
}

/** Says what is wrong with one field, before it is sent. */
export class FieldProblem extends Error {
  override readonly name = 'FieldProblem';
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** Codes whose hints are about requests, which nobody writes by hand. */
const FOR_PROGRAMS: ReadonlySet<string> = new Set(['unauthenticated', 'request_invalid', 'sign_in_refused']);
const QUIET: Progress = { busy: false, refusal: null, done: '' };

export abstract class Section<Own extends object> {
  readonly state: Cell<Own & Progress>;
  readonly #signedOut: () => void;

  /** @param signedOut the server does not know any more who this is */
  constructor(own: Own, signedOut: () => void) {
    this.state = new Cell({ ...own, ...QUIET });
    this.#signedOut = signedOut;
  }

  /** Whether something was refused at this place. */
  isRefused(place: string): boolean {
    return this.state.get().refusal?.place === place;
  }

  protected set(change: Partial<Own & Progress>): void {
    this.state.set({ ...this.state.get(), ...change });
  }

  /**
   * Does something that takes time, one thing at a time; what goes wrong is told at the place where it was begun.
   * @param work returns what has been done, for people; empty when nothing is to be said
   */
  protected async run(place: string, work: () => Promise<string>): Promise<void> {
    if (this.state.get().busy) return;
    this.#progress({ ...QUIET, busy: true });
    try {
      this.#progress({ ...QUIET, done: await work() });
    } catch (failure) {
      if (failure instanceof VortexflowError && failure.code === 'unauthenticated') this.#signedOut();
      this.#progress({ ...QUIET, refusal: refusalOf(place, failure) });
    }
  }

  /** Takes back what was said of anything done or refused. @param done what is to be said instead */
  protected say(done: string): void {
    if (!this.state.get().busy) this.#progress({ ...QUIET, done });
  }

  #progress(progress: Progress): void {
    this.state.set({ ...this.state.get(), ...progress });
  }
}

function refusalOf(place: string, failure: unknown): Refusal {
  if (failure instanceof FieldProblem) return { place, field: failure.field, text: failure.message };
  if (!(failure instanceof VortexflowError)) return { place, field: '', text: String(failure) };
  if (failure.code === 'forbidden') return { place, field: '', text: 'You may not do that.' };
  const { code, message, hint, details } = failure;
  const pointer = details?.['pointer'];
  const field = typeof pointer === 'string' ? (pointer.split('/')[1] ?? '') : '';
  const text = [sentence(field, message), FOR_PROGRAMS.has(code) ? '' : hint].filter(Boolean).join(' ');
  return { place, field, text };
}

/** As a sentence of its own, which stands where the name of the field does. */
function sentence(field: string, message: string): string {
  const start = `"${field}" `;
  if (field === '' || !message.startsWith(start)) return message;
  return message.charAt(start.length).toUpperCase() + message.slice(start.length + 1);
}
