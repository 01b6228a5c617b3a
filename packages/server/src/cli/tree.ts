/** `vortexflow tree`: the supervision tree of the running server; with `--watch`, as it changes. */
import type { SupervisionNode } from '@vortexflow/protocol';
import type { Settings } from '../config/settings.ts';
import { type Command, UsageError } from './arguments.ts';
import { runningServer } from './connection.ts';

const WATCH_MS = 200;

export async function runTree(command: Command, settings: Settings): Promise<number> {
  const client = await runningServer(settings);
  if (!client) throw new UsageError('No server runs with this data folder.');
  let shown = '';
  do {
    const { tree } = await client.tree();
    const text = command.json ? `${JSON.stringify(tree)}\n` : `${drawTree(tree)}\n`;
    if (text !== shown) process.stdout.write(command.watch && !command.json ? `${timeNow()}\n${text}` : text);
    shown = text;
    if (command.watch) await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
  } while (command.watch);
  return 0;
}

const timeNow = (): string => new Date().toISOString().slice(11, 23);

/** A line for each node, as `tree` of Unix draws them. */
export function drawTree(node: SupervisionNode, indent = ''): string {
  const { children = [] } = node;
  const below = children.map((child, i) => {
    const isLast = i === children.length - 1;
    const inside = drawTree(child, `${indent}${isLast ? '   ' : '│  '}`);
    return `\n${indent}${isLast ? '└─ ' : '├─ '}${inside}`;
  });
  return `${lineOf(node)}${below.join('')}`;
}

function lineOf({ id, kind, state, restarts, mailbox, strategy, detail }: SupervisionNode): string {
  const marks = [
    strategy ?? (kind === 'actor' ? null : kind),
    state === 'running' ? null : state,
    restarts === 0 ? null : `${restarts} restart${restarts === 1 ? '' : 's'}`,
    mailbox === undefined || mailbox === 0 ? null : `${mailbox} waiting`,
    detail ?? null,
  ].filter((mark) => mark !== null);
  return marks.length > 0 ? `${id}  ${marks.join(' · ')}` : id;
}
