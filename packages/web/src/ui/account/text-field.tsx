import { type InputHTMLAttributes, type RefObject, useId } from 'react';
import type { Refusal } from '../../page/account/section.ts';
import { isAt, refusalId, RefusalText } from './progress.tsx';

interface TextFieldProps extends Pick<
  InputHTMLAttributes<HTMLInputElement>,
  'autoComplete' | 'inputMode' | 'placeholder' | 'maxLength'
> {
  readonly label: string;
  readonly place: string;
  /** As the server names it. */
  readonly field: string;
  readonly refusal: Refusal | null;
  readonly help?: string;
  readonly value: string;
  readonly edit: (value: string) => void;
  readonly input?: RefObject<HTMLInputElement | null>;
}

/** A line to type in, with what the server says to it. */
export function TextField({ label, place, field, refusal, help, value, edit, input, ...rest }: TextFieldProps) {
  const id = useId();
  const isRefused = isAt(refusal, place, field);
  return (
    <div className="typed">
      <label htmlFor={id}>{label}</label>
      <input
        {...rest}
        id={id}
        ref={input}
        className="field"
        type="text"
        autoComplete={rest.autoComplete ?? 'off'}
        autoCapitalize="off"
        spellCheck={false}
        aria-invalid={isRefused}
        aria-describedby={`${isRefused ? refusalId(place, field) : ''} ${help ? `${id}-help` : ''}`.trim() || undefined}
        value={value}
        onChange={(event) => edit(event.target.value)}
      />
      <RefusalText refusal={refusal} place={place} field={field} />
      {help && (
        <p className="about" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}
