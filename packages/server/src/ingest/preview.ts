/** What would become of files, for people and as JSON. Stores nothing. */
import { previewTable, type TablePreview } from '@vortexflow/graph';
import type { ColumnOverrides } from '@vortexflow/graph';
import { type FolderFile, listFolder, parseFormat, readFolderFile, tableOptions } from '@vortexflow/knowledge';

/** One file. */
export interface FilePreview {
  readonly path: string;
  readonly format?: string;
  readonly title?: string;
  readonly characters?: number;
  readonly table?: TablePreview;
  /** Why it would be left out. */
  readonly skipped?: string;
}

/** Looks at every file of the paths. */
export async function* previewFiles(paths: readonly string[], columns: ColumnOverrides): AsyncGenerator<FilePreview> {
  for (const path of paths) {
    for await (const file of listFolder(path)) {
      if ('skipped' in file) yield { path: file.skipped, skipped: file.reason };
      else yield* previewFile(file, columns);
    }
  }
}

async function* previewFile(file: FolderFile, columns: ColumnOverrides): AsyncGenerator<FilePreview> {
  const read = await readFolderFile(file);
  if ('skipped' in read) {
    yield { path: read.skipped, skipped: read.reason };
    return;
  }
  for (const { id, format, title, text } of read) {
    const parsed = parseFormat(format);
    const isTable = parsed.name === 'csv' || parsed.name === 'tsv';
    const table = isTable ? { table: previewTable(text, { ...tableOptions(parsed), columns }) } : {};
    yield { path: id, format: file.format, title, characters: text.length, ...table };
  }
}

/** Longest value that is shown of a cell. */
const MAX_CELL = 24;

/** A preview in lines. */
export function previewText({ path, format, title, characters = 0, table, skipped }: FilePreview): string {
  if (skipped !== undefined) return `  ${path}: left out, it ${skipped}\n`;
  const head = `  ${path}: ${format}, "${title}", ${characters.toLocaleString('en')} characters\n`;
  return table ? head + tableText(table) : head;
}

function tableText({ shape, header, delimiter, columns, rows }: TablePreview): string {
  const cut = DELIMITER_NAMES[delimiter] ?? delimiter;
  const what = shape === 'edges' ? 'each row becomes an edge' : 'each row becomes a node';
  const lines = [`a table, cut by ${cut}, ${header ? 'with' : 'without'} a header; ${what}`];
  for (const [place, { name, kind, role }] of columns.entries()) {
    const values = rows.map((row) => shortened(row[place] ?? '')).join(' | ');
    lines.push(
      `${String(place + 1).padStart(3)}  ${shortened(name).padEnd(MAX_CELL)} ${role.padEnd(10)} ${kind.padEnd(7)} ${values}`,
    );
  }
  return lines.map((line) => `    ${line}\n`).join('');
}

const DELIMITER_NAMES: Readonly<Record<string, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  '|': 'bars',
};

function shortened(cell: string): string {
  const line = cell.replace(/\s+/g, ' ').trim();
  return line.length <= MAX_CELL ? line : `${line.slice(0, MAX_CELL - 1).toWellFormed()}…`;
}
