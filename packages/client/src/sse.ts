/**
 * Server-sent events out of text chunks, after the WHATWG HTML standard, section 9.2.6 ("Interpreting an event
 * stream"). `id` and `retry` are read over: a question is asked once, so its stream is never resumed.
 */

/** One dispatched event. */
export interface ServerSentEvent {
  /** `message` when the stream names none. */
  readonly event: string;
  /** Data lines, joined by a line feed. */
  readonly data: string;
}

/** Collects chunks, cut anywhere, and hands out whole events. Holds at most one unfinished event. */
export class EventStreamParser {
  #rest = '';
  #event = '';
  #data: string[] = [];
  #started = false;

  /** @returns the events that this chunk completed, in order */
  push(chunk: string): ServerSentEvent[] {
    this.#rest += this.#started ? chunk : chunk.replace(/^\uFEFF/, '');
    this.#started ||= chunk.length > 0;
    // A carriage return at the very end may be half of CR LF: it waits for the next chunk.
    const complete = this.#rest.endsWith('\r') ? this.#rest.length - 1 : this.#rest.length;
    const lines = this.#rest.slice(0, complete).split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? '') + this.#rest.slice(complete);
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): ServerSentEvent[] {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    if (field === 'data') this.#data.push(value);
    return [];
  }

  #dispatch(): ServerSentEvent[] {
    const event = { event: this.#event || 'message', data: this.#data.join('\n') };
    const has = this.#data.length > 0;
    this.#event = '';
    this.#data = [];
    return has ? [event] : [];
  }
}
