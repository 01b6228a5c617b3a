/**
 * Evidence one piece after the other: what a further passage adds depends on those that are chosen already, as in a
 * question that needs several hops. Maximal marginal relevance (Carbonell and Goldstein 1998) with learned weights.
 */
import { Candidates } from './candidates.ts';
import { FEATURE_NAMES, featuresOf, type Signals } from './features.ts';
import { dot } from '../dot.ts';

/** Names of the further features, in the order of their values behind {@link FEATURE_NAMES}. */
export const STEP_FEATURE_NAMES = [
  'linkFrom',
  'linkSaid',
  'linkInto',
  'sharedName',
  'newCover',
  'oldCover',
  'similar',
  'sameTerms',
  'later',
  'laterActivation',
  'laterBm25',
  'laterNamed',
  'laterCoverOpen',
  'linkFromLater',
  'meansRest',
  'namedOther',
  'linkFromOther',
] as const;

const WIDTH = FEATURE_NAMES.length + STEP_FEATURE_NAMES.length;

const at = (name: (typeof FEATURE_NAMES)[number]): number => FEATURE_NAMES.indexOf(name);
const [ACTIVATION, BM25, NAMED, OPEN] = [at('activation'), at('bm25'), at('named'), at('coverageOpen')];

const [NEW_COVER, OLD_COVER] = [4, 5];

/** Candidates of one question, and how each stands to those chosen so far. */
export class Selection {
  readonly candidates: readonly number[];
  readonly #table: Candidates;
  readonly #signals: Signals;
  readonly #base: readonly Float64Array[];
  readonly #linkFrom: Float64Array;
  readonly #linkSaid: Float64Array;
  readonly #linkInto: Float64Array;
  /** Names that the question joins with another one, by passage, and those of which a passage is chosen. */
  readonly #joined: ReadonlyMap<number, number>;
  readonly #mentioned = new Set<number>();
  #othersLeft = false;
  readonly #shared: Float64Array;
  readonly #similar: Float64Array;
  /** How near a sentence comes to what the chosen ones leave open. */
  readonly #meant: Float64Array;
  /** Terms of the question that the chosen ones hold, by place. */
  readonly #covered = new Set<number>();
  readonly #chosen = new Set<number>();
  readonly #norms: Float64Array;
  readonly #step = new Float64Array(STEP_FEATURE_NAMES.length);
  #weights: readonly number[] = [];
  #fixed = new Float64Array(0);
  #steps = 0;

  constructor(signals: Signals, candidates: readonly number[]) {
    const many = candidates.length;
    this.candidates = candidates;
    this.#signals = signals;
    this.#table = new Candidates(signals.index, signals.query, candidates, signals.marks);
    this.#base = featuresOf(signals, this.#table);
    this.#linkFrom = new Float64Array(many);
    this.#linkSaid = new Float64Array(many);
    this.#linkInto = new Float64Array(many);
    const joined = signals.query.named.filter((one) => one.joined);
    this.#joined = new Map(joined.map(({ passage, mention }) => [passage, mention]));
    this.#shared = new Float64Array(many);
    this.#similar = new Float64Array(many);
    this.#meant = new Float64Array(many);
    this.#norms = Float64Array.from(candidates, (passage) => signals.index.normOf(passage));
  }

  isChosen(place: number): boolean {
    return this.#chosen.has(place);
  }

  /** Values of all features of a candidate now. @param place index into `candidates` */
  row(place: number): Float64Array {
    const row = new Float64Array(WIDTH);
    row.set(this.#base[place]!);
    if (this.#steps > 0) row.set(this.#stepRow(place), FEATURE_NAMES.length);
    return row;
  }

  /** Sets the weights that {@link score} uses. @param weights of all features, in the order of their names */
  weigh(weights: readonly number[]): void {
    this.#weights = weights.slice(FEATURE_NAMES.length);
    this.#fixed = Float64Array.from(this.#base, (row) => dot(row, weights));
  }

  /** The weighted sum of all features of a candidate now. */
  score(place: number): number {
    return this.#fixed[place]! + (this.#steps === 0 ? 0 : dot(this.#stepRow(place), this.#weights));
  }

  #stepRow(place: number): Float64Array {
    const base = this.#base[place]!;
    const row = this.#step;
    this.#cover(place, row);
    row[0] = this.#linkFrom[place]!;
    row[1] = this.#linkSaid[place]!;
    row[2] = this.#linkInto[place]!;
    row[3] = this.#shared[place]!;
    row[6] = this.#similar[place]!;
    row[7] = row[6] * row[OLD_COVER]!;
    row[8] = 1;
    row[9] = base[ACTIVATION]!;
    row[10] = base[BM25]!;
    row[11] = base[NAMED]!;
    row[12] = base[OPEN]!;
    row[13] = row[0] * (1 - base[NAMED]!);
    row[14] = this.#meant[place]!;
    row[15] = this.#isOther(place) ? 1 : 0;
    row[16] = this.#othersLeft ? row[0] : 0;
    return row;
  }

  /** Whether the question joins the name of a candidate with another one, as in a comparison, and nobody of that name is chosen. */
  #isOther(place: number): boolean {
    const mention = this.#joined.get(this.candidates[place]!);
    return mention !== undefined && !this.#mentioned.has(mention);
  }

