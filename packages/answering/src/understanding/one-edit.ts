/**
 * True when one edit turns one word into the other: a letter missing, too many, another one, or two neighbours swapped
 * (Damerau 1964). Equal words are no edit apart. Linear.
 */
export function isOneEdit(left: string, right: string): boolean {
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && left.charCodeAt(start) === right.charCodeAt(start)) start++;
  let end = 0;
  while (end < shorter - start && left.charCodeAt(left.length - 1 - end) === right.charCodeAt(right.length - 1 - end))
    end++;
  const [inLeft, inRight] = [left.length - start - end, right.length - start - end];
  if (inLeft <= 1 && inRight <= 1) return inLeft + inRight > 0;
  return inLeft === 2 && inRight === 2 && left[start] === right[start + 1] && left[start + 1] === right[start];
}
