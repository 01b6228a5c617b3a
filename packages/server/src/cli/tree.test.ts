import assert from 'node:assert/strict';
import { it } from 'node:test';
import { drawTree } from './tree.ts';

it('draws a supervision tree with what there is to say of each node', () => {
  const thread = { id: 'reasoning:1', kind: 'thread', state: 'starting', restarts: 2, mailbox: 3 } as const;
  const text = drawTree({
    id: 'root',
    kind: 'supervisor',
    state: 'running',
    restarts: 0,
    strategy: 'rest_for_one',
    children: [
      { id: 'answering', kind: 'actor', state: 'running', restarts: 1, mailbox: 0, children: [thread] },
      { id: 'layout', kind: 'actor', state: 'running', restarts: 0, detail: 'cpu-wasm, settled' },
    ],
  });
  assert.equal(
    text,
    [
      'root  rest_for_one',
      '├─ answering  1 restart',
      '│  └─ reasoning:1  thread · starting · 2 restarts · 3 waiting',
      '└─ layout  cpu-wasm, settled',
    ].join('\n'),
  );
});
