/**
 * Takes files in: only what has changed, in batches, so that a bad document costs nothing but itself. An id is the
 * folder's name and the path in it, so that two folders do not overwrite each other's `index.md`.
 */
import { previewTable } from '@vortexflow/graph';
import type { ColumnOverrides, ColumnRole } from '@vortexflow/graph';
import {
  fingerprintOf,
  type FolderDocument,
  type FolderFile,
  parseFormat,
  readFolderFile,
  type SkippedFile,
} from '@vortexflow/knowledge';
import { goesAlone, type IngestTarget } from './target.ts';

/** A file or document that was left out, with the line where there is one. */
export interface LeftOut {
  readonly path: string;
  readonly reason: string;
}

/** What came of it so far. */
export interface Tally {
  stored: number;
  replaced: number;
  /** Documents that are there already as they are. */
  unchanged: number;
  removed: number;
  nodes: number;
  edges: number;
  unresolved_links: readonly string[];
  /** Files and documents that were left out. */
  skipped: LeftOut[];
  /** Rows, statements and edges that were left out of documents that were taken. */
  problems: LeftOut[];
}

const MAX_BATCH = 200;
/** Characters of a batch: well below what one request may carry. */
const MAX_BATCH_LENGTH = 2_000_000;

/** The files of one folder on their way in. Not for concurrent use. */
export class Intake {
  readonly tally: Tally = {
    stored: 0,
    replaced: 0,
    unchanged: 0,
    removed: 0,
    nodes: 0,
    edges: 0,
    unresolved_links: [],
    skipped: [],
    problems: [],
  };
  readonly #target: IngestTarget;
  /** Name of the folder and a `/`. */
  readonly #prefix: string;
  readonly #columns: ColumnOverrides;
  /** Fingerprints of what is there, by id. */
  readonly #known: Map<string, string>;
  /** Ids that files have now. */
  readonly #present = new Set<string>();
  /** Ids of the files that were read from a place, by its real path: links lead to one place from several. */
  readonly #files = new Map<string, Set<string>>();
  #batch: FolderDocument[] = [];
  #length = 0;

  private constructor(target: IngestTarget, prefix: string, columns: ColumnOverrides, known: Map<string, string>) {
    this.#target = target;
    this.#prefix = prefix;
    this.#columns = columns;
    this.#known = known;
  }

  /** @param folder name of the folder that the files are in */
  static async open(target: IngestTarget, folder: string, columns: ColumnOverrides = {}): Promise<Intake> {
    const prefix = `${folder}/`;
    return new Intake(target, prefix, columns, await target.list(prefix));
  }

  /** Takes a file in, now or with the next {@link flush}. */
  async take(file: FolderFile | SkippedFile): Promise<void> {
    if ('skipped' in file) return this.#skip(file);
    const read = await this.#read(file);
    if ('skipped' in read) return this.#skip(read);
    const documents = read.map((document) => this.#named(document)).filter((document) => document !== null);
    // Columns that are not there say nothing about the table: it stays as it was taken before.
    if (documents.length < read.length) return this.#keep(file.id);
    const ids = new Set(documents.map(({ id }) => id));
    for (const id of this.#documentsOf(file.id)) if (!ids.has(id)) await this.#remove(id);
    for (const document of documents) await this.#add(document);
  }

  /** Sends what is waiting. */
  async flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#length = 0;
    await this.#send(batch);
  }

  /** Ids of the files that were last read from this real path; several where links lead to it. */
  filesFrom(path: string): Iterable<string> {
    return this.#files.get(path) ?? [];
  }

  /** Removes the documents of a file that is gone. @returns how many there were */
  async removeFile(id: string): Promise<number> {
    const documents = this.#documentsOf(id);
    for (const document of documents) await this.#remove(document);
    return documents.length;
  }

  /** Removes every document of the folder that no file has been taken in for. */
  async prune(): Promise<void> {
    const gone = [...this.#known.keys()].filter((id) => !this.#present.has(id));
    for (const id of gone) await this.#remove(id);
  }

  #skip({ skipped, reason }: SkippedFile): void {
    this.tally.skipped.push({ path: skipped, reason });
    this.#keep(skipped);
  }

  /** What cannot be read today was not deleted: what was taken of it before stays. */
  #keep(path: string): void {
    for (const id of this.#documentsOf(path)) this.#present.add(id);
  }

  #read(file: FolderFile): ReturnType<typeof readFolderFile> {
    const ids = this.#files.get(file.path);
    if (ids) ids.add(file.id);
    else this.#files.set(file.path, new Set([file.id]));
    return readFolderFile(file);
  }