  /** Takes a candidate into the evidence. */
  choose(place: number): void {
    const { index, query, sentences } = this.#signals;
    const passage = this.candidates[place]!;
    this.#chosen.add(place);
    this.#steps++;
    this.#seeMention(passage);
    const covered = this.#covered.size;
    for (let term = 0; term < query.terms.length; term++) if (this.#table.has(place, term)) this.#covered.add(term);
    const { out, into, spans, members } = index.graph;
    for (let i = out.offsets[passage]!; i < out.offsets[passage + 1]!; i++) {
      const target = this.#table.place.get(out.targets[i]!);
      if (target === undefined) continue;
      raise(this.#linkFrom, target, out.weights[i]!);
      raise(this.#linkSaid, target, out.weights[i]! * sentences.ofLink(passage, i));
    }
    for (let i = into.offsets[passage]!; i < into.offsets[passage + 1]!; i++) {
      const source = this.#table.place.get(into.targets[i]!);
      if (source !== undefined) raise(this.#linkInto, source, into.weights[i]!);
    }
    for (let i = spans.offsets[passage]!; i < spans.offsets[passage + 1]!; i++) {
      const span = spans.targets[i]!;
      for (let j = members.offsets[span]!; j < members.offsets[span + 1]!; j++) {
        const other = this.#table.place.get(members.targets[j]!);
        if (other !== undefined) raise(this.#shared, other, spans.weights[i]!);
      }
    }
    this.#compare(place);
    if (this.#steps === 1 || this.#covered.size > covered) this.#seekRest();
  }

  #seeMention(passage: number): void {
    const mention = this.#joined.get(passage);
    if (mention !== undefined) this.#mentioned.add(mention);
    this.#othersLeft = false;
    for (const other of this.#joined.values()) if (!this.#mentioned.has(other)) this.#othersLeft = true;
  }

  #seekRest(): void {
    const { meaning } = this.#signals;
    meaning.want((term) => !this.#covered.has(term));
    for (let place = 0; place < this.candidates.length; place++)
      if (!this.#chosen.has(place)) this.#meant[place] = meaning.nearest(this.candidates[place]!);
  }

  /** Cosine of the idf vectors of a chosen passage and all that are not chosen yet. */
  #compare(place: number): void {
    const { index, marks } = this.#signals;
    const { stems } = index.passage(this.candidates[place]!)!;
    for (let i = 0; i < stems.length; i++) marks[stems[i]!] = index.postings.idf(stems[i]!) ** 2;
    for (let other = 0; other < this.candidates.length; other++) {
      if (this.#chosen.has(other)) continue;
      let sum = 0;
      const others = index.passage(this.candidates[other]!)!.stems;
      for (let i = 0; i < others.length; i++) sum += marks[others[i]!]!;
      raise(this.#similar, other, sum / (this.#norms[place]! * this.#norms[other]!));
    }
    for (let i = 0; i < stems.length; i++) marks[stems[i]!] = 0;
  }

  /** Share of the question that the candidate speaks of, parted by whether the chosen ones do so already. */
  #cover(place: number, row: Float64Array): void {
    const { terms, total } = this.#signals.query;
    let [fresh, old] = [0, 0];
    for (let term = 0; term < terms.length; term++) {
      if (!this.#table.has(place, term)) continue;
      if (this.#covered.has(term)) old += terms[term]!.weight;
      else fresh += terms[term]!.weight;
    }
    row[NEW_COVER] = fresh / (total || 1);
    row[OLD_COVER] = old / (total || 1);
  }
}

function raise(values: Float64Array, place: number, value: number): void {
  if (value > values[place]!) values[place] = value;
}
