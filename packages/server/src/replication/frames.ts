/**
 * Values on a local socket: four bytes of length (big endian), then V8's structured clone. Only between processes of one
 * program and one user: the reader trusts the writer.
 */
import type { Duplex } from 'node:stream';
import { deserialize, serialize } from 'node:v8';

const HEAD = 4;

/** Writes one value. */
export function writeFrame(socket: Duplex, value: unknown): void {
  const body = serialize(value);
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(body.length);
  socket.cork();
  socket.write(head);
  socket.write(body);
  socket.uncork();
}

/** Calls back with each value as soon as it is whole, in order. */
export function readFrames(socket: Duplex, onValue: (value: unknown) => void): void {
  let parts: Buffer[] = [];
  let held = 0;
  socket.on('data', (part: Buffer) => {
    parts.push(part);
    held += part.length;
    for (;;) {
      const size = held < HEAD ? Infinity : HEAD + headOf(parts);
      if (held < size) return;
      const whole = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts, held);
      parts = whole.length === size ? [] : [whole.subarray(size)];
      held -= size;
      onValue(deserialize(whole.subarray(HEAD, size)));
    }
  });
}

function headOf(parts: Buffer[]): number {
  const [first] = parts;
  if (first && first.length >= HEAD) return first.readUInt32BE();
  return Buffer.concat(parts).readUInt32BE();
}
