/** The syntax of a Host header (RFC 9110, section 7.2; RFC 3986, section 3.2.2), in one pass. */

/** Longest name (RFC 1035) with brackets or a port. */
const MAX_HOST = 261;

/** Whether it is a name, an IPv4 address or an IPv6 address in brackets, with a port or without. Internationalised names come as `xn--`. */
export function isHost(text: string): boolean {
  if (text.length === 0 || text.length > MAX_HOST) return false;
  if (text.startsWith('[')) {
    const end = text.indexOf(']');
    return end > 2 && every(text, 1, end, isOfAddress) && isPort(text, end + 1);
  }
  const colon = text.indexOf(':');
  const end = colon < 0 ? text.length : colon;
  return end > 0 && isName(text, end) && isPort(text, end);
}

/** Labels of 1 to 63 letters, digits, `-` and `_`, separated by dots; one more dot at the end is allowed. */
function isName(text: string, end: number): boolean {
  let label = 0;
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x2e) {
      if (label === 0) return false;
      label = 0;
    } else if (!isOfLabel(code) || ++label > 63) return false;
  }
  return true;
}

/** Nothing, or a colon and 1 to 5 digits, to the end. */
function isPort(text: string, at: number): boolean {
  if (at === text.length) return true;
  const digits = text.length - at - 1;
  return (
    text[at] === ':' &&
    digits >= 1 &&
    digits <= 5 &&
    every(text, at + 1, text.length, isDigit) &&
    Number(text.slice(at + 1)) <= 65_535
  );
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isOfLabel = (code: number): boolean =>
  isDigit(code) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a) || code === 0x2d || code === 0x5f;
const isOfAddress = (code: number): boolean =>
  isDigit(code) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66) || code === 0x3a || code === 0x2e;

function every(text: string, start: number, end: number, holds: (code: number) => boolean): boolean {
  for (let i = start; i < end; i++) if (!holds(text.charCodeAt(i))) return false;
  return true;
}
