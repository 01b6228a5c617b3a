/**
 * What the names in a batch mean, as far as the knowledge knows: the alias table of `POST /api/v1/fuse`. The knowledge is
 * on the main thread and the batch on another, so the thread asks for a bounded list, and the list is worked through a
 * slice at a time, with other requests served between the slices.
 */
import { setImmediate } from 'node:timers/promises';
import { type KnowledgeBase, STOP_WORDS } from '@vortexflow/knowledge';
import type { LookUpNames } from './messages.ts';

/** Names looked up before others have their turn: half a millisecond, a few while the code is cold. */
const SLICE = 100;
/** A name of more meanings says nothing. */
const MOST_MEANINGS = 8;

/** @param knowledge null while it is loading */
export function nameLookup(knowledge: () => KnowledgeBase | null): LookUpNames {
  return async (names) => {
    const identities: (string | null)[] = [];
    while (identities.length < names.length) {
      const base = knowledge();
      if (!base) return null;
      const from = identities.length;
      for (const name of names.slice(from, from + SLICE)) identities.push(identityOf(base, name));
      if (identities.length < names.length) await setImmediate();
    }
    return identities;
  };
}

/**
 * What a name means, by the ids of its nodes; equal for names that mean the same and nothing else. A name of several
 * meanings is therefore like another one only if that has all of them too: "Mercury" is neither the planet nor the metal.
 * The installation's own documents come before what everybody knows, and things before the verbs and adjectives of the
 * same spelling: "to automobile" is no reason to keep "automobile" from "motorcar".
 */
function identityOf(knowledge: KnowledgeBase, text: string): string | null {
  const name = text.trim();
  return namedBy(knowledge, name) ?? namedBy(knowledge, name.replace(/^(?:the|an?)\s+/i, '').replace(/[.!]+$/, ''));
}

function namedBy(knowledge: KnowledgeBase, name: string): string | null {
  // "It" is no information technology, "us" no country and "The Who" no organisation; in capitals they may be.
  if (name === '' || (STOP_WORDS.has(name.toLowerCase()) && name !== name.toUpperCase())) return null;
  const nodes = knowledge.senses(name).map(({ node }) => node);
  const own = nodes.filter((node) => knowledge.isAdded(node));
  const things = nodes.filter((node) => knowledge.image.groupNames[knowledge.groupOf(node)]?.startsWith('noun.'));
  const meant = [...new Set([own, things, nodes].find((some) => some.length > 0))];
  if (meant.length === 0 || meant.length > MOST_MEANINGS) return null;
  return meant
    .map((node) => knowledge.idOf(node))
    .sort()
    .join('\n');
}
