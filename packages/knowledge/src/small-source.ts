/** A dictionary of four words, for tests that need a built-in source but not all of WordNet. */
import { type KnowledgeImage, buildImage } from './image/image.ts';
import { relation } from './relations.ts';
import type { Source } from './source.ts';

/** dog -> animal (hypernym and back), hot <-> cold (antonym); the name "dog" also leads, less often, to the last two. */
export const SMALL_SOURCE: Source = {
  name: 'small',
  groups: ['animal', 'quality'],
  nodes: [
    { id: 'wn:dog.n.01', names: ['dog', 'domestic dog'], text: 'a domesticated animal that barks', group: 0 },
    { id: 'wn:animal.n.01', names: ['animal'], text: 'a living being that moves', group: 0 },
    { id: 'wn:hot.a.01', names: ['hot'], text: 'of a high temperature', group: 1 },
    { id: 'wn:cold.a.01', names: ['cold'], text: 'of a low temperature', group: 1 },
  ],
  senses: [
    { name: 'dog', node: 2, frequency: 0, rank: 2 },
    { name: 'dog', node: 0, frequency: 42, rank: 1 },
    { name: 'dog', node: 3, frequency: 0, rank: 1 },
    { name: 'domestic dog', node: 0, frequency: 0, rank: 1 },
    { name: 'animal', node: 1, frequency: 30, rank: 300 },
    { name: 'hot', node: 2, frequency: 50, rank: 1 },
    { name: 'cold', node: 3, frequency: 35, rank: 1 },
  ],
  arcs: {
    sources: [0, 1, 2, 3],
    targets: [1, 0, 3, 2],
    kinds: [relation('hypernym'), relation('hyponym'), relation('antonym'), relation('antonym')],
    labels: [0, 0, 0x0101, 0x0101],
  },
};

/** {@link SMALL_SOURCE} as an image. */
export const smallImage = (): KnowledgeImage => buildImage(SMALL_SOURCE);
