/** Reads a folder of notes. The only file here that touches the disk; for the command line and for start-up. */
import type { Dirent } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { readBlocks } from './blocks.ts';
import { readFrontMatter } from './front-matter.ts';
import { baseName, DOCUMENT_EXTENSION, withoutExtension } from './names.ts';
import { normaliseText } from './parse.ts';

/** The longest document that is read, in UTF-16 units. */
export const MAX_DOCUMENT_CHARACTERS = 200_000;
/** A UTF-16 unit takes at most 3 bytes of UTF-8: a larger file is too long without reading it. */
const MAX_DOCUMENT_BYTES = MAX_DOCUMENT_CHARACTERS * 3;
const MAX_TITLE_CHARACTERS = 512;

/** A note of the folder. */
export interface FolderDocument {
  /** Path relative to the folder, with `/` on every system. */
  readonly id: string;
  /** The first top heading, else `title` of the front matter, else the file name without its extension. */
  readonly title: string;
  readonly text: string;
}

/** A file that was left out although it looks like a note. */
export interface SkippedFile {
  /** Path relative to the folder, with `/` on every system. */
  readonly skipped: string;
  /** Why, as the end of a sentence that begins with the path. */
  readonly reason: string;
}

/**
 * Yields every `.md`, `.markdown` and `.txt` file below a folder, in the order of their ids (by UTF-16 units); of the
 * path of a file, that file, whatever it is called.
 * Hidden files and folders and `node_modules` are left out silently; whatever else cannot be read is yielded as skipped.
 * A link to a file within the folder is followed, one to a folder is not: its files come at their own place.
 *
 * @throws the file system's own error when the folder itself cannot be read
 */
export async function* readMarkdownFolder(path: string): AsyncGenerator<FolderDocument | SkippedFile, void, undefined> {
  const root = await realpath(path);
  if (!(await stat(root)).isFile()) yield* readBelow({ root, folder: '' });
  else yield await readNote(dirname(root), basename(root), false);
}

interface Place {
  /** Real path of the whole folder. */
  readonly root: string;
  /** The part being read: an empty string, or a path that ends in `/`. */
  readonly folder: string;
}

async function* readBelow(place: Place): AsyncGenerator<FolderDocument | SkippedFile, void, undefined> {
  const entries = await readdir(join(place.root, place.folder), { withFileTypes: true });
  for (const entry of entries.filter(isWanted).sort(byPath)) {
    if (entry.isDirectory()) yield* readFolder({ root: place.root, folder: `${place.folder}${entry.name}/` });
    else yield await readNote(place.root, place.folder + entry.name, entry.isSymbolicLink());
  }
}

async function* readFolder(place: Place): AsyncGenerator<FolderDocument | SkippedFile, void, undefined> {
  try {
    yield* readBelow(place);
  } catch {
    yield { skipped: place.folder, reason: 'cannot be read' };
  }
}

function isWanted(entry: Dirent): boolean {
  if (entry.name.startsWith('.')) return false;
  if (entry.isDirectory()) return entry.name !== 'node_modules';
  return (entry.isFile() || entry.isSymbolicLink()) && DOCUMENT_EXTENSION.test(entry.name);
}

/** A folder's files have its name and a `/` in front of theirs; compared so, the ids come out sorted. */
function byPath(left: Dirent, right: Dirent): number {
  const a = left.isDirectory() ? `${left.name}/` : left.name;
  const b = right.isDirectory() ? `${right.name}/` : right.name;
  return a < b ? -1 : Number(a > b);
}

async function readNote(root: string, id: string, isLink: boolean): Promise<FolderDocument | SkippedFile> {
  try {
    const path = await realpath(join(root, id));
    if (isLink && !path.startsWith(root.endsWith(sep) ? root : root + sep)) {
      return { skipped: id, reason: 'is a link that leaves the folder' };
    }
    const stats = await stat(path);
    if (!stats.isFile()) return { skipped: id, reason: 'is not a file' };
    if (stats.size > MAX_DOCUMENT_BYTES) return tooLong(id);
    return toDocument(id, await readFile(path));
  } catch {
    return { skipped: id, reason: 'cannot be read' };
  }
}

function toDocument(id: string, bytes: Uint8Array): FolderDocument | SkippedFile {
  const text = decode(bytes);
  if (text === null) return { skipped: id, reason: 'is not UTF-8 text' };
  if (text.length > MAX_DOCUMENT_CHARACTERS) return tooLong(id);
  return { id, title: titleOf(id, text), text };
}

function tooLong(id: string): SkippedFile {
  return { skipped: id, reason: `has more than ${MAX_DOCUMENT_CHARACTERS.toLocaleString('en')} characters` };
}

/** A file with zero bytes is UTF-8 by the letter, but no text. */
function decode(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function titleOf(id: string, text: string): string {
  const { title, body } = readFrontMatter(normaliseText(text));
  const name = topHeading(body) ?? title ?? withoutExtension(baseName(id));
  return name.slice(0, MAX_TITLE_CHARACTERS).toWellFormed();
}

function topHeading(body: string): string | null {
  // Most notes without a top heading have no line that could be one: they need not be parsed for it.
  if (!/^ {0,3}(?:#[ \t]|=+[ \t]*$)/m.test(body)) return null;
  for (const { level, text } of readBlocks(body)) if (level === 1 && text !== '') return text;
  return null;
}
