/** One line that says what is going on: rewritten in place on a terminal, line by line elsewhere. */
import type { WriteStream } from 'node:tty';

export interface ProgressLine {
  readonly show: (stage: string) => void;
  readonly clear: () => void;
}

/** @param output standard output or error, a terminal or not */
export function progressLine(output: NodeJS.WriteStream | WriteStream): ProgressLine {
  const inPlace = output.isTTY;
  return {
    show: (stage) => {
      if (stage === 'ready') return;
      output.write(inPlace ? `\r\u001b[K  … ${stage}` : `  … ${stage}\n`);
    },
    clear: () => {
      if (inPlace) output.write('\r\u001b[K');
    },
  };
}
