import { useEffect, useRef, useState } from 'react';

interface OnceBoxProps {
  readonly title: string;
  /** What is to be done with it. */
  readonly help: string;
  /** A line each. */
  readonly secrets: readonly string[];
  /** What may be saved of it. */
  readonly file?: { readonly name: string; readonly text: string };
  readonly putAway: () => void;
}

/** What the server tells once: to be copied or saved before it is put away. */
export function OnceBox({ title, help, secrets, file, putAway }: OnceBoxProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div className="once" role="group" aria-label={title} tabIndex={-1} ref={box}>
      <p>
        <strong>{title}</strong> {help}
      </p>
      <ul className="secrets">
        {secrets.map((secret) => (
          <li key={secret}>
            <code>{secret}</code>
          </li>
        ))}
      </ul>
      <div className="actions">
        <CopyButton text={secrets.join('\n')} what={secrets.length === 1 ? 'Copy' : 'Copy all'} />
        {file && (
          <button type="button" className="chip" onClick={() => save(file)}>
            Save as text file
          </button>
        )}
        <button type="button" className="chip" onClick={putAway}>
          I have kept {secrets.length === 1 ? 'it' : 'them'}
        </button>
      </div>
    </div>
  );
}

type Outcome = 'none' | 'copied' | 'denied';
const OUTCOMES: Readonly<Record<Outcome, string>> = {
  none: '',
  copied: 'Copied.',
  denied: 'The browser does not let this page copy. Select it and copy it by hand.',
};

/** Copies a text, and says whether it could. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [outcome, setOutcome] = useState<Outcome>('none');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('copied');
    } catch {
      setOutcome('denied');
    }
  };
  return (
    <>
      <button type="button" className="chip gold" onClick={() => void copy()}>
        {what}
      </button>
      <span role="status" className="faint copied">
        {OUTCOMES[outcome]}
      </span>
    </>
  );
}

/** Has the browser save a text as a file. */
function save({ name, text }: { readonly name: string; readonly text: string }): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}
