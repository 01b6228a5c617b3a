import { useEffect, useRef } from 'react';
import type { Page } from '../page/page.ts';
import { useCell } from './hooks.ts';
import { KEYS, LOCAL_KEY } from './keys.ts';

/** Keys and hands, in a dialog of the browser's own: it traps focus and closes on Escape. */
export function Help({ page, close }: { page: Page; close: () => void }) {
  const computes = useCell(page.readout).renderer === 'webgpu';
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} className="help" onClose={close} aria-labelledby="help-title">
      <h2 id="help-title">Keys</h2>
      <dl>
        {[...KEYS, ...(computes ? [LOCAL_KEY] : [])].map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p>
        Drag turns, right button or Shift moves, wheel or two fingers zoom. Point at a node to read it, click to open
        it. Ask in English; pick a suggestion to go to a node.
      </p>
      <p>
        WebGPU draws where the browser has it, else WebGL2. <code>?renderer=webgl</code> in the address forces one,{' '}
        <code>?names=200</code> shows more names.
      </p>
      <p>
        <a href="/docs">The same over HTTP</a>
      </p>
      <form method="dialog">
        <button type="submit" className="chip">
          Close
        </button>
      </form>
    </dialog>
  );
}
