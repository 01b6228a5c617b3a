/** Structured logs on standard error: JSON lines for machines, short lines for a person at a terminal. */
import { Writable } from 'node:stream';
import { type DestinationStream, pino, type Logger, type LoggerOptions } from 'pino';
import type { LogFormat, LogLevel } from '../config/table.ts';

import { allowedFields, scrubber } from './log-fields.ts';

export type { Logger } from 'pino';

/** Most that waits for a log that cannot be written, bytes; what comes on top is lost. */
const MAX_WAITING = 1 << 20;

/**
 * Makes the logger. `auto` writes short lines when standard error is a terminal. A log that cannot be written, such as on
 * a full disk, loses lines; it ends neither a request nor the server.
 * What goes out is on a list; see {@link allowedFields}.
 * @param serving number of the serving process, where there are several
 * @param secrets never to be seen in a line; may grow
 */
export function createLogger(
  level: LogLevel,
  format: LogFormat,
  serving: number | null = null,
  secrets: readonly string[] = [],
): Logger {
  const pretty = format === 'pretty' || (format === 'auto' && process.stderr.isTTY);
  return loggerTo(pretty ? prettyLines() : jsonLines(), level, serving, secrets);
}

/** The same, to where one likes. */
export function loggerTo(
  lines: DestinationStream,
  level: LogLevel,
  serving: number | null,
  secrets: readonly string[],
): Logger {
  const scrub = scrubber(secrets);
  const base = { name: 'vortexflow', ...(serving === null ? {} : { serving }) };
  const options: LoggerOptions = {
    level,
    base,
    // The list knows how to read errors.
    serializers: { err: (value: unknown) => value },
    formatters: { log: (given) => allowedFields(given, scrub) },
    hooks: {
      logMethod(given, method) {
        const [first, ...others] = given as unknown[];
        // An error alone would be its own message.
        const all = first instanceof Error ? [{ err: first }, first.message, ...others] : [first, ...others];
        method.apply(this, all.map((one) => (typeof one === 'string' ? scrub(one) : one)) as typeof given);
      },
    },
  };
  return pino(options, lines);
}

function jsonLines(): DestinationStream {
  const lines = pino.destination({ fd: 2, sync: true, maxLength: MAX_WAITING });
  // Without a listener the error is thrown at whoever had something to log. The next line tries again.
  lines.on('error', () => undefined);
  return lines;
}

const LEVEL_NAMES: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};
const HIDDEN = new Set(['level', 'time', 'name', 'msg', 'request_id', 'err']);

function prettyLines(): Writable {
  process.stderr.on('error', () => undefined);
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      process.stderr.write(`${prettyLine(chunk.toString())}\n`);
      done();
    },
  });
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** One JSON log line as a line for people; what is not JSON passes unchanged. */
export function prettyLine(line: string): string {
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line.trimEnd();
  }
  const time = new Date(Number(record['time'])).toISOString().slice(11, 19);
  const level = (LEVEL_NAMES[Number(record['level'])] ?? '').padEnd(5);
  const rest = Object.entries(record)
    .filter(([key]) => !HIDDEN.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const failure = record['err'] as { message?: string; stack?: string } | undefined;
  const tail = failure ? `\n${failure.stack ?? failure.message ?? ''}` : '';
  return `  ${time} ${level} ${textOf(record['msg'])} ${rest.join(' ')}`.trimEnd() + tail;
}
