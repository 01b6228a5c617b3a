import { type ComponentType, useState } from 'react';
import type { Page } from '../page/page.ts';
import { useCell } from './hooks.ts';

interface PanelProps {
  readonly page: Page;
  readonly open: boolean;
  readonly close: () => void;
}

/** For those who may configure. What is behind it is fetched when it is opened: most viewers never do. */
export function SettingsButton({ page }: { page: Page }) {
  useCell(page.account.state);
  const [Panel, setPanel] = useState<ComponentType<PanelProps> | null>(null);
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState(false);
  if (!page.account.may('configure')) return null;
  const show = async (): Promise<void> => {
    setProblem(false);
    try {
      const { SettingsDialog } = await import('./settings/settings-dialog.tsx');
      setPanel(() => SettingsDialog);
      setOpen(true);
    } catch {
      setProblem(true);
    }
  };
  return (
    <>
      <button type="button" className="round" aria-label="Settings" title="Settings" onClick={() => void show()}>
        <svg viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" aria-hidden="true">
          <path d="M1 4.5h6.5M12 4.5h3M1 11.5h3M8.5 11.5H15" />
          <circle cx="9.75" cy="4.5" r="2" />
          <circle cx="6.25" cy="11.5" r="2" />
        </svg>
      </button>
      {Panel && <Panel page={page} open={open} close={() => setOpen(false)} />}
      {problem && (
        <div className="note" role="alert">
          <strong>The settings could not be fetched</strong>
          <p>Load the page anew and try again.</p>
        </div>
      )}
    </>
  );
}
