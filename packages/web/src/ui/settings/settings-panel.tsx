import { type FormEvent, useEffect, useRef, useState } from 'react';
import { fits, type Setting, settingsOf } from '../../page/settings/setting.ts';
import type { SettingsForm } from '../../page/settings/settings-form.ts';
import { useCell } from '../hooks.ts';
import { ConflictBox } from './conflict-box.tsx';
import { LockedSetting, SettingField } from './setting-field.tsx';

/** All settings, those first that can be changed here and now. */
export function SettingsPanel({ form, isOwner }: { form: SettingsForm; isOwner: boolean }) {
  const { schema, config, drafts, busy, problem, conflict } = useCell(form.state);
  const [wanted, setWanted] = useState('');
  if (!config) return <p role="status">{problem || (busy ? 'Reading the settings…' : '')}</p>;
  const all = settingsOf(schema, config, isOwner);
  // What is about to be saved is in sight, whatever is looked for.
  const found = all.filter((setting) => Object.hasOwn(drafts, setting.name) || fits(setting, wanted.trim()));
  const open = found.filter(({ locked }) => locked === null);
  const locked = found.filter((setting) => setting.locked !== null);
  return (
    <ChangeForm form={form}>
      <input
        type="search"
        className="field find"
        placeholder="Find a setting"
        aria-label="Find a setting"
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
        // Enter looks for something here; it does not save.
        onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
      />
      {conflict && <ConflictBox form={form} conflict={conflict} />}
      <Part title="Can be changed here" settings={open}>
        {(setting) => <SettingField key={setting.name} setting={setting} form={form} />}
      </Part>
      <Part title="Cannot be changed here" settings={locked}>
        {(setting) => <LockedSetting key={setting.name} setting={setting} />}
      </Part>
      {found.length === 0 && <p role="status">No setting fits.</p>}
    </ChangeForm>
  );
}

interface PartProps {
  readonly title: string;
  readonly settings: readonly Setting[];
  readonly children: (setting: Setting) => React.ReactNode;
}

function Part({ title, settings, children }: PartProps) {
  if (settings.length === 0) return null;
  return (
    <section>
      <h3>
        {title} <span className="faint">{settings.length}</span>
      </h3>
      <ul>{settings.map(children)}</ul>
    </section>
  );
}

/** The form with what is sent at its foot. After a refusal the first field that is marked gets the focus. */
function ChangeForm({ form, children }: { form: SettingsForm; children: React.ReactNode }) {
  const { busy } = useCell(form.state);
  const element = useRef<HTMLFormElement>(null);
  // Once for each answer of the server: while one of two is mended, the focus must not go to the other.
  useEffect(() => {
    if (!busy) element.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [busy]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void form.save();
  };
  return (
    <form ref={element} className="setting-form" noValidate onSubmit={submit}>
      {children}
      <Foot form={form} />
    </form>
  );
}

function Foot({ form }: { form: SettingsForm }) {
  const { drafts, conflict, busy, problem, done } = useCell(form.state);
  const count = Object.keys(drafts).length;
  const changes = count === 0 ? 'Nothing to save' : `${count} ${count === 1 ? 'change' : 'changes'} to save`;
  return (
    <div className="foot">
      <p role="status" className={problem ? 'refusal' : done ? 'done' : 'faint'}>
        {problem || done || changes}
      </p>
      <button type="button" className="chip" disabled={busy || count === 0} onClick={() => form.discard()}>
        Discard
      </button>
      <button type="submit" className="chip gold" disabled={busy || count === 0 || conflict !== null}>
        {busy ? <span className="spinner" /> : 'Save'}
      </button>
    </div>
  );
}
