/** What requests are held against in tier 4: this server as it is now. */
import type { StateView, Thing } from '@vortexflow/validation';
import type { AskServices } from '../http/services.ts';

/** @param asking throws while the knowledge is still loading */
export function stateView(asking: () => AskServices): StateView {
  const has: Readonly<Record<Thing, (services: AskServices, id: string) => boolean>> = {
    node: ({ base }, id) => base.has(base.indexOf(id)),
    place: ({ base }, id) => base.has(Number(id)),
    answer: ({ answering }, id) => answering.memory.knows(id),
  };
  return {
    get nodes() {
      return asking().base.liveNodes;
    },
    has: (thing, id) => has[thing](asking(), id),
    nearest: (thing, id) => (thing === 'node' ? nearestNode(asking().base, id) : null),
  };
}

/** Longest text that is looked up as names, characters, and most names that are tried. */
const [LONGEST, MOST_NAMES] = [128, 4];

/** By names, which are found at once: the most frequent mistake is to send a name, or an id with a wrong number. */
function nearestNode(base: AskServices['base'], id: string): string | null {
  if (id.length > LONGEST) return null;
  const names = [id, ...id.split(/[:#/.]/)].filter((name) => /\p{L}{2}/u.test(name)).slice(0, MOST_NAMES);
  for (const name of names) {
    const [sense] = base.senses(name.replaceAll('_', ' '));
    if (sense && base.has(sense.node)) return base.idOf(sense.node);
  }
  return null;
}
