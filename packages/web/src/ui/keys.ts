/** Keys that work wherever one is, unless one is typing. */
import type { Page } from '../page/page.ts';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;

/** Listens until the returned function is called. */
export function handleKeys(page: Page, toggleHelp: () => void): () => void {
  const listen = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target) || document.querySelector('dialog[open]')) return;
    if (run(event, page, toggleHelp)) event.preventDefault();
  };
  document.addEventListener('keydown', listen);
  return () => document.removeEventListener('keydown', listen);
}

/** @returns whether the key meant something */
function run(event: KeyboardEvent, page: Page, toggleHelp: () => void): boolean {
  switch (event.key) {
    case '/':
      document.getElementById('ask')?.focus();
      return true;
    case '?':
      toggleHelp();
      return true;
    case 'f':
    case 'F':
      page.fit();
      return true;
    case 'l':
    case 'L':
      page.movement.toggleLocal();
      return true;
    case 'Escape':
      page.clear();
      return true;
    case ' ':
      // On a button, space presses it.
      if (
        event.target instanceof HTMLButtonElement ||
        (event.target instanceof HTMLElement && event.target.tagName === 'SUMMARY')
      )
        return false;
      page.movement.togglePause();
      return true;
    default:
      return false;
  }
}
