import { useEffect, useRef, useState } from 'react';
import { grouped, recoveryText, type SecondFactor } from '../../page/account/second-factor.ts';
import { useCell } from '../hooks.ts';
import { CopyButton, OnceBox } from './once-box.tsx';
import { PlaceForm, RefusalText, Status } from './progress.tsx';
import { QrCode } from './qr-code.tsx';
import { TextField } from './text-field.tsx';

/** Sets a second factor up, and takes it away. */
export function SecondFactorPanel({ factor }: { factor: SecondFactor }) {
  const { factor: told, enrolment, codes, ...progress } = useCell(factor.state);
  const status = useRef<HTMLParagraphElement>(null);
  const toStatus = (): void => status.current?.focus();
  return (
    <div className="part">
      <Status progress={progress} place="factor" waiting="Asking for your second factor…" status={status} />
      <RefusalText refusal={progress.refusal} place="code" />
      {codes && (
        <OnceBox
          title="Your recovery codes, shown once."
          help="Each is good once, for when your authenticator is lost. Keep them where it is not."
          secrets={codes}
          file={{ name: 'vortexflow-recovery-codes.txt', text: recoveryText(codes, window.location.host) }}
          putAway={() => {
            factor.putAway();
            toStatus();
          }}
        />
      )}
      {enrolment && <Enrolment factor={factor} {...enrolment} cancelled={toStatus} />}
      {told &&
        !enrolment &&
        !codes &&
        (told.enrolled ? <Removal factor={factor} done={toStatus} /> : <Offer factor={factor} />)}
    </div>
  );
}

function Offer({ factor }: { factor: SecondFactor }) {
  const { busy } = useCell(factor.state);
  return (
    <>
      <p>You have no second factor.</p>
      <p className="about">
        With one, signing in with your Nostr key or with a link also takes a code that an authenticator on your phone
        shows. Owner key and API keys take none.
      </p>
      <button type="button" className="chip gold" disabled={busy} onClick={() => void factor.begin()}>
        Set up a second factor
      </button>
    </>
  );
}

interface EnrolmentProps {
  readonly factor: SecondFactor;
  readonly secret: string;
  readonly uri: string;
  readonly cancelled: () => void;
}

function Enrolment({ factor, secret, uri, cancelled }: EnrolmentProps) {
  return (
    <>
      <section className="enrolment">
        <QrCode text={uri} name="QR code for your authenticator" />
        <div>
          <p>
            <strong>1.</strong> Point your authenticator at the picture, or <a href={uri}>open it on this device</a>, or
            type this secret there:
          </p>
          <p className="secret">
            <code>{grouped(secret)}</code>
          </p>
          <div className="actions">
            <CopyButton text={secret} what="Copy the secret" />
          </div>
        </div>
      </section>
      <p>
        <strong>2.</strong> Type the code that it shows then. Your other sessions end with that.
      </p>
      <CodeForm
        factor={factor}
        label="Confirm the second factor"
        field="Code of your authenticator"
        button="Confirm"
        send={(code) => factor.confirm(code)}
        cancel={() => {
          factor.cancel();
          cancelled();
        }}
      />
    </>
  );
}

function Removal({ factor, done }: { factor: SecondFactor; done: () => void }) {
  const { factor: told } = useCell(factor.state);
  const left = told?.recovery_codes_left ?? 0;
  return (
    <>
      <p>
        Your second factor is set up. Signing in with your Nostr key or with a link takes a code. You have {left}{' '}
        recovery {left === 1 ? 'code' : 'codes'} left.
      </p>
      <section>
        <h3>Take it away</h3>
        <p className="about">
          For a new authenticator or new recovery codes, take it away and set it up again. Your other sessions end with
          that.
        </p>
        <CodeForm
          factor={factor}
          label="Take the second factor away"
          field="Code of your authenticator, or a recovery code"
          button="Take it away"
          send={(code) => factor.drop(code)}
          done={done}
        />
      </section>
    </>
  );
}

interface CodeFormProps {
  readonly factor: SecondFactor;
  readonly label: string;
  readonly field: string;
  readonly button: string;
  readonly send: (code: string) => Promise<void>;
  /** The form is gone by then, and nothing else wants the focus. */
  readonly done?: () => void;
  readonly cancel?: () => void;
}

function CodeForm({ factor, label, field, button, send, done, cancel }: CodeFormProps) {
  const { busy, refusal } = useCell(factor.state);
  const [code, setCode] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const isFirst = cancel !== undefined;
  useEffect(() => {
    if (isFirst) input.current?.focus();
  }, [isFirst]);
  const submit = async (): Promise<void> => {
    await send(code);
    if (factor.isRefused('code')) input.current?.select();
    else done?.();
  };
  return (
    <PlaceForm className="code-form" label={label} busy={busy} send={submit}>
      <TextField
        label={field}
        place="code"
        field="code"
        refusal={refusal}
        autoComplete="one-time-code"
        value={code}
        edit={setCode}
        input={input}
      />
      <div className="actions">
        <button type="submit" className="chip gold" disabled={busy || code.trim() === ''}>
          {button}
        </button>
        {cancel && (
          <button type="button" className="chip" onClick={cancel}>
            Cancel
          </button>
        )}
      </div>
    </PlaceForm>
  );
}
