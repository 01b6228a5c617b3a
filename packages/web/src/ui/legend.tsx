import { cssColour } from '../math/palette.ts';
import type { Page } from '../page/page.ts';
import { useCell } from './hooks.ts';

const SHOWN = 12;

/** Which colour is which group, largest first. */
export function Legend({ page }: { page: Page }) {
  const groups = useCell(page.groups);
  if (groups.length === 0) return null;
  return (
    <details className="legend">
      <summary>Groups</summary>
      <ul>
        {groups.slice(0, SHOWN).map(({ name, count }) => (
          <li key={name}>
            <i className="dot" style={{ background: cssColour(name) }} /> {name}{' '}
            <span className="faint">{count.toLocaleString('en')}</span>
          </li>
        ))}
        {groups.length > SHOWN && <li className="faint">and {groups.length - SHOWN} more</li>}
      </ul>
    </details>
  );
}
