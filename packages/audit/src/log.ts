/**
 * The log: events in, entries on disk. Entries that come together are written and synced together (group commit), and
 * an event counts when its promise resolves, not before. Every so often the tree is signed and the checkpoint given to the anchors:
 * what is not signed yet could be rewritten by whoever has the folder, so that interval is the log's exposure.
 */
import { createPublicKey, type KeyObject, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Timer } from '@vortexflow/primitives';
import type { Anchor } from './anchors.ts';
import { AnchorLine } from './anchor-line.ts';
import { signCheckpoint } from './checkpoint.ts';
import { appendCheckpoint, keepTree } from './checkpoint-file.ts';
import { type AuditEvent, type WrittenEntry, writeEntry } from './entry.ts';
import { auditError } from './errors.ts';
import { takeLock } from './lock.ts';
import { MerkleTree } from './merkle.ts';
import type { NoteSigner } from './note.ts';
import { resume, type Resumed } from './resume.ts';
import { SegmentWriter } from './segment-writer.ts';

export interface AuditLogOptions {
  /** Made when missing; nobody else's files are in it. */
  readonly folder: string;
  /** Ed25519. */
  readonly privateKey: KeyObject;
  readonly clock: Clock;
  readonly anchors?: readonly Anchor[];
  /** Longest that an entry waits for a checkpoint, ms. Default 10,000. */
  readonly checkpointMs?: number;
  /** Entries after which one is signed at once. Default 1,000. */
  readonly checkpointEvents?: number;
  /** Size and age of a full segment. Default 4 MiB, a day. */
  readonly rotateBytes?: number;
  readonly rotateMs?: number;
  /** Told of each segment that takes no further entries. */
  readonly onRotate?: () => void;
  /** Told what went wrong without anybody waiting for it. */
  readonly onNotice?: (text: string) => void;
}

/** Of a log; counts since it was opened, unless said otherwise. */
export interface AuditLogStatus {
  readonly origin: string;
  /** In all. */
  readonly entries: number;
  /** Entries that a checkpoint covers, in all. */
  readonly signed: number;
  /** ms since the oldest entry that no checkpoint covers was written; 0 when there is none. */
  readonly exposedMs: number;
  /** Events that could not be written, and why the last one could not; null once one could. */
  readonly failures: number;
  readonly failure: string | null;
  /** Found when it was opened: what no crash leaves behind. */
  readonly faults: readonly string[];
  readonly anchors: readonly { readonly name: string; readonly published: number; readonly failure: string | null }[];
}

interface Waiting {
  readonly event: AuditEvent;
  readonly resolve: (entry: WrittenEntry) => void;
  readonly reject: (failure: unknown) => void;
}

/** Most entries that are written together. */
const BATCH = 256;
/** Longest that the end of the log waits for its anchors, ms. */
const ANCHOR_MS = 2_000;

export class AuditLog {
  readonly folder: string;
  readonly origin: string;
  readonly #clock: Clock;
  readonly #signer: NoteSigner;
  readonly #options: AuditLogOptions;
  readonly #writer: SegmentWriter;
  readonly #tree: MerkleTree;
  readonly #anchors: readonly AnchorLine[];
  readonly #faults: readonly string[];
  readonly #unlock: () => void;
  readonly #waiting: Waiting[] = [];
  #isCommitting = false;
  #signing: Promise<void> = Promise.resolve();
  #timer: Timer | null = null;
  #last: Buffer;
  /** Entries that are signed, or are being signed. */
  #signedSize: number;
  #latest: string | null;
  #exposedSince: number | null = null;
  #failures = 0;
  #failure: string | null = null;
  #isClosed = false;

