import { type ReactNode, useEffect, useRef } from 'react';

interface ConfirmBoxProps {
  /** What is asked, as a question. */
  readonly question: string;
  /** What it would do. */
  readonly children: ReactNode;
  /** On the button that does it. */
  readonly yes: string;
  readonly busy: boolean;
  readonly confirm: () => void;
  readonly cancel: () => void;
}

/** Asks where something was pressed that cannot be undone. */
export function ConfirmBox({ question, children, yes, busy, confirm, cancel }: ConfirmBoxProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  const leave = (): void => {
    const entry = box.current?.closest('li');
    cancel();
    // The button that asked is back by then.
    requestAnimationFrame(() => entry?.querySelector('button')?.focus());
  };
  return (
    <div className="conflict" role="group" aria-label={question} tabIndex={-1} ref={box}>
      <p>
        <strong>{question}</strong> {children}
      </p>
      <div className="actions">
        <button type="button" className="chip gold" disabled={busy} onClick={confirm}>
          {yes}
        </button>
        <button type="button" className="chip" onClick={leave}>
          Cancel
        </button>
      </div>
    </div>
  );
}
