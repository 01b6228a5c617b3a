/** Server-sent events as chat endpoints write them: only the data lines matter (WHATWG HTML, section 9.2.6). */

/** Collects bytes cut anywhere and hands out the data of each line. Linear, however small the chunks. */
export class DataLines {
  readonly #decoder = new TextDecoder();
  /** Pieces of the line that is not complete yet. */
  #rest: string[] = [];

  /** @returns what stands after `data:` on each line that this chunk completed */
  push(chunk: Uint8Array): string[] {
    const text = this.#decoder.decode(chunk, { stream: true });
    const lines = text.split(/\r\n|\n|\r/);
    const last = lines.pop() as string;
    if (lines.length > 0) lines[0] = this.#take() + (lines[0] as string);
    this.#rest.push(last);
    return lines.flatMap(dataOf);
  }

  /** The last line, when the stream ends without a line break. */
  end(): string[] {
    return dataOf(this.#take());
  }

  #take(): string {
    const text = this.#rest.join('');
    this.#rest = [];
    return text;
  }
}

const dataOf = (line: string): string[] => (line.startsWith('data:') ? [line.slice('data:'.length).trimStart()] : []);
