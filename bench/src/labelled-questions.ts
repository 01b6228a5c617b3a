/** Questions about WordNet with what is right, made from its own entries and relations; the same for the same seed. */
import { loadWordNet, relation, type RelationName } from '@vortexflow/knowledge';
import { type Random, seededRandom } from '@vortexflow/primitives';

type WordNet = Awaited<ReturnType<typeof loadWordNet>>;

/** One question. */
export interface LabelledQuestion {
  readonly kind: string;
  readonly question: string;
  /** Any of these is right; none: the question has no answer. */
  readonly answers: readonly string[];
}

/** Finds what is right in WordNet: all meanings of a name count. */
class Facts {
  readonly #source: WordNet;
  readonly #senses = new Map<string, number[]>();
  readonly #arcs = new Map<number, { target: number; kind: number; label: number }[]>();

  constructor(source: WordNet) {
    this.#source = source;
    for (const { name, node } of source.senses) push(this.#senses, name, node);
    const { sources, targets, kinds, labels } = source.arcs;
    sources.forEach((from, i) =>
      push(this.#arcs, from, { target: targets[i] as number, kind: kinds[i] as number, label: labels[i] as number }),
    );
  }

  /** Nouns of plain letters that people have used: a name in tagged text. */
  names(): string[] {
    const { senses, nodes } = this.#source;
    const used = senses.filter(
      ({ frequency, rank, node }) => frequency > 0 && rank === 1 && nodes[node]?.id.includes('.n.'),
    );
    return [...new Set(used.map(({ name }) => name))].filter((name) => /^[a-z]{3,16}$/.test(name)).sort();
  }

  nodes = (name: string): readonly number[] => this.#senses.get(name) ?? [];

  related(node: number, kind: RelationName): number[] {
    const wanted = relation(kind);
    return (this.#arcs.get(node) ?? []).filter((arc) => arc.kind === wanted).map(({ target }) => target);
  }

  /** Names of all nodes that any meaning of the name leads to. */
  namesOf(name: string, ...kinds: RelationName[]): string[] {
    const found = this.nodes(name).flatMap((node) => kinds.flatMap((kind) => this.related(node, kind)));
    return [...new Set(found.flatMap((node) => this.labels(node)))].filter((other) => other.toLowerCase() !== name);
  }

  labels = (node: number): readonly string[] => this.#source.nodes[node]?.names ?? [];

  glosses(name: string): string[] {
    return this.nodes(name).map((node) => (this.#source.nodes[node]?.text ?? '').split(/;\s*["“]/)[0] ?? '');
  }

  /** Words that are the opposite of this very word, in any meaning. */
  opposites(name: string): string[] {
    const kind = relation('antonym');
    return this.nodes(name).flatMap((node) =>
      (this.#arcs.get(node) ?? []).flatMap((arc) => {
        const [own, other] = [(arc.label >> 8) - 1, (arc.label & 0xff) - 1];
        const isOurs = own < 0 || this.labels(node)[own]?.toLowerCase() === name;
        const word = other < 0 ? this.labels(arc.target)[0] : this.labels(arc.target)[other];
        return arc.kind === kind && isOurs && word !== undefined ? [word] : [];
      }),
    );
  }

  /** All that any meaning of the name is a kind of. */
  ancestors(name: string): ReadonlySet<number> {
    const found = new Set(this.nodes(name));
    for (const node of found)
      for (const up of [...this.related(node, 'hypernym'), ...this.related(node, 'instance_of')]) found.add(up);
    return found;
  }
}

type Kind = (
  facts: Facts,
  name: string,
  other: string,
  random: Random,
) => { question: string; answers: string[] } | null;

const an = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
const given = (question: string, answers: string[]) => (answers.length > 0 ? { question, answers } : null);

const KINDS: Readonly<Record<string, Kind>> = {
  definition: (facts, name) => given(`What is ${an(name)}?`, facts.glosses(name)),
  kind: (facts, name) => given(`What kind of thing is ${an(name)}?`, facts.namesOf(name, 'hypernym', 'instance_of')),
  example: (facts, name) => given(`Name an example of ${an(name)}.`, facts.namesOf(name, 'hyponym', 'instance')),
  parts: (facts, name) =>
    given(`What are the parts of ${an(name)}?`, facts.namesOf(name, 'part', 'substance', 'member')),
  whole: (facts, name) =>
    given(`What is ${an(name)} part of?`, facts.namesOf(name, 'part_of', 'substance_of', 'member_of')),
  opposite: (facts, name) => given(`What is the opposite of ${name}?`, facts.opposites(name)),
  word: (facts, name) => {
    const [gloss = ''] = facts.glosses(name);
    return given(`What is the word for ${gloss}?`, [...facts.labels(facts.nodes(name)[0] ?? -1)]);
  },
  is_a: (facts, name, other, random) => {
    const up = [...facts.ancestors(name)].filter((node) => !facts.nodes(name).includes(node));
    const target = up[Math.floor(random() * Math.min(4, up.length))];
    const label = target === undefined ? other : (facts.labels(target)[0] ?? other);
    const asked = random() < 0.5 ? label.toLowerCase() : other;
    const ancestors = facts.ancestors(name);
    const right = facts.nodes(asked).some((node) => ancestors.has(node));
    return asked === name ? null : { question: `Is ${an(name)} ${an(asked)}?`, answers: [right ? 'yes' : 'no'] };
  },
  outside: (_facts, name) => ({ question: `Who won the ${name} championship last year?`, answers: [] }),
  nonsense: (_facts, name) => ({ question: `What is ${an(`${name.slice(1)}${name.slice(0, 1)}orf`)}?`, answers: [] }),
};

/** @returns `count` questions, the kinds taking turns, all different */
export async function labelledQuestions(count: number, seed: number): Promise<LabelledQuestion[]> {
  const facts = new Facts(await loadWordNet());
  const names = facts.names();
  const random = seededRandom(seed);
  const pick = (): string => names[Math.floor(random() * names.length)] as string;
  const questions = new Map<string, LabelledQuestion>();
  const kinds = Object.entries(KINDS);
  for (let turn = 0; questions.size < count; turn++) {
    const [kind, make] = kinds[turn % kinds.length] as [string, Kind];
    for (let tries = 0; tries < 200; tries++) {
      const made = make(facts, pick(), pick(), random);
      if (!made || questions.has(made.question)) continue;
      questions.set(made.question, { kind, ...made });
      break;
    }
  }
  return [...questions.values()];
}

function push<K, V>(into: Map<K, V[]>, key: K, value: V): void {
  const list = into.get(key);
  if (list) list.push(value);
  else into.set(key, [value]);
}
