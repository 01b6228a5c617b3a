/** Bodies of JSON that may be large: scanned, parsed and checked in one go, so that a thread can do all of it. */
import { DocumentsRequest, FeedbackRequest, wireError } from '@vortexflow/protocol';
import { type JsonLimits, scanJson } from '@vortexflow/validation';
import { Compile, type Validator } from 'typebox/compile';
import { bodyViolation } from '../http/typebox-violations.ts';

const SCHEMAS = { documents: DocumentsRequest, feedback: FeedbackRequest } as const;

/** Rows of the table of limits whose bodies are read here. */
export type CheckedRow = keyof typeof SCHEMAS;

const compiled: Partial<Record<CheckedRow, Validator>> = {};

/** @throws RefusalError of the scan; CodedError `body_empty`, `request_invalid` */
export function readCheckedJson(bytes: Buffer, row: CheckedRow, limits: JsonLimits): unknown {
  const value = readJson(bytes, limits);
  requireSchema(value, row);
  return value;
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