  /** Under its whole id; null when the columns that somebody asked for are not there. */
  #named(document: FolderDocument): FolderDocument | null {
    const id = this.#prefix + document.id;
    try {
      return { ...document, id, format: withColumns(document, this.#columns) };
    } catch (failure) {
      this.#leaveOut(id, failure);
      return null;
    }
  }

  async #add(document: FolderDocument): Promise<void> {
    this.#present.add(document.id);
    if (this.#known.get(document.id) === fingerprintOf(document)) {
      this.tally.unchanged++;
      return;
    }
    if (goesAlone(document)) {
      await this.flush();
      return this.#send([document]);
    }
    if (this.#batch.length >= MAX_BATCH || this.#length + document.text.length > MAX_BATCH_LENGTH) await this.flush();
    this.#batch.push(document);
    this.#length += document.text.length;
  }

  /** All at once; when that is refused, one by one, so that those that are to blame are known and the others go in. */
  async #send(documents: readonly FolderDocument[]): Promise<void> {
    if (documents.length === 0) return;
    try {
      this.#count(documents, await this.#target.add(documents));
    } catch (failure) {
      if (!isRefusal(failure)) throw failure;
      const [first] = documents;
      if (documents.length === 1 && first) this.#leaveOut(first.id, failure);
      else for (const document of documents) await this.#send([document]);
    }
  }

  #count(documents: readonly FolderDocument[], added: Awaited<ReturnType<IngestTarget['add']>>): void {
    const { tally } = this;
    tally.stored += added.stored;
    tally.replaced += added.replaced;
    tally.nodes += added.nodes;
    tally.edges += added.edges;
    tally.unresolved_links = added.unresolved_links;
    for (const { document, line, reason } of added.problems) {
      tally.problems.push({ path: this.#pathOf(document), reason: line === null ? reason : `line ${line}: ${reason}` });
    }
    for (const document of documents) this.#known.set(document.id, fingerprintOf(document));
  }

  async #remove(id: string): Promise<void> {
    if (!this.#known.has(id)) return;
    try {
      await this.#target.remove(id);
    } catch (failure) {
      // Somebody else was quicker.
      if (statusOf(failure) !== 404) throw failure;
    }
    // Only now: what the target could not remove is still known, and is removed at the next try.
    this.#known.delete(id);
    this.#present.delete(id);
    this.tally.removed++;
  }

  #leaveOut(id: string, failure: unknown): void {
    this.tally.skipped.push({
      path: this.#pathOf(id),
      reason: failure instanceof Error ? failure.message : String(failure),
    });
  }

  /** Ids of the documents that a file has brought: its own, and the later parts of a long one; of a folder, all below it. */
  #documentsOf(path: string): string[] {
    const id = this.#prefix + path;
    if (path.endsWith('/')) return [...this.#known.keys()].filter((one) => one.startsWith(id));
    const ids = this.#known.has(id) ? [id] : [];
    for (let part = 2; this.#known.has(`${id} (${part})`); part++) ids.push(`${id} (${part})`);
    return ids;
  }

  #pathOf(id: string): string {
    return id.startsWith(this.#prefix) ? id.slice(this.#prefix.length) : id;
  }
}

/** Refused for what they are; anything else (a lost server, a full disk) concerns all that follow too. */
function isRefusal(failure: unknown): boolean {
  const status = statusOf(failure);
  return status !== undefined && status >= 400 && status < 500 && status !== 401 && status !== 403;
}

/** Of an error of the knowledge or of the client. */
function statusOf(failure: unknown): number | undefined {
  if (!(failure instanceof Error)) return undefined;
  const { status, definition } = failure as { status?: number; definition?: { status: number } };
  return status ?? definition?.status;
}

/**
 * The format of a table with the columns that somebody asked for, by their numbers: a name may be longer than a format.
 * @throws Error when the table has no such column
 */
function withColumns({ text, format }: FolderDocument, columns: ColumnOverrides): string {
  const { name } = parseFormat(format);
  const wanted = Object.entries(columns) as [ColumnRole, string][];
  if (wanted.length === 0 || (name !== 'csv' && name !== 'tsv')) return format;
  const { columns: found } = previewTable(text);
  const numbers = wanted.map(([role, column]) => {
    const number = found.findIndex((one) => one.name.toLowerCase() === column.toLowerCase()) + 1 || Number(column);
    if (!(Number.isInteger(number) && number >= 1 && number <= found.length))
      throw new Error(`has no column "${column}"`);
    return `;${role}=${number}`;
  });
  return format + numbers.join('');
}
