import { createHash } from 'node:crypto';
import type { KnowledgeBase } from '@vortexflow/knowledge';
import { serialize } from 'node:v8';

/**
 * Equal for two processes whose nodes have the same numbers and contents, so that changes of one can be applied by the
 * other. How they came there does not matter, and so the number of the revision is left out.
 */
export function digestOf(base: KnowledgeBase): string {
  const { image } = base;
  const hash = createHash('sha256').update(`${image.name} ${image.graph.nodes} ${image.edges.length} `);
  return hash.update(serialize({ ...base.additions(), revision: 0 })).digest('hex');
}
