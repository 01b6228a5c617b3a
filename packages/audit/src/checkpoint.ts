/** Checkpoints (C2SP tlog-checkpoint): how large a log is and what its root is, signed. */
import { auditError } from './errors.ts';
import { HASH_BYTES, type MerkleTree } from './merkle.ts';
import { type NoteSigner, type NoteVerifier, openNote, signNote } from './note.ts';

export interface Checkpoint {
  /** Name of the log, the same for all its time. */
  readonly origin: string;
  /** Entries. */
  readonly size: number;
  readonly root: Buffer;
}

/** Signs what the tree is now. The key's name is the origin. */
export function signCheckpoint(tree: MerkleTree, signer: NoteSigner): string {
  return signNote(`${signer.name}\n${tree.size}\n${tree.root().toString('base64')}\n`, signer);
}

/** @throws CodedError `note_invalid` when it is not signed, not a checkpoint, or of another log */
export function openCheckpoint(note: string, verifier: NoteVerifier): Checkpoint {
  const checkpoint = parseCheckpoint(openNote(note, verifier));
  if (checkpoint.origin !== verifier.name) throw auditError('note_invalid', { problem: 'it is of another log' });
  return checkpoint;
}

/** Reads the three lines, with no other spelling of the same numbers. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', digits = '', encoded = '', ...rest] = text.split('\n');
  const root = Buffer.from(encoded, 'base64');
  const size = Number(digits);
  const isWell =
    origin !== '' &&
    rest.length === 1 &&
    rest[0] === '' &&
    /^(?:0|[1-9]\d{0,15})$/.test(digits) &&
    Number.isSafeInteger(size) &&
    root.length === HASH_BYTES &&
    root.toString('base64') === encoded;
  if (!isWell) throw auditError('note_invalid', { problem: 'its text is no checkpoint' });
  return { origin, size, root };
}

/** The origin that a note claims, signed or not; null when there is none. */
export function claimedOrigin(note: string): string | null {
  const end = note.indexOf('\n');
  return end > 0 ? note.slice(0, end) : null;
}
