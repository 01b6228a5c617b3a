/** How far an intake is, in words. */

/** What is known of the way. */
export interface Progress {
  readonly files: number;
  readonly allFiles: number;
  readonly bytes: number;
  readonly allBytes: number;
  readonly elapsedMs: number;
}

/** Time that it takes to know how long it takes, ms. */
const GUESS_AFTER_MS = 1_000;

/** `12 of 340 files, about 5 s left`; without a guess while it would be a wild one. */
export function progressText(progress: Progress): string {
  const { files, allFiles } = progress;
  const left = timeLeftMs(progress);
  return `${files} of ${allFiles} files${left === null ? '' : `, about ${durationText(left)} left`}`;
}

/** By bytes, since a file may be large; null while too little is known. */
export function timeLeftMs({ bytes, allBytes, elapsedMs }: Progress): number | null {
  if (elapsedMs < GUESS_AFTER_MS || bytes <= 0 || bytes > allBytes) return null;
  return (elapsedMs / bytes) * (allBytes - bytes);
}

function durationText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
