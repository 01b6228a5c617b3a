/** The signed part of a log in one file, which whoever gets it can check with the public key; and signed statements. */
import { type KeyObject, sign, verify } from 'node:crypto';
import { claimedOrigin, openCheckpoint } from './checkpoint.ts';
import { lastCheckpoint } from './checkpoint-file.ts';
import { faultOf, hashOf, NO_HASH } from './entry.ts';
import { auditError } from './errors.ts';
import { MerkleTree } from './merkle.ts';
import { listSegments, readLines } from './segments.ts';

/**
 * Entries as they stand in the log, up to the latest checkpoint, and then `{"checkpoint": NOTE}`; lines of JSON.
 * @throws CodedError `note_invalid` when nothing is signed by this key
 */
export async function* exportLog(folder: string, publicKey: KeyObject): AsyncGenerator<string> {
  const signed = await lastCheckpoint(folder, publicKey);
  if (!signed) throw auditError('note_invalid', { problem: 'the log has none that this key has signed' });
  let left = signed.size;
  for (const { file } of await listSegments(folder)) {
    for await (const { lines } of readLines(file)) {
      const taken = lines.slice(0, left);
      left -= taken.length;
      if (taken.length > 0) yield `${taken.map((line) => line.toString()).join('\n')}\n`;
    }
  }
  yield `${JSON.stringify({ checkpoint: signed.note })}\n`;
}

/**
 * Checks such a file.
 * @returns how many entries it holds, and the first that is wrong with it; null when nothing is
 */
export async function verifyExport(
  file: string,
  publicKey: KeyObject,
): Promise<{ readonly entries: number; readonly problem: string | null }> {
  const tree = new MerkleTree();
  let prev: Buffer = NO_HASH;
  let behind: Buffer | null = null;
  let problem: string | null = null;
  for await (const { lines, rest } of readLines(file)) {
    if (rest.length > 0) problem ??= 'it does not end with a whole line';
    for (const line of lines) {
      if (behind) {
        const digest = hashOf(behind);
        const fault = faultOf(behind, digest, tree.size, prev);
        if (fault !== null) problem ??= `entry ${tree.size}: ${fault}`;
        tree.append(digest);
        prev = digest;
      }
      behind = line;
    }
  }
  const entries = tree.size;
  problem ??= behind ? problemOf(behind, tree, publicKey) : 'it is empty';
  return { entries, problem };
}

function problemOf(line: Buffer, tree: MerkleTree, publicKey: KeyObject): string | null {
  try {
    const { checkpoint } = JSON.parse(line.toString()) as { checkpoint?: unknown };
    const note = typeof checkpoint === 'string' ? checkpoint : '';
    const { size, root } = openCheckpoint(note, { name: claimedOrigin(note) ?? '', publicKey });
    return size === tree.size && root.equals(tree.root()) ? null : 'its checkpoint is of other entries';
  } catch {
    return 'its last line is no checkpoint that the key has signed';
  }
}

/** A document with a signature over its JSON text without it. */
export function signDocument<T extends object>(document: T, privateKey: KeyObject): T & { readonly signature: string } {
  const signature = sign(null, Buffer.from(JSON.stringify(document)), privateKey).toString('base64');
  return { ...document, signature };
}

/** Whether a document that was read from JSON is what was signed. */
export function verifyDocument(document: object, publicKey: KeyObject): boolean {
  const { signature, ...rest } = document as { signature?: unknown };
  if (typeof signature !== 'string') return false;
  return verify(null, Buffer.from(JSON.stringify(rest)), publicKey, Buffer.from(signature, 'base64'));
}
