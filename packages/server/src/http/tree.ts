/** `GET /api/v1/tree`: what runs, what it hangs on, and how often each part was started again. */
import type { TreeNode } from '@vortexflow/actors';
import type { ThreadState } from '@vortexflow/answering';
import { ErrorResponse, type SupervisionNode, TreeResponse } from '@vortexflow/protocol';
import type { App } from './app-type.ts';
import type { ServerContext } from './services.ts';

export function registerTree(app: App, context: ServerContext): void {
  app.get(
    '/api/v1/tree',
    {
      config: { permission: 'look' },
      schema: {
        tags: ['state'],
        summary: 'The live supervision tree',
        response: { 200: TreeResponse, 401: ErrorResponse },
      },
    },
    async (request) => ({ tree: treeOf(context), request_id: request.id }),
  );
}

/** The tree of this process, with the threads and viewers that its parts look after themselves. */
export function treeOf(context: ServerContext): SupervisionNode {
  const inside = insideOf(context);
  const withInside = (node: TreeNode): SupervisionNode => {
    const children = [...(node.children ?? []).map(withInside), ...(inside[node.id]?.children ?? [])];
    const detail = inside[node.id]?.detail;
    return { ...node, ...(detail === undefined ? {} : { detail }), ...(children.length > 0 ? { children } : {}) };
  };
  const [root] = context.tree().children ?? [];
  return withInside(root ?? context.tree());
}

interface Inside {
  readonly detail?: string;
  readonly children?: readonly SupervisionNode[];
}

function insideOf(context: ServerContext): Readonly<Record<string, Inside>> {
  const services = context.services();
  const threads = context.asking()?.answering.status().map(threadNode) ?? [];
  const layout = services?.layout.state();
  return {
    answering: { children: threads },
    following: { children: threads },
    ...(services && {
      knowledge: {
        detail: `${services.base.liveNodes} nodes, ${services.knowledge.documentCount} documents, revision ${services.base.revision}`,
      },
    }),
    ...(layout && { layout: { detail: `${layout.backend}, ${layout.state}` } }),
    streaming: { detail: `${context.viewers.count} viewers` },
  };
}

function threadNode({ state, restarts, pending }: ThreadState, i: number): SupervisionNode {
  const now = state === 'restarting' ? 'starting' : state;
  return { id: `reasoning:${i + 1}`, kind: 'thread', state: now, restarts, mailbox: pending };
}
