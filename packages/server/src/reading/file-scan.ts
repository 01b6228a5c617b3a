/** Tier 2 for files of JSON that are imported: their bytes are looked at before anything parses them, as in all bodies. */
import { RefusalError, scanJson } from '@vortexflow/validation';
import { IMPORT_JSON_LIMITS } from '../http/limits.ts';

const MARK = Buffer.of(0xef, 0xbb, 0xbf);
const LINE_FEED = 0x0a;

/**
 * @param format its name; of other formats nothing is looked at
 * @throws RefusalError for depth, prototype keys, keys that come twice, and more than an import may hold
 */
export function scanFile(body: Buffer, format: string): void {
  if (format === 'json') scanValue(body, null);
  if (format !== 'jsonl') return;
  for (let from = 0, line = 1; from < body.length; line++) {
    const at = body.indexOf(LINE_FEED, from);
    const end = at < 0 ? body.length : at;
    scanValue(body.subarray(from, end), line);
    from = end + 1;
  }
}

/** @param line from 1; null: the whole file is one value */
function scanValue(bytes: Buffer, line: number | null): void {
  const json = withoutMark(bytes);
  try {
    scanJson(json, IMPORT_JSON_LIMITS);
  } catch (failure) {
    if (!(failure instanceof RefusalError)) throw failure;
    const { refusal } = failure;
    // What is no JSON the reader of the format refuses, or leaves out, and names the line.
    if (refusal.kind === 'syntax' && !canBeParsed(json)) return;
    if (line === null) throw failure;
    throw new RefusalError({ ...refusal, problem: `Line ${line}: ${refusal.problem}` });
  }
}

/** The readers take a byte order mark, which files have and requests do not. */
const withoutMark = (bytes: Buffer): Buffer => (bytes.subarray(0, 3).equals(MARK) ? bytes.subarray(3) : bytes);

function canBeParsed(json: Buffer): boolean {
  try {
    JSON.parse(json.toString());
    return true;
  } catch {
    return false;
  }
}
