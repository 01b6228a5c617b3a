import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import {
  consistencyRanges,
  inclusionRanges,
  leafHash,
  MerkleTree,
  nodeHash,
  RangeHashes,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';

fc.configureGlobal({ seed: 6962 });

/** Leaves and roots that implementations of Certificate Transparency test with. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const leaves = (count: number): Buffer[] => Array.from({ length: count }, (_, i) => leafHash(Buffer.from(`leaf ${i}`)));

function treeOf(hashes: readonly Buffer[]): MerkleTree {
  const tree = new MerkleTree();
  for (const hash of hashes) tree.append(hash);
  return tree;
}

/** MTH of RFC 6962, word for word. */
function rootByDefinition(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 1) return hashes[0] as Buffer;
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return nodeHash(rootByDefinition(hashes.slice(0, split)), rootByDefinition(hashes.slice(split)));
}

function proofOf(ranges: ReturnType<typeof inclusionRanges>, hashes: readonly Buffer[]): Buffer[] {
  const taken = new RangeHashes(ranges);
  for (const hash of hashes) taken.take(hash);
  return taken.hashes();
}

describe('Merkle tree', () => {
  it('has the roots that other implementations have', () => {
    const tree = new MerkleTree();
    ROOTS.forEach((root, size) => {
      assert.equal(tree.root().toString('hex'), root, `${size}`);
      if (size < LEAVES.length) tree.append(leafHash(Buffer.from(LEAVES[size] as string, 'hex')));
    });
  });

  it('has the root of the definition, also when it goes on from its peaks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.nat({ max: 200 }), (size, cut) => {
        const hashes = leaves(size);
        const begun = treeOf(hashes.slice(0, cut));
        const tree = new MerkleTree(begun.size, begun.peaks);
        for (const hash of hashes.slice(cut)) tree.append(hash);
        assert.equal(tree.size, size);
        assert.deepEqual(tree.root(), rootByDefinition(hashes));
      }),
    );
  });

  it('refuses peaks that cannot be those of its size', () => {
    assert.throws(() => new MerkleTree(3, leaves(1)), RangeError);
  });

  it('proves every leaf, and nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), (size, at, other) => {
        const index = at % size;
        const hashes = leaves(size);
        const root = treeOf(hashes).root();
        const proof = proofOf(inclusionRanges(index, size), hashes);
        const leaf = hashes[index] as Buffer;
        assert.ok(verifyInclusion(leaf, index, size, proof, root));
        assert.ok(!verifyInclusion(leafHash(leaf), index, size, proof, root));
        assert.ok(!verifyInclusion(leaf, index, size, [...proof, leaf], root));
        if (proof.length > 0) assert.ok(!verifyInclusion(leaf, index, size, proof.slice(1), root));
        const wrong = other % size;
        if (wrong !== index) assert.ok(!verifyInclusion(leaf, wrong, size, proof, root));
        assert.ok(!verifyInclusion(leaf, size, size, proof, root));
      }),
    );
  });

  it('proves that a tree is the beginning of another, and nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), (size, cut) => {
        const first = cut % (size + 1);
        const hashes = leaves(size);
        const [before, root] = [treeOf(hashes.slice(0, first)).root(), treeOf(hashes).root()];
        const proof = proofOf(consistencyRanges(first, size), hashes);
        assert.ok(verifyConsistency(first, size, proof, before, root));
        const forged = hashes.with(0, leafHash(Buffer.from('forged')));
        if (first > 0) {
          assert.ok(!verifyConsistency(first, size, proof, treeOf(forged.slice(0, first)).root(), root));
          assert.ok(!verifyConsistency(first, size, [...proof, root], before, root));
          if (first < size) {
            const later = proofOf(consistencyRanges(first, size), forged);
            assert.ok(!verifyConsistency(first, size, later, before, treeOf(forged).root()));
          }
        }
      }),
    );
  });
});
