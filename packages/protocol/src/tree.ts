/** `GET /api/v1/tree`: the live supervision tree. */
import { type Static, Type } from 'typebox';

const STATES = ['waiting', 'starting', 'running', 'stopping', 'stopped'] as const;
const KINDS = ['system', 'supervisor', 'actor', 'process', 'thread'] as const;

export const TreeResponse = Type.Object(
  {
    tree: Type.Unknown({
      description:
        'A node: id, kind (' +
        KINDS.join(', ') +
        '), state (' +
        STATES.join(', ') +
        '), restarts since it was first started; where they apply mailbox (messages waiting), strategy (which others ' +
        'are restarted with one that fails), detail, and children, which are nodes again.',
    }),
    request_id: Type.String(),
  },
  { $id: 'TreeResponse' },
);
export type TreeResponse = Static<typeof TreeResponse> & { readonly tree: SupervisionNode };

/** One actor, supervisor, process or thread. */
export interface SupervisionNode {
  readonly id: string;
  readonly kind: (typeof KINDS)[number];
  readonly state: (typeof STATES)[number];
  readonly restarts: number;
  /** Messages, or questions, waiting. */
  readonly mailbox?: number;
  readonly strategy?: 'one_for_one' | 'one_for_all' | 'rest_for_one';
  /** For people. */
  readonly detail?: string;
  readonly children?: readonly SupervisionNode[];
}
