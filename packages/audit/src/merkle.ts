/**
 * The Merkle tree of RFC 6962, section 2.1: hashes of leaves and nodes in separate domains, unbalanced on the right. Kept
 * as its peaks, the roots of the complete subtrees that it is made of, so memory is O(log n); proofs are made in one
 * pass over the leaves. Verification follows RFC 9162, sections 2.1.3.2 and 2.1.4.2.
 */
import { hash } from 'node:crypto';

/** Length of every hash here, bytes (SHA-256). */
export const HASH_BYTES = 32;

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');

/** Hash of one leaf. */
export const leafHash = (bytes: Uint8Array): Buffer => sha256(Buffer.concat([LEAF, bytes]));

/** Hash of two subtrees. */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Buffer.concat([NODE, left, right]));

/** A tree that grows at its right end. */
export class MerkleTree {
  #size: number;
  readonly #peaks: Buffer[];

  /** @param peaks of a tree of that size, largest first, as {@link peaks} gives them */
  constructor(size = 0, peaks: readonly Uint8Array[] = []) {
    if (peaks.length !== bitsOf(size)) throw new RangeError(`a tree of ${size} leaves has ${bitsOf(size)} peaks`);
    this.#size = size;
    this.#peaks = peaks.map((peak) => Buffer.from(peak));
  }

  get size(): number {
    return this.#size;
  }

  get peaks(): readonly Buffer[] {
    return this.#peaks;
  }

  /** O(1) amortised. @param leaf its hash, see {@link leafHash} */
  append(leaf: Buffer): void {
    this.#peaks.push(leaf);
    this.#size++;
    for (let rest = this.#size; rest % 2 === 0; rest /= 2) {
      const right = this.#peaks.pop() as Buffer;
      const left = this.#peaks.pop() as Buffer;
      this.#peaks.push(nodeHash(left, right));
    }
  }

  /** Of the empty tree: the hash of nothing. */
  root(): Buffer {
    const last = this.#peaks.at(-1);
    if (!last) return sha256(Buffer.alloc(0));
    return this.#peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
  }
}

function bitsOf(size: number): number {
  let bits = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) bits += rest % 2;
  return bits;
}

/** Leaves from `from` up to but not including `to`. */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

/** Subtrees whose hashes prove that a leaf is in a tree, from the leaf up: PATH of RFC 6962. */
export function inclusionRanges(index: number, size: number): LeafRange[] {
  return pathIn(index, 0, size);
}

function pathIn(index: number, from: number, to: number): LeafRange[] {
  if (to - from <= 1) return [];
  const middle = from + splitOf(to - from);
  return index < middle
    ? [...pathIn(index, from, middle), { from: middle, to }]
    : [...pathIn(index, middle, to), { from, to: middle }];
}

/** Subtrees whose hashes prove that a tree of `first` leaves is the beginning of one of `size`: PROOF of RFC 6962. */
export function consistencyRanges(first: number, size: number): LeafRange[] {
  return first === 0 ? [] : proofIn(first, 0, size, true);
}

function proofIn(first: number, from: number, to: number, isWhole: boolean): LeafRange[] {
  if (first === to) return isWhole ? [] : [{ from, to }];
  const middle = from + splitOf(to - from);
  return first <= middle
    ? [...proofIn(first, from, middle, isWhole), { from: middle, to }]
    : [...proofIn(first, middle, to, false), { from, to: middle }];
}

/** Largest power of two below a number above one. */
function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

/** Hashes of the given subtrees, from all leaves in order. */
export class RangeHashes {
  readonly #ranges: readonly { readonly range: LeafRange; readonly tree: MerkleTree }[];
  #next = 0;

  /** @param ranges that do not overlap, in any order */
  constructor(ranges: readonly LeafRange[]) {
    this.#ranges = ranges.map((range) => ({ range, tree: new MerkleTree() }));
  }

  /** The next leaf's hash. */
  take(leaf: Buffer): void {
    const at = this.#next++;
    for (const { range, tree } of this.#ranges) if (at >= range.from && at < range.to) tree.append(leaf);
  }

  /** In the order of the ranges. */
  hashes(): Buffer[] {
    return this.#ranges.map(({ tree }) => tree.root());
  }
}

/** Whether a proof shows that a leaf is in the tree of that root (RFC 9162, section 2.1.3.2). */
export function verifyInclusion(
  leaf: Buffer,
  index: number,
  size: number,
  proof: readonly Buffer[],
  root: Buffer,
): boolean {
  if (!isIndex(index) || !isIndex(size) || index >= size) return false;
  let at = index;
  let last = size - 1;
  let found = leaf;
  for (const step of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      found = nodeHash(step, found);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else found = nodeHash(found, step);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && found.equals(root);
}

/** Whether a proof shows that the first tree is the beginning of the second (RFC 9162, section 2.1.4.2). */
export function verifyConsistency(
  first: number,
  size: number,
  proof: readonly Buffer[],
  firstRoot: Buffer,
  root: Buffer,
): boolean {
  if (!isIndex(first) || !isIndex(size) || first > size) return false;
  if (first === 0) return proof.length === 0 && firstRoot.equals(new MerkleTree().root());
  if (first === size) return proof.length === 0 && firstRoot.equals(root);
  const isPower = bitsOf(first) === 1;
  const steps = isPower ? [firstRoot, ...proof] : proof;
  const [start, ...rest] = steps;
  if (!start) return false;
  let at = first - 1;
  let last = size - 1;
  while (at % 2 === 1) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  let older = start;
  let newer = start;
  for (const step of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      older = nodeHash(step, older);
      newer = nodeHash(step, newer);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else newer = nodeHash(newer, step);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 && older.equals(firstRoot) && newer.equals(root);
}

const isIndex = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
