import { type FormEvent, type ReactNode, type RefObject, useEffect, useRef } from 'react';
import type { Progress, Refusal } from '../../page/account/section.ts';

interface StatusProps {
  readonly progress: Progress;
  /** The place whose refusals are told here: that of the whole part. */
  readonly place: string;
  /** While nothing is there yet. */
  readonly waiting: string;
  readonly status?: RefObject<HTMLParagraphElement | null>;
}

/** How it goes with a whole part. Gets the focus when what had it is gone. */
export function Status({ progress: { busy, refusal, done }, place, waiting, status }: StatusProps) {
  const problem = refusal?.place === place ? refusal.text : '';
  return (
    <p role="status" tabIndex={-1} ref={status} className={problem ? 'refusal' : 'done'}>
      {problem || done || (busy ? waiting : '')}
    </p>
  );
}

interface RefusalTextProps {
  readonly refusal: Refusal | null;
  readonly place: string;
  /** Empty: of the whole. */
  readonly field?: string;
}

export const isAt = (refusal: Refusal | null, place: string, field: string): boolean =>
  refusal?.place === place && refusal.field === field;

export const refusalId = (place: string, field: string): string => `refusal-${place}-${field}`;

/** What was not taken, where it was typed or pressed. */
export function RefusalText({ refusal, place, field = '' }: RefusalTextProps) {
  if (!isAt(refusal, place, field)) return null;
  return (
    <p className="refusal" role="alert" id={refusalId(place, field)}>
      {refusal?.text}
    </p>
  );
}

interface PlaceFormProps {
  readonly className: string;
  readonly label: string;
  readonly busy: boolean;
  readonly send: () => Promise<void>;
  readonly children: ReactNode;
}

/** A form. After a refusal the first field that is marked gets the focus. */
export function PlaceForm({ className, label, busy, send, children }: PlaceFormProps) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (!busy) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [busy]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void send();
  };
  return (
    <form ref={form} className={className} aria-label={label} noValidate onSubmit={submit}>
      {children}
    </form>
  );
}
