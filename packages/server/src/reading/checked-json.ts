/** Bodies of JSON that may be large: scanned, parsed and checked in one go, so that a thread can do all of it. */
import { DocumentsRequest, FeedbackRequest, wireError } from '@vortexflow/protocol';
import { type JsonLimits, RefusalError, scanJson } from '@vortexflow/validation';
import { Compile, type Validator } from 'typebox/compile';
import { bodyViolation } from '../http/typebox-violations.ts';
import { scanFile } from './file-scan.ts';

const SCHEMAS = { documents: DocumentsRequest, feedback: FeedbackRequest } as const;

/** Rows of the table of limits whose bodies are read here. */
export type CheckedRow = keyof typeof SCHEMAS;

const compiled: Partial<Record<CheckedRow, Validator>> = {};

/** @throws RefusalError of the scan, also of texts that are JSON; CodedError `body_empty`, `request_invalid` */
export function readCheckedJson(bytes: Buffer, row: CheckedRow, limits: JsonLimits): unknown {
  const value = readJson(bytes, limits);
  requireSchema(value, row);
  if (row === 'documents') scanTexts(value as DocumentsRequest);
  return value;
}

/** Texts that are files of JSON are looked at as files are that are imported: they are parsed, too. */
function scanTexts({ documents }: DocumentsRequest): void {
  for (const [i, { format, text }] of documents.entries()) {
    // A format may have parameters.
    const name = format?.split(';', 1)[0] ?? '';
    if (name === 'json' || name === 'jsonl') scanText(text, name, `/documents/${i}/text`);
  }
}

/** @param pointer to it in the body */
function scanText(text: string, format: string, pointer: string): void {
  try {
    scanFile(Buffer.from(text), format);
  } catch (failure) {
    if (!(failure instanceof RefusalError)) throw failure;
    const { refusal } = failure;
    const problem = refusal.pointer === '' ? refusal.problem : `At ${refusal.pointer} of the text: ${refusal.problem}`;
    throw new RefusalError({ ...refusal, pointer, problem });
  }
}

/** @throws RefusalError of the scan; CodedError `body_empty` */
export function readJson(bytes: Buffer, limits: JsonLimits): unknown {
  if (bytes.length === 0) throw wireError('body_empty');
  scanJson(bytes, limits);
  return JSON.parse(bytes.toString());
}

/** @throws CodedError `request_invalid` with the first that is wrong */
export function requireSchema(value: unknown, row: CheckedRow): void {
  const schema = SCHEMAS[row];
  const validator = (compiled[row] ??= Compile(schema));
  if (validator.Check(value)) return;
  throw wireError('request_invalid', { ...bodyViolation(schema, value, validator.Errors(value)) });
}
