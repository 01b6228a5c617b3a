/** Files to import, before anything reads them: their bytes are looked at as those of all bodies, then decoded. */
import { wireError } from '@vortexflow/protocol';
import { scanFile } from './file-scan.ts';

/**
 * @param format its name
 * @throws RefusalError of the scan; CodedError `request_invalid` for what is no UTF-8
 */
export function decodeFile(bytes: Buffer, format: string): string {
  const text = decoded(bytes);
  scanFile(bytes, format);
  return text;
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw wireError('request_invalid', {
      problem: 'The body is not UTF-8 text.',
      pointer: '',
      expected: 'a file in UTF-8',
      suggestion: 'Convert the file to UTF-8.',
    });
  }
}
