import { useEffect, useState } from 'react';
import { SettingsForm } from '../../page/settings/settings-form.ts';
import { SettingsHistory } from '../../page/settings/settings-history.ts';
import { unsavedIn } from '../../page/settings/unsaved.ts';
import { Dialog } from '../dialog.tsx';
import { useCell } from '../hooks.ts';
import type { LazyDialogProps } from '../lazy-dialog.tsx';
import { HistoryPanel } from './history-panel.tsx';
import './settings.css';
import { SettingsPanel } from './settings-panel.tsx';
import { Instant } from './instant.tsx';

/** Settings and their versions. What was typed is still there when it is opened again, also after a new sign-in. */
export function SettingsDialog({ page, open, close }: LazyDialogProps) {
  const [{ form, history }] = useState(() => {
    const { config, access } = page.client;
    const people = async () => (page.account.may('manage') ? (await access.users()).users : []);
    const subject = page.account.state.get().who?.subject ?? '';
    const unsaved = unsavedIn(() => window.sessionStorage, subject);
    const made = new SettingsForm({ config, people, signedOut: () => void page.account.check(), unsaved });
    return { form: made, history: new SettingsHistory(config, made) };
  });
  const [view, setView] = useState<'settings' | 'versions'>('settings');
  useCell(page.account.state);
  const { config, authors } = useCell(form.state);
  useEffect(() => {
    if (open) void form.load();
  }, [form, open]);
  useEffect(() => {
    if (open && view === 'versions') void history.load();
  }, [history, open, view]);
  return (
    <Dialog title="Settings" className="settings" open={open} close={close}>
      <nav className="views" aria-label="Parts of the settings">
        {(['settings', 'versions'] as const).map((name) => (
          <button
            key={name}
            type="button"
            className="chip"
            aria-current={view === name ? 'page' : undefined}
            onClick={() => setView(name)}
          >
            {name === 'settings' ? 'Settings' : 'Versions'}
          </button>
        ))}
        {config && (
          <p className="faint">
            Version {config.version}, <Instant time={config.time} />, by {authors[config.author] ?? config.author}
          </p>
        )}
      </nav>
      {config?.problem && (
        <p className="warning" role="status">
          What the file says now is not in force: {config.problem.message}
        </p>
      )}
      {view === 'settings' ? (
        <SettingsPanel form={form} isOwner={page.account.may('own')} />
      ) : (
        <HistoryPanel form={form} history={history} />
      )}
    </Dialog>
  );
}
