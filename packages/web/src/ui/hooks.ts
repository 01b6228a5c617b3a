/** How components read the page. */
import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Cell } from '../page/cell.ts';

/** The value of a cell; renders again when it changes. */
export function useCell<T>(cell: Cell<T>): T {
  return useSyncExternalStore(cell.watch, cell.get);
}

/** Whether a media query holds. */
export function useMedia(query: string): boolean {
  const [list] = useState(() => window.matchMedia(query));
  return useSyncExternalStore(
    (watcher) => {
      list.addEventListener('change', watcher);
      return () => list.removeEventListener('change', watcher);
    },
    () => list.matches,
  );
}

/** The value as it was when it last stood still for `ms`. */
export function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), ms);
    return () => window.clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
