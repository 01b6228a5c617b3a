/** Starts the page. */
import { createRoot } from 'react-dom/client';
import { Page } from './page/page.ts';
import { installProbe } from './page/probe.ts';
import { App } from './ui/app.tsx';
import './ui/base.css';
import './ui/panels.css';
import './ui/answer.css';
import './ui/notes.css';
import './ui/dialogs.css';

const root = document.getElementById('root');
if (root) {
  const page = new Page(window.location.origin);
  installProbe(page);
  createRoot(root).render(<App page={page} />);
  void page.start();
}
