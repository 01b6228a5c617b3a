import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeViewerMessage, encodeHighlight, type Frame, type ViewerMessage } from '@vortexflow/protocol';
import { Connection, type LineEvents, type LineState } from './connection.ts';

/** A connection and the other end of its line. */
function start() {
  const lines: { events: LineEvents; sent: ViewerMessage[]; closed: boolean }[] = [];
  const frames: Frame[] = [];
  const states: LineState[] = [];
  const waits: { ms: number; run: () => void }[] = [];
  const connection = new Connection({
    open: (events) => {
      const sent: ViewerMessage[] = [];
      const line = { events, sent, closed: false };
      lines.push(line);
      return {
        send: (bytes) => line.sent.push(decodeViewerMessage(bytes)),
        close: () => {
          line.closed = true;
          events.closed();
        },
      };
    },
    after: (ms, run) => waits.push({ ms, run }),
    random: () => 1,
    now: () => 0,
    frame: (frame) => frames.push(frame),
    state: (state) => states.push(state),
  });
  connection.connect();
  return { connection, lines, frames, states, waits };
}

const highlight = (): ArrayBuffer => encodeHighlight({ sequence: 1, revision: 1, path: Uint32Array.of(4, 5) });
const sphere = { center: [1, 2, 3], radius: 4 } as const;

describe('connection', () => {
  it('hands frames on and acknowledges every fourth', () => {
    const { lines, frames, states } = start();
    lines[0]!.events.opened();
    for (let i = 0; i < 9; i++) lines[0]!.events.received(highlight());
    assert.equal(frames.length, 9);
    assert.deepEqual(lines[0]!.sent, [
      { type: 'acknowledgement', frames: 4 },
      { type: 'acknowledgement', frames: 8 },
    ]);
    assert.deepEqual(states, ['connecting', 'open']);
  });

  it('connects again after a break, later each time until a frame has come, and counts from one', () => {
    const { lines, states, waits } = start();
    for (let i = 0; i < 3; i++) {
      lines[i]!.events.opened();
      lines[i]!.events.closed();
      waits[i]!.run();
    }
    for (let i = 0; i < 4; i++) lines[3]!.events.received(highlight());
    lines[3]!.events.closed();
    assert.deepEqual(
      waits.map(({ ms }) => ms),
      [400, 800, 1600, 400],
    );
    assert.deepEqual(lines[3]!.sent, [{ type: 'acknowledgement', frames: 4 }]);
    assert.deepEqual(states.slice(0, 4), ['connecting', 'open', 'waiting', 'connecting']);
  });

  it('begins again when bytes are no frame', () => {
    const { lines, frames, waits } = start();
    lines[0]!.events.opened();
    lines[0]!.events.received(new ArrayBuffer(30));
    assert.equal(lines[0]!.closed, true);
    assert.deepEqual([frames.length, waits.length], [0, 1]);
  });

  it('tells an interest at once, and again after a break', () => {
    const { connection, lines, waits } = start();
    connection.look(sphere);
    assert.equal(lines[0]!.sent.length, 0, 'the line is not open yet');
    lines[0]!.events.opened();
    connection.look(null);
    connection.look(sphere);
    const told = lines[0]!.sent.map((message) => (message.type === 'interest' ? message.interest?.sphere : null));
    assert.deepEqual(told, [sphere, undefined, sphere]);
    lines[0]!.events.closed();
    waits[0]!.run();
    lines[1]!.events.opened();
    assert.equal(lines[1]!.sent[0]?.type, 'interest');
  });
});