  private constructor(options: AuditLogOptions, found: Resumed, unlock: () => void) {
    const { folder, clock, privateKey, anchors = [], rotateBytes = 4 << 20, rotateMs = 86_400_000 } = options;
    this.folder = folder;
    this.origin = found.origin ?? `vortexflow-audit-${randomBytes(8).toString('hex')}`;
    this.#clock = clock;
    this.#signer = { name: this.origin, privateKey };
    this.#options = options;
    this.#writer = new SegmentWriter(folder, found.segment, {
      rotateBytes,
      rotateMs,
      elapsed: () => clock.elapsed(),
      onRotate: () => options.onRotate?.(),
    });
    this.#tree = found.tree;
    this.#last = found.last;
    this.#signedSize = Math.min(found.signed?.size ?? 0, found.tree.size);
    this.#latest = found.signed?.note ?? null;
    this.#faults = found.faults;
    this.#unlock = unlock;
    this.#anchors = anchors.map((anchor) => new AnchorLine(anchor, clock, (text) => options.onNotice?.(text)));
  }

  /**
   * Opens the log of a folder and notes that it was opened.
   * @throws CodedError `audit_locked`, `audit_unavailable`; Error of the file system
   */
  static async open(options: AuditLogOptions): Promise<AuditLog> {
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    const unlock = takeLock(join(options.folder, 'lock'));
    try {
      const found = await resume(options.folder, createPublicKey(options.privateKey));
      const log = new AuditLog(options, found, unlock);
      const { origin } = log;
      if (found.tree.size === 0) await log.append({ action: 'log.created', outcome: 'noted', detail: { origin } });
      const detail = { torn_bytes: found.torn, faults: found.faults.length };
      await log.append({ action: 'log.opened', outcome: 'noted', detail });
      // What a crash has left unsigned is not to stay so.
      await log.checkpoint();
      return log;
    } catch (failure) {
      unlock();
      throw failure;
    }
  }

  /** The latest signed checkpoint; null before the first. */
  get latest(): string | null {
    return this.#latest;
  }

  get size(): number {
    return this.#tree.size;
  }

  /** Resolves when the event is on disk. @throws CodedError `audit_unavailable`, `audit_entry_too_large` */
  append(event: AuditEvent): Promise<WrittenEntry> {
    if (this.#isClosed) return Promise.reject(auditError('audit_unavailable'));
    return this.#enqueue(event);
  }

  /** Signs what is there, unless it is signed. @throws Error of the file system */
  checkpoint(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#tree.size === this.#signedSize) return this.#signing;
    const note = signCheckpoint(this.#tree, this.#signer);
    const { size, peaks } = this.#tree;
    const tree = new MerkleTree(size, peaks);
    const before = this.#signedSize;
    this.#signedSize = size;
    const signing = this.#signing.then(() => this.#keep(note, tree));
    this.#signing = signing.catch((failure: Error) => {
      // The next one covers these entries, too.
      this.#signedSize = Math.min(this.#signedSize, before);
      this.#options.onNotice?.(`a checkpoint of the audit log could not be kept: ${failure.message}`);
      this.#arm();
    });
    return signing;
  }

  status(): AuditLogStatus {
    return {
      origin: this.origin,
      entries: this.#tree.size,
      signed: this.#signedSize,
      exposedMs: this.#exposedSince === null ? 0 : this.#clock.elapsed() - this.#exposedSince,
      failures: this.#failures,
      failure: this.#failure,
      faults: this.#faults,
      anchors: this.#anchors.map(({ name, published, failure }) => ({ name, published, failure })),
    };
  }

  /** Writes what waits, notes the end, signs, and gives the folder free. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      await this.#enqueue({ action: 'log.closed', outcome: 'noted' });
      await this.checkpoint();
      await Promise.all(this.#anchors.map((anchor) => anchor.finish(ANCHOR_MS)));
    } catch (failure) {
      this.#options.onNotice?.(`the audit log could not be ended well: ${(failure as Error).message}`);
    }
    this.#timer?.cancel();
    await this.#signing;
    await this.#writer.close();
    this.#unlock();
  }

  #enqueue(event: AuditEvent): Promise<WrittenEntry> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ event, resolve, reject });
      if (!this.#isCommitting) void this.#commitAll();
    });
  }

  async #commitAll(): Promise<void> {
    this.#isCommitting = true;
    // What is told in the same breath goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#commit(this.#waiting.splice(0, BATCH));
    this.#isCommitting = false;
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const written: { readonly entry: WrittenEntry; readonly waiting: Waiting }[] = [];
    let last = this.#last;
    for (const waiting of batch) {
      try {
        const entry = writeEntry(waiting.event, this.#tree.size + written.length, this.#clock.now(), last);
        last = entry.hash;
        written.push({ entry, waiting });
      } catch (failure) {
        waiting.reject(failure);
      }
    }
    if (written.length === 0) return;
    try {
      await this.#writer.write(Buffer.concat(written.map(({ entry }) => entry.line)), this.#tree.size);
    } catch (failure) {
      this.#failures += written.length;
      this.#failure = (failure as NodeJS.ErrnoException).code ?? 'unknown';
      const refusal = auditError('audit_unavailable', undefined, failure);
      for (const { waiting } of written) waiting.reject(refusal);
      return;
    }
    this.#failure = null;
    this.#last = last;
    for (const { entry, waiting } of written) {
      this.#tree.append(entry.hash);
      waiting.resolve(entry);
    }
    this.#exposedSince ??= this.#clock.elapsed();
    const { checkpointEvents = 1_000 } = this.#options;
    if (this.#tree.size - this.#signedSize >= checkpointEvents) this.checkpoint().catch(() => undefined);
    else this.#arm();
  }

  #arm(): void {
    if (this.#isClosed) return;
    const { checkpointMs = 10_000 } = this.#options;
    this.#timer ??= this.#clock.after(checkpointMs, () => {
      this.#timer = null;
      this.checkpoint().catch(() => undefined);
    });
  }

  async #keep(note: string, tree: MerkleTree): Promise<void> {
    await appendCheckpoint(this.folder, note);
    this.#latest = note;
    this.#exposedSince = this.#tree.size === tree.size ? null : this.#clock.elapsed();
    for (const anchor of this.#anchors) anchor.publish(note);
    // Without it the next start takes longer, no more.
    await keepTree(this.folder, tree).catch(() => undefined);
  }
}
