/**
 * The file of what has been learned: one line that says what follows and its SHA-256, then JSON. Written beside the old
 * one, forced to disk and put in its place, so that a crash leaves the old or the new one, never a mixture.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LabelledItem } from './learner.ts';

/** Grows with every change of the form that old readers cannot read. */
const VERSION = 1;
const FORMAT = 'vortexflow-learned';

export interface LearnedContent {
  /** Oldest first. */
  readonly items: readonly LabelledItem[];
  /** Labelled answers ever. */
  readonly total: number;
}

/** What became of reading it. */
export interface ReadLearned extends LearnedContent {
  /** For people: why the file was set aside; null when all is well. */
  readonly notice: string | null;
}

interface Header {
  readonly format: string;
  readonly version: number;
  readonly sha256: string;
}

/**
 * Reads the file. One that is damaged, or of a newer version, is renamed to `<file>.damaged`, and learning begins anew.
 * @throws Error when it cannot even be set aside
 */
export function readLearned(file: string): ReadLearned {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (failure) {
    const { code, message } = failure as NodeJS.ErrnoException;
    return code === 'ENOENT' ? { items: [], total: 0, notice: null } : setAside(file, message);
  }
  const problem = problemOf(text);
  return problem === null ? { ...contentOf(text), notice: null } : setAside(file, problem);
}

function setAside(file: string, problem: string): ReadLearned {
  const aside = `${file}.damaged`;
  renameSync(file, aside);
  return { items: [], total: 0, notice: `what was learned cannot be read (${problem}); set aside as ${aside}` };
}

/** Writes the file durably. @throws Error of the file system; then the old file is as it was */
export function writeLearned(file: string, content: LearnedContent): void {
  const payload = JSON.stringify(content);
  const header: Header = { format: FORMAT, version: VERSION, sha256: digest(payload) };
  const partial = `${file}.partial`;
  const handle = openSync(partial, 'w', 0o600);
  try {
    const bytes = Buffer.from(`${JSON.stringify(header)}\n${payload}`);
    for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(partial, file);
  syncFolder(dirname(file));
}

/** The rename itself is on disk once its folder is. Some systems cannot open folders; they order renames themselves. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

const digest = (payload: string): string => createHash('sha256').update(payload).digest('hex');

function problemOf(text: string): string | null {
  const end = text.indexOf('\n');
  let header: Partial<Header>;
  try {
    header = JSON.parse(end < 0 ? text : text.slice(0, end)) as Partial<Header>;
  } catch {
    return 'its first line is no JSON';
  }
  if (header?.format !== FORMAT) return 'it is a file of another kind';
  if (header.version !== VERSION) return `it has version ${header.version}, and this program reads version ${VERSION}`;
  return header.sha256 === digest(text.slice(end + 1)) ? null : 'its checksum does not fit';
}

/** The checksum has vouched for the form: what is here was written by {@link writeLearned} of the same version. */
function contentOf(text: string): LearnedContent {
  return JSON.parse(text.slice(text.indexOf('\n') + 1)) as LearnedContent;
}
