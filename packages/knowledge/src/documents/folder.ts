/** Finds the files of a folder that hold knowledge. Reads none of them; see `files.ts`. */
import type { Dirent } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { type FormatName, formatOfFile } from '../formats/format.ts';

/** A file whose name says that it holds knowledge. */
export interface FolderFile {
  /** Path relative to the folder, with `/` on every system. */
  readonly id: string;
  /** Where it is. */
  readonly path: string;
  readonly format: FormatName | 'pdf';
  readonly bytes: number;
}

/** A file that was left out although it looks as if it held knowledge. */
export interface SkippedFile {
  /** Path relative to the folder, with `/` on every system; that of a folder ends in `/` and stands for all below it. */
  readonly skipped: string;
  /** Why, as the end of a sentence that begins with the path. */
  readonly reason: string;
}

/**
 * Yields every file of a known format below a folder, in the order of their ids (by UTF-16 units); of the path of a file,
 * that file, as plain text when its name says nothing.
 * Hidden files and folders, `node_modules` and Logseq's own folder are left out silently; whatever else cannot be read is
 * yielded as skipped. A link to a file within the folder is followed, one to a folder within it is not: its files come at
 * their own place. A link that leaves the folder is skipped.
 *
 * @throws the file system's own error when the folder itself cannot be read
 */
export async function* listFolder(path: string): AsyncGenerator<FolderFile | SkippedFile, void, undefined> {
  const root = await realpath(path);
  const stats = await stat(root);
  if (!stats.isFile()) yield* listBelow({ root, folder: '' });
  else yield { id: basename(root), path: root, format: formatOf(root) ?? 'text', bytes: stats.size };
}

/** The format of a file by its name; null when it is none of ours. */
const formatOf = (name: string): FolderFile['format'] | null => (/\.pdf$/i.test(name) ? 'pdf' : formatOfFile(name));

/** Folder that the ids of a path are relative to: itself, or the one a file is in. */
export async function rootOf(path: string): Promise<string> {
  const real = await realpath(path);
  return (await stat(real)).isFile() ? dirname(real) : real;
}

interface Place {
  /** Real path of the whole folder. */
  readonly root: string;
  /** The part being read: an empty string, or a path that ends in `/`. */
  readonly folder: string;
}

async function* listBelow(place: Place): AsyncGenerator<FolderFile | SkippedFile, void, undefined> {
  const entries = await readdir(join(place.root, place.folder), { withFileTypes: true });
  for (const entry of entries.filter((one) => isWanted(one, place.folder)).sort(byPath)) {
    if (entry.isDirectory()) yield* listInner({ root: place.root, folder: `${place.folder}${entry.name}/` });
    else yield* itemAt(place.root, place.folder + entry.name);
  }
}

/** The file at a place; of a name that says nothing, only that it leads to a folder elsewhere. */
async function* itemAt(root: string, id: string): AsyncGenerator<FolderFile | SkippedFile, void, undefined> {
  const item = await fileAt(root, id);
  if (item !== null && (formatOf(id) !== null || isSkippedFolder(item))) yield item;
}

/** Whether it stands for a whole folder that was left out. */
export const isSkippedFolder = (item: FolderFile | SkippedFile): item is SkippedFile =>
  'skipped' in item && item.skipped.endsWith('/');

async function* listInner(place: Place): AsyncGenerator<FolderFile | SkippedFile, void, undefined> {
  try {
    yield* listBelow(place);
  } catch (failure) {
    yield { skipped: place.folder, reason: unreadable(failure) };
  }
}

function isWanted(entry: Dirent, folder: string): boolean {
  if (entry.isDirectory()) return isWantedFolder(folder + entry.name);
  if (entry.isSymbolicLink()) return isWantedFolder(folder + entry.name);
  return !entry.name.startsWith('.') && entry.isFile() && formatOf(entry.name) !== null;
}

/** Not hidden, not a program's own: Logseq keeps its settings and old versions of notes in `logseq`. */
function isWantedFolder(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return !name.startsWith('.') && name !== 'node_modules' && path !== 'logseq';
}

/** Whether a path relative to the folder is one that {@link listFolder} would yield, by its name alone. */
export function isKnowledge(id: string): boolean {
  const parts = id.split('/');
  const folders = parts.slice(0, -1).map((_, depth) => parts.slice(0, depth + 1).join('/'));
  return folders.every(isWantedFolder) && !(parts.at(-1) ?? '').startsWith('.') && formatOf(id) !== null;
}

/** A folder's files have its name and a `/` in front of theirs; compared so, the ids come out sorted. */
function byPath(left: Dirent, right: Dirent): number {
  const a = left.isDirectory() ? `${left.name}/` : left.name;
  const b = right.isDirectory() ? `${right.name}/` : right.name;
  return a < b ? -1 : Number(a > b);
}

/**
 * The file at a place in a folder; null when nothing is there. Whatever else keeps it from being read is said as skipped,
 * and so is a place that links lead out of the folder from, be it the file itself or a folder that it is in.
 * @param root real path of the folder
 */
export async function fileAt(root: string, id: string): Promise<FolderFile | SkippedFile | null> {
  try {
    await lstat(join(root, id));
  } catch (failure) {
    return isMissing(failure) ? null : { skipped: id, reason: unreadable(failure) };
  }
  try {
    const path = await realpath(join(root, id));
    const stats = await stat(path);
    if (path !== root && !path.startsWith(root.endsWith(sep) ? root : root + sep)) {
      return { skipped: stats.isDirectory() ? `${id}/` : id, reason: 'is a link that leaves the folder' };
    }
    if (!stats.isFile()) return { skipped: id, reason: 'is not a file' };
    return { id, path, format: formatOf(id) ?? 'text', bytes: stats.size };
  } catch (failure) {
    return { skipped: id, reason: isMissing(failure) ? 'is a link that leads nowhere' : unreadable(failure) };
  }
}

const codeOf = (failure: unknown): string => (failure as { readonly code?: string }).code ?? '';

/** Nothing has this path: it is gone itself, or what should be its folder is now a file. */
const isMissing = (failure: unknown): boolean => codeOf(failure) === 'ENOENT' || codeOf(failure) === 'ENOTDIR';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: ' (permission denied)',
  EPERM: ' (permission denied)',
  ENAMETOOLONG: ' (its path is too long)',
  ELOOP: ' (links that lead to each other)',
};

/** Why a file or folder cannot be read, as the end of a sentence that begins with its path. */
export const unreadable = (failure: unknown): string => `cannot be read${REASONS[codeOf(failure)] ?? ''}`;
