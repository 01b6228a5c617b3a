import { useState } from 'react';
import type { Page } from '../page/page.ts';
import { useCell } from './hooks.ts';
import { LazyDialog } from './lazy-dialog.tsx';

const fetchSettings = async () => (await import('./settings/settings-dialog.tsx')).SettingsDialog;

/** For those who may configure. */
export function SettingsButton({ page }: { page: Page }) {
  useCell(page.account.state);
  const [open, setOpen] = useState(false);
  if (!page.account.may('configure')) return null;
  return (
    <>
      <button type="button" className="round" aria-label="Settings" title="Settings" onClick={() => setOpen(true)}>
        <svg viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" aria-hidden="true">
          <path d="M1 4.5h6.5M12 4.5h3M1 11.5h3M8.5 11.5H15" />
          <circle cx="9.75" cy="4.5" r="2" />
          <circle cx="6.25" cy="11.5" r="2" />
        </svg>
      </button>
      <LazyDialog page={page} name="The settings" fetch={fetchSettings} open={open} close={() => setOpen(false)} />
    </>
  );
}
