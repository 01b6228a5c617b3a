import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { Account } from '../page/account.ts';
import { useCell } from './hooks.ts';

/** Says who uses the page, and lets him sign in and out. */
export function AccountButton({ account }: { account: Account }) {
  const { who, ticket, problem } = useCell(account.state);
  const [open, setOpen] = useState(false);
  // Somebody from outside sees nothing before he has signed in.
  const isNeeded = who?.role === 'guest' || ticket !== null || problem !== '';
  useEffect(() => {
    if (isNeeded) setOpen(true);
  }, [isNeeded]);
  const isSignedIn = who?.how === 'session';
  return (
    <>
      <button type="button" className="chip" onClick={() => setOpen(true)}>
        {isSignedIn ? who.role : 'Sign in'}
      </button>
      {open && <AccountDialog account={account} close={() => setOpen(false)} />}
    </>
  );
}

function AccountDialog({ account, close }: { account: Account; close: () => void }) {
  const { who, ticket, busy, problem } = useCell(account.state);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const isSignedIn = who?.how === 'session' && ticket === null;
  return (
    <dialog ref={dialog} className="help account" onClose={close} aria-labelledby="account-title">
      <h2 id="account-title">{isSignedIn ? `Signed in as ${who.role}` : 'Sign in'}</h2>
      {isSignedIn && (
        <button type="button" className="chip" disabled={busy} onClick={() => void account.signOut()}>
          Sign out
        </button>
      )}
      {ticket !== null && <CodeForm account={account} />}
      {!isSignedIn && ticket === null && <Ways account={account} />}
      <p role="alert">{problem}</p>
      <form method="dialog">
        <button type="submit" className="chip">
          Close
        </button>
      </form>
    </dialog>
  );
}

function Ways({ account }: { account: Account }) {
  const { busy } = useCell(account.state);
  return (
    <>
      {account.hasSigner && (
        <button type="button" className="chip" disabled={busy} onClick={() => void account.withNostr()}>
          With your Nostr key
        </button>
      )}
      <SecretForm label="Owner key or API key" busy={busy} send={(key) => account.withKey(key)} />
      <p>
        Or open the address that <code>vortexflow link</code> prints on the machine that runs the server.
      </p>
    </>
  );
}

function CodeForm({ account }: { account: Account }) {
  const { busy } = useCell(account.state);
  return (
    <>
      <SecretForm
        label="Code of your authenticator, or a recovery code"
        busy={busy}
        send={(code) => account.withCode(code)}
      />
      <button type="button" className="chip" onClick={() => account.restart()}>
        Begin anew
      </button>
    </>
  );
}

interface SecretFormProps {
  readonly label: string;
  readonly busy: boolean;
  readonly send: (secret: string) => Promise<void>;
}

/** One field whose content is not shown, and not kept once it was sent. */
function SecretForm({ label, busy, send }: SecretFormProps) {
  const [secret, setSecret] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (secret.trim() === '') return;
    setSecret('');
    void send(secret);
  };
  return (
    <form onSubmit={submit}>
      <label>
        {label}
        <input
          type="password"
          autoComplete="off"
          value={secret}
          disabled={busy}
          onChange={(event) => setSecret(event.target.value)}
        />
      </label>
      <button type="submit" className="chip" disabled={busy}>
        Sign in
      </button>
    </form>
  );
}
