/** Proofs for those who have no copy of the log: that an entry is in it, that it has only grown. One pass over it each. */
import type { Checkpoint } from './checkpoint.ts';
import { hashOf, hashedPart, parseEntry } from './entry.ts';
import { auditError } from './errors.ts';
import { consistencyRanges, inclusionRanges, leafHash, RangeHashes, verifyInclusion } from './merkle.ts';
import { listSegments, readLines } from './segments.ts';

/** Shows, with a checkpoint of `size`, that the log holds an entry. */
export interface InclusionProof {
  readonly seq: number;
  readonly size: number;
  /** The entry's line as it stands in the log. */
  readonly line: string;
  /** Hashes from the leaf up, base64 (RFC 6962). */
  readonly proof: readonly string[];
}

/**
 * @throws CodedError `audit_entry_not_found` when it is not among the first `size` entries
 */
export async function proveInclusion(folder: string, seq: number, size: number): Promise<InclusionProof> {
  if (!Number.isSafeInteger(seq) || seq < 0 || seq >= size) throw auditError('audit_entry_not_found', { seq, size });
  let line = '';
  const ranges = new RangeHashes(inclusionRanges(seq, size));
  await eachLeaf(folder, size, (at, bytes) => {
    if (at === seq) line = bytes.toString();
    ranges.take(hashOf(bytes));
  });
  return { seq, size, line, proof: ranges.hashes().map((hash) => hash.toString('base64')) };
}

/** Hashes, base64, that show that the log of `size` entries begins with that of `first` (RFC 6962). */
export async function proveConsistency(folder: string, first: number, size: number): Promise<string[]> {
  if (!Number.isSafeInteger(first) || first < 0 || first > size)
    throw auditError('audit_entry_not_found', { seq: first, size });
  const ranges = new RangeHashes(consistencyRanges(first, size));
  await eachLeaf(folder, size, (_at, bytes) => ranges.take(hashOf(bytes)));
  return ranges.hashes().map((hash) => hash.toString('base64'));
}

/** Whether a proof holds against a checkpoint whose signature has been checked. */
export function holds({ seq, size, line, proof }: InclusionProof, checkpoint: Checkpoint): boolean {
  const bytes = Buffer.from(line);
  if (size !== checkpoint.size || parseEntry(bytes)?.seq !== seq) return false;
  const steps = proof.map((step) => Buffer.from(step, 'base64'));
  return verifyInclusion(leafHash(hashedPart(bytes)), seq, size, steps, checkpoint.root);
}

async function eachLeaf(folder: string, size: number, take: (seq: number, line: Buffer) => void): Promise<void> {
  let seq = 0;
  for (const { file } of await listSegments(folder)) {
    for await (const { lines } of readLines(file)) {
      for (const line of lines) {
        if (seq >= size) return;
        take(seq++, line);
      }
    }
  }
  if (seq < size) throw auditError('audit_entry_not_found', { seq, size });
}
