/** Which reader reads which format of graphs. */
import {
  type ColumnOverrides,
  COLUMN_ROLES,
  type FileGraph,
  readGexf,
  readGraphml,
  readJson,
  readJsonLines,
  readNTriples,
  readTable,
  type Steps,
  type TableOptions,
} from '@vortexflow/graph';
import type { Format } from './format.ts';
import { readTurtle } from './turtle.ts';

/**
 * Reads a graph in one of the formats of graphs; any other is read as N-Triples.
 * @throws CodedError `file_malformed`, `file_too_large`
 */
export function readGraphFile(text: string, format: Format): Steps<FileGraph> {
  switch (format.name) {
    case 'csv':
    case 'tsv':
      return readTable(text, tableOptions(format));
    case 'json':
      return readJson(text);
    case 'jsonl':
      return readJsonLines(text);
    case 'graphml':
      return readGraphml(text);
    case 'gexf':
      return readGexf(text);
    case 'turtle':
      return readTurtle(text);
    default:
      return readNTriples(text);
  }
}

const DELIMITERS: Readonly<Record<string, string>> = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' };

/** What a format says about a table: `csv;delimiter=tab;source=From;target=To`. */
export function tableOptions({ name, parameters }: Format): TableOptions {
  const written = parameters.get('delimiter');
  const delimiter =
    written === undefined ? (name === 'tsv' ? '\t' : undefined) : (DELIMITERS[written] ?? written.slice(0, 1));
  const columns: Partial<Record<(typeof COLUMN_ROLES)[number], string>> = {};
  for (const role of COLUMN_ROLES) {
    const column = parameters.get(role);
    if (column !== undefined) columns[role] = column;
  }
  return { ...(delimiter ? { delimiter } : {}), columns: columns satisfies ColumnOverrides };
}
