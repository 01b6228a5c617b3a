/**
 * The target of a request: a path and perhaps a query, nothing else (RFC 9112, section 3.2). What a path says must be
 * said in one way: whatever routers, proxies and file systems read differently is refused. O(characters).
 */
import { hexValue, sequenceSize } from './json-string.ts';
import { RefusalError } from './refusal.ts';

export interface TargetRules {
  /**
   * How paths begin that end in an identifier: within one, an encoded slash or backslash is part of a name, not of the
   * way there. Everywhere else both are refused.
   */
  readonly opaquePrefixes: readonly string[];
}

const [PERCENT, DOT, SLASH, BACKSLASH] = [0x25, 0x2e, 0x2f, 0x5c];

/** @throws RefusalError */
export function checkTarget(target: string, { opaquePrefixes }: TargetRules): void {
  if (!target.startsWith('/'))
    throw refuse(
      'The target of a request is a path here.',
      'a path that begins with /',
      'Send the path alone, without scheme and host.',
    );
  const query = target.indexOf('?');
  const path = query < 0 ? target : target.slice(0, query);
  const isOpaque = opaquePrefixes.some((prefix) => path.startsWith(prefix));
  checkPath(path, decoded(path), isOpaque);
  if (query >= 0) decoded(target.slice(query + 1));
}

function checkPath(path: string, bytes: Uint8Array, isOpaque: boolean): void {
  const slashes = countOf(bytes, SLASH);
  const isHidden = slashes > path.split('/').length - 1 || countOf(bytes, BACKSLASH) > 0;
  if (path.includes('\\') || (isHidden && !isOpaque))
    throw refuse('The path holds a backslash or an encoded slash.', 'segments separated by /', 'Write / as it is.');
  // Bytes are compared as they are when decoded, so that no spelling of a dot gets past.
  let start = 0;
  for (let at = 0; at <= bytes.length; at++) {
    if (at < bytes.length && bytes[at] !== SLASH && bytes[at] !== BACKSLASH) continue;
    const length = at - start;
    if ((length === 1 || length === 2) && bytes[start] === DOT && bytes[at - 1] === DOT)
      throw refuse(
        'The path holds a dot segment.',
        'a path without . and .. segments',
        'Write the path that is meant.',
      );
    start = at + 1;
  }
}

const countOf = (bytes: Uint8Array, wanted: number): number =>
  bytes.reduce((count, byte) => (byte === wanted ? count + 1 : count), 0);

/** Bytes of a part of a target. @throws RefusalError where they are malformed, ill-formed UTF-8 or NUL */
function decoded(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f || code === 0x23)
      throw refuse(
        'The address holds a character that must be encoded.',
        'printable ASCII without # and blanks',
        'Encode other characters as %XX.',
      );
    if (code !== PERCENT) bytes[count++] = code;
    else {
      const [high, low] = [hexValue(text.charCodeAt(i + 1)), hexValue(text.charCodeAt(i + 2))];
      if (high < 0 || low < 0)
        throw refuse(
          'An escape in the address is malformed.',
          '% and two hexadecimal digits',
          'Write a percent sign as %25.',
        );
      bytes[count++] = high * 16 + low;
      i += 2;
    }
  }
  checkBytes(bytes, count);
  return bytes.subarray(0, count);
}

function checkBytes(bytes: Uint8Array, count: number): void {
  for (let at = 0; at < count;) {
    const byte = bytes[at] as number;
    if (byte === 0) throw refuse('The address holds NUL.', 'characters other than U+0000', 'Leave the NUL out.');
    const size = byte < 0x80 ? 1 : sequenceSize(bytes, at);
    if (size === 0) throw refuse('The address is not well-formed UTF-8.', 'UTF-8', 'Encode the address as UTF-8.');
    at += size;
  }
}

const refuse = (problem: string, expected: string, suggestion: string): RefusalError =>
  new RefusalError({ kind: 'structure', pointer: '/target', problem, expected, suggestion });
