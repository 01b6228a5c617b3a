import { useEffect, useState } from 'react';
import type { Page } from '../page/page.ts';
import { AccountButton } from './account.tsx';
import { AnswerPanel } from './answer-panel.tsx';
import { AskBox } from './ask-box.tsx';
import { useCell, useMedia } from './hooks.ts';
import { handleKeys } from './keys.ts';
import { LazyDialog } from './lazy-dialog.tsx';
import { Legend } from './legend.tsx';
import { NodePanel } from './node-panel.tsx';
import { Readout } from './readout.tsx';
import { SettingsButton } from './settings-button.tsx';
import { Stage } from './stage.tsx';
import { StatusNote } from './status-note.tsx';

const fetchHelp = async () => (await import('./help.tsx')).Help;

/** Ask and explore: one screen, the graph is always there. */
export function App({ page }: { page: Page }) {
  const [helpOpen, setHelpOpen] = useState(false);
  useCell(page.account.state);
  useMargins(page);
  useEffect(() => handleKeys(page, () => setHelpOpen((open) => !open)), [page]);
  return (
    <>
      <Stage page={page} />
      <header className="bar">
        <h1 className="brand">
          <img src="/favicon.svg" alt="" width="26" height="26" />
          <span>Vortexflow</span>
        </h1>
        <AskBox page={page} />
        <div className="tools">
          <AccountButton page={page} />
          <SettingsButton page={page} />
          <button
            type="button"
            className="round"
            aria-label="Help and keys"
            title="Help (?)"
            onClick={() => setHelpOpen(true)}
          >
            ?
          </button>
        </div>
      </header>
      <main>
        <AnswerPanel page={page} />
        <NodePanel page={page} />
      </main>
      <StatusNote page={page} />
      {!page.account.isOutside && (
        <footer>
          <Legend page={page} />
          <Readout page={page} />
        </footer>
      )}
      <LazyDialog page={page} name="The help" fetch={fetchHelp} open={helpOpen} close={() => setHelpOpen(false)} />
    </>
  );
}

/** Keeps what is framed out from under the panels. Numbers as in panels.css. */
function useMargins(page: Page): void {
  const narrow = useMedia('(max-width: 760px)');
  const answer = useCell(page.asker.question).phase !== 'none';
  const node = useCell(page.selected) !== null;
  useEffect(() => {
    const sheet = narrow && (answer || node) ? window.innerHeight * 0.5 : 0;
    page.setMargins({
      left: !narrow && answer ? 396 : 0,
      right: !narrow && node ? 336 : 0,
      top: narrow ? 112 : answer ? 72 : 104,
      bottom: narrow ? Math.max(sheet, 40) : 30,
    });
  }, [page, narrow, answer, node]);
}
