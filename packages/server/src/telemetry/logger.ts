/** Structured logs on standard error: JSON lines for machines, short lines for a person at a terminal. */
import { Writable } from 'node:stream';
import { pino, type Logger } from 'pino';
import type { LogFormat, LogLevel } from '../config/settings.ts';

export type { Logger } from 'pino';

/**
 * Makes the logger. `auto` writes short lines when standard error is a terminal.
 * @param serving number of the serving process, where there are several
 */
export function createLogger(level: LogLevel, format: LogFormat, serving: number | null = null): Logger {
  const pretty = format === 'pretty' || (format === 'auto' && process.stderr.isTTY);
  const options = {
    level,
    base: { name: 'vortexflow', ...(serving === null ? {} : { serving }) },
    redact: ['req.headers.authorization'],
  };
  return pretty ? pino(options, prettyLines()) : pino(options, pino.destination({ fd: 2, sync: true }));
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
