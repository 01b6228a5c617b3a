import type { Page } from '../page/page.ts';
import { Dialog } from './dialog.tsx';
import { useCell } from './hooks.ts';
import { KEYS, LOCAL_KEY } from './keys.ts';

/** Keys and hands. */
export function Help({ page, close }: { page: Page; close: () => void }) {
  const computes = useCell(page.readout).renderer === 'webgpu';
  return (
    <Dialog title="Keys" className="help" close={close}>
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
    </Dialog>
  );
}
