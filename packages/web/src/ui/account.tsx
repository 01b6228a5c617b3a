import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { Account } from '../page/account.ts';
import type { Page } from '../page/page.ts';
import { Dialog } from './dialog.tsx';
import { useCell } from './hooks.ts';
import { LazyDialog } from './lazy-dialog.tsx';

const fetchAccount = async () => (await import('./account/account-dialog.tsx')).AccountDialog;

/** Says who uses the page, and opens his account, or the ways to sign in. */
export function AccountButton({ page }: { page: Page }) {
  const { account } = page;
  const { who, ticket, problem } = useCell(account.state);
  const [open, setOpen] = useState(false);
  const isNeeded = account.isOutside || ticket !== null || problem !== '';
  useEffect(() => {
    if (isNeeded) setOpen(true);
  }, [isNeeded]);
  const close = (): void => {
    setOpen(false);
    account.dismiss();
  };
  // Until the server has said it, nobody knows which of the two it is.
  if (!who && ticket === null && problem === '') return null;
  const isSignedIn = who?.how === 'session' && ticket === null;
  return (
    <>
      <button
        type="button"
        className={isSignedIn ? 'chip who' : 'chip gold'}
        aria-label={isSignedIn ? `Signed in as ${who.role}` : undefined}
        onClick={() => setOpen(true)}
      >
        {isSignedIn ? who.role : 'Sign in'}
      </button>
      {isSignedIn ? (
        <LazyDialog page={page} name="Your account" fetch={fetchAccount} open={open} close={close} />
      ) : (
        open && <SignInDialog account={account} close={close} />
      )}
    </>
  );
}

function SignInDialog({ account, close }: { account: Account; close: () => void }) {
  const { ticket, problem } = useCell(account.state);
  return (
    <Dialog title={ticket === null ? 'Sign in' : 'One more step'} className="account" close={close}>
      <p role="alert" className={problem ? 'warning' : undefined}>
        {problem}
      </p>
      {ticket === null ? <Ways account={account} /> : <CodeForm account={account} />}
    </Dialog>
  );
}

function Ways({ account }: { account: Account }) {
  const { busy } = useCell(account.state);
  return (
    <>
      <p>
        {account.may('look')
          ? 'On this machine everybody may look and ask. Sign in to add documents, or to change something.'
          : 'Sign in to ask, and to see the graph.'}
      </p>
      {account.hasSigner && (
        <>
          <button type="button" className="chip gold wide" disabled={busy} onClick={() => void account.withNostr()}>
            Sign in with your Nostr key
          </button>
          <p className="or">or</p>
        </>
      )}
      <SecretForm label="Owner key or API key" busy={busy} send={(key) => account.withKey(key)} />
      <p>
        The owner may also open the address that <code>vortexflow link</code> prints on the machine that runs the
        server.
        {!account.hasSigner && ' With a Nostr extension (NIP-07) in this browser, its key signs in here, too.'}
      </p>
    </>
  );
}

function CodeForm({ account }: { account: Account }) {
  const { busy } = useCell(account.state);
  return (
    <>
      <p>The first step is done. This account has a second factor.</p>
      <SecretForm
        label="Code of your authenticator, or a recovery code"
        isCode
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
  /** Good once, so it may be seen while it is typed. */
  readonly isCode?: boolean;
  readonly busy: boolean;
  readonly send: (secret: string) => Promise<void>;
}

/** One field whose content is not kept once it was sent. */
function SecretForm({ label, isCode = false, busy, send }: SecretFormProps) {
  const [secret, setSecret] = useState('');
  const field = useRef<HTMLInputElement>(null);
  // Also after a refusal: the next try is typed here.
  useEffect(() => {
    if (!busy) field.current?.focus();
  }, [busy]);
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
          ref={field}
          className="field"
          type={isCode ? 'text' : 'password'}
          autoComplete={isCode ? 'one-time-code' : 'off'}
          autoCapitalize="off"
          spellCheck={false}
          value={secret}
          disabled={busy}
          onChange={(event) => setSecret(event.target.value)}
        />
      </label>
      <button type="submit" className="chip gold wide" disabled={busy || secret.trim() === ''}>
        {busy ? <span className="spinner" /> : 'Sign in'}
      </button>
    </form>
  );
}
