/** What every source of knowledge delivers: entries and the relations between them, in one flat order. */

/** One node to be: a concept with its words and its gloss, or a document with its title and text. */
export interface SourceNode {
  /** Unique, readable, stable between releases where the source allows it, e.g. `wn:dog.n.01`. */
  readonly id: string;
  /** All names as written, best known first; at least one. */
  readonly names: readonly string[];
  readonly text: string;
  /** Index into {@link Source.groups}. */
  readonly group: number;
}

/** A name that leads to a node, and how often it does: the sense inventory. */
export interface SourceSense {
  /** Normal form: lower case, single blanks. */
  readonly name: string;
  readonly node: number;
  /** How often the name meant this node in text that people tagged; 0 when never seen. */
  readonly frequency: number;
  /** Rank among the senses of the name, 1 is the first. */
  readonly rank: number;
}

/** Relations as parallel lists; `labels` holds 8 bits source word and 8 bits target word (1-based, 0 = the whole). */
export interface SourceArcs {
  readonly sources: number[];
  readonly targets: number[];
  readonly kinds: number[];
  readonly labels: number[];
}

/** A whole source, loaded. */
export interface Source {
  /** Name for people, e.g. `WordNet 3.1`. */
  readonly name: string;
  readonly groups: readonly string[];
  readonly nodes: readonly SourceNode[];
  readonly senses: readonly SourceSense[];
  readonly arcs: SourceArcs;
}
