import { Dialog } from './dialog.tsx';
import { useCell } from './hooks.ts';
import type { LazyDialogProps } from './lazy-dialog.tsx';

/** What `handleKeys` listens for. */
const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['/', 'ask or find'],
  ['arrows', 'turn'],
  ['Shift + arrows', 'move'],
  ['+  −', 'nearer, further'],
  ['F', 'show the whole graph'],
  ['Space', 'hold and resume the picture'],
  ['Esc', 'close, clear'],
  ['?', 'this help'],
];

/** Where the page has a GPU to compute on. */
const LOCAL_KEY = ['L', 'compute the layout here, or on the server again'] as const;

/** Keys and hands. */
export function Help({ page, open, close }: LazyDialogProps) {
  const computes = useCell(page.readout).renderer === 'webgpu';
  // It holds nothing that would be lost.
  if (!open) return null;
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
