/** Viewers with a socket and a clock that do as they are told, real ticks, and a real decoder at the other end. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VirtualClock } from '@vortexflow/primitives';
import {
  encodeAcknowledgement,
  encodeHighlight,
  encodeInterest,
  encodeTopology,
  type Frame,
  FrameDecoder,
  type Interest,
  PositionEncoder,
  type PositionFrame,
} from '@vortexflow/protocol';
import * as fc from 'fast-check';
import { Picture } from './picture.ts';
import { Viewer, type ViewerSocket } from './viewer.ts';

fc.configureGlobal({ seed: 21 });

const NODES = 80;
const BLOCK_NODES = 4;
const BLOCKS = NODES / BLOCK_NODES;
const STEP_MS = 100;

/** A layout whose nodes lie along a line, block after block, and jitter; what viewers show of it. */
class Show {
  readonly clock = new VirtualClock(1e12);
  readonly picture = new Picture();
  readonly wishes = new Set<number>();
  readonly counts = { dropped: 0, delivered: [] as number[], sent: 0 };
  positions = this.#laidOut(0);
  #encoder: PositionEncoder | null = null;
  #sequence = 0;

  constructor() {
    const nothing = { groups: new Uint8Array(NODES), sizes: new Uint8Array(NODES), edges: new Uint32Array() };
    this.picture.topology = encodeTopology({ sequence: 0, revision: 1, ...nothing, groupNames: [] });
  }

  #laidOut(shift: number): Float32Array {
    return Float32Array.from({ length: NODES * 3 }, (_, i) => Math.floor(i / 3) + Math.sin(i * 7 + shift));
  }

  /** Encodes and shows the next tick, with the keys that viewers have wished for. */
  tick(settled = false): void {
    this.clock.advance(STEP_MS);
    if (!settled) this.positions = this.#laidOut(this.#sequence / 3);
    const head = { sequence: this.#sequence++, revision: 1 };
    if (!this.#encoder) this.#begin(head);
    const keys = new Set(this.wishes);
    this.wishes.clear();
    this.picture.showTick(this.#encoder!.encode(this.positions, { ...head, time: this.clock.now(), settled, keys }));
  }

  /** The next tick begins new blocks. */
  restart(): void {
    this.#encoder = null;
  }

  #begin(head: { sequence: number; revision: number }): void {
    const order = Uint32Array.from({ length: NODES }, (_, i) => i);
    this.#encoder = new PositionEncoder({ ...head, order, blockNodes: BLOCK_NODES, positions: this.positions });
    this.picture.showBlocks(this.#encoder.blocksFrame);
  }

  join(): Watcher {
    return new Watcher(this);
  }
}

/** A viewer, and both ends of its socket. */
class Watcher implements ViewerSocket {
  readonly viewer: Viewer;
  readonly frames: Frame[] = [];
  closed: number | null = null;
  /** The network takes frames at once; while false they wait for {@link flush}. */
  quick = true;
  /** Acknowledges what it receives. */
  polite = true;
  /** Frames handed to the socket that have not left it. */
  readonly waiting: (() => void)[] = [];
  readonly #decoder = new FrameDecoder();

  constructor({ picture, clock, wishes, counts }: Show) {
    this.viewer = new Viewer(this, picture, {
      clock,
      sent: () => counts.sent++,
      dropped: (ticks) => (counts.dropped += ticks),
      delivered: (ageMs) => counts.delivered.push(ageMs),
      wish: (block) => wishes.add(block),
    });
    this.viewer.advance();
  }

  send(bytes: ArrayBuffer | Uint8Array, done: () => void): void {
    this.waiting.push(() => {
      // The viewer may fill its buffer anew when this is done.
      const frame = this.#decoder.decode(new Uint8Array(bytes).slice().buffer);
      this.frames.push(frame.type === 'positions' ? { ...frame, positions: frame.positions.slice() } : frame);
      done();
      if (this.polite) this.acknowledge();
    });
    if (this.quick) this.flush();
  }

  /** What waits leaves the socket. */
  flush(): void {
    while (this.waiting.length > 0) this.waiting.shift()!();
  }

  acknowledge(): void {
    this.viewer.receive(encodeAcknowledgement(this.frames.length));
  }

  interest(interest: Interest | null): void {
    this.viewer.receive(encodeInterest(interest));
  }

  close(code: number): void {
    this.closed = code;
  }

  get types(): string[] {
    return this.frames.map(({ type }) => type);
  }

  get last(): PositionFrame {
    return this.frames.findLast((frame) => frame.type === 'positions')!;
  }
}

const firstBlock: Interest = { maxNodes: BLOCK_NODES, nodes: Uint32Array.of(0, 1, 2) };

describe('viewer', () => {
  it('gets the topology, the blocks, keys of all of them, and then deltas', () => {
    const show = new Show();
    const watcher = show.join();
    assert.deepEqual(watcher.types, ['topology']);
    for (let i = 0; i < 5; i++) {
      show.tick();
      watcher.viewer.advance();
      assert.equal(watcher.last.changed.length, BLOCKS);
      const furthest = Math.max(...watcher.last.positions.map((value, p) => Math.abs(value - show.positions[p]!)));
      assert.ok(furthest < 0.1, `off by ${furthest}`);
    }
    assert.deepEqual(watcher.types, ['topology', 'blocks', ...Array<string>(5).fill('positions')]);
    assert.deepEqual(show.counts, { dropped: 0, delivered: [0, 0, 0, 0, 0], sent: 7 });
  });

  it('that comes late waits for keys, and then has what all others have', () => {
    const show = new Show();
    const early = show.join();
    for (let i = 0; i < 3; i++) {
      show.tick();
      early.viewer.advance();
    }
    const late = show.join();
    assert.deepEqual(late.types, ['topology', 'blocks']);
    assert.equal(show.wishes.size, BLOCKS);
    for (let i = 0; i < 2; i++) {
      show.tick();
      for (const { viewer } of [early, late]) viewer.advance();
      assert.deepEqual(late.last.positions, early.last.positions);
    }
    show.tick(true);
    for (const { viewer } of [early, late]) viewer.advance();
    assert.deepEqual(show.join().last.positions, early.last.positions, 'a settled tick has all keys');
  });

  it('that is slow has one frame on its way, whatever happens, and then gets the newest', () => {
    const show = new Show();
    const watcher = show.join();
    show.tick();
    watcher.viewer.advance();
    watcher.quick = false;
    for (let i = 0; i < 50; i++) {
      show.tick();
      watcher.viewer.advance();
      assert.equal(watcher.waiting.length, 1);
    }
    watcher.quick = true;
    watcher.flush();
    assert.equal(watcher.types.filter((type) => type === 'positions').length, 2, 'no key of the newest tick yet');
    show.tick();
    watcher.viewer.advance();
    assert.deepEqual([watcher.last.sequence, watcher.last.changed.length], [51, BLOCKS]);
    assert.equal(show.counts.dropped, 49);
  });

  it('that acknowledges nothing is sent eight frames and no more, until it does', () => {
    const show = new Show();
    const watcher = show.join();
    watcher.polite = false;
    for (let i = 0; i < 30; i++) {
      show.tick();
      watcher.viewer.advance();
    }
    assert.equal(watcher.frames.length, 1 + 8);
    watcher.polite = true;
    watcher.acknowledge();
    show.tick();
    watcher.viewer.advance();
    assert.equal(watcher.last.sequence, 30);
  });

  it('is sent nothing more once it has a settled layout', () => {
    const show = new Show();
    const watcher = show.join();
    show.tick();
    show.tick(true);
    for (let i = 0; i < 5; i++) watcher.viewer.advance();
    assert.deepEqual(watcher.types, ['topology', 'blocks', 'positions']);
    assert.equal(watcher.last.settled, true);
  });

  it('gets new topologies, new blocks and highlights, of several only the newest', () => {
    const show = new Show();
    const watcher = show.join();
    show.tick();
    watcher.quick = false;
    watcher.viewer.advance();
    for (const node of [1, 2]) {
      const nodes = Uint32Array.of(node);
      show.picture.highlight = { nodes, bytes: encodeHighlight({ sequence: node, revision: 1, path: nodes }) };
      watcher.viewer.advance();
    }
    show.restart();
    show.tick();
    watcher.quick = true;
    watcher.flush();
    assert.deepEqual(watcher.types, ['topology', 'blocks', 'positions', 'blocks', 'highlight', 'positions']);
    const highlight = watcher.frames.find((frame) => frame.type === 'highlight');
    assert.deepEqual(highlight?.path, Uint32Array.of(2));
    assert.deepEqual(show.join().types, ['topology', 'blocks', 'positions'], 'an old answer is not shown');
  });
});

describe('viewer with an interest', () => {
  const settleDown = (show: Show, watcher: Watcher): void => {
    show.tick();
    watcher.viewer.advance();
    watcher.interest(firstBlock);
  };

  it('gets its blocks with every tick, and rough ones of the rest in turns', () => {
    const show = new Show();
    const watcher = show.join();
    settleDown(show, watcher);
    const seen = new Set<number>();
    for (let i = 0; i < 6; i++) {
      show.tick();
      watcher.viewer.advance();
      assert.equal(watcher.last.changed[0], 0);
      assert.ok(watcher.last.changed.length <= 1 + 4, `${watcher.last.changed.length} blocks`);
      for (const block of watcher.last.changed) seen.add(block);
    }
    assert.equal(seen.size, BLOCKS);
    assert.equal(show.wishes.size, 0);
  });

  it('gets the blocks of the lit path too', () => {
    const show = new Show();
    const watcher = show.join();
    settleDown(show, watcher);
    const nodes = Uint32Array.of(NODES - 1);
    show.picture.highlight = { nodes, bytes: encodeHighlight({ sequence: 1, revision: 1, path: nodes }) };
    for (let i = 0; i < 2; i++) {
      show.tick();
      watcher.viewer.advance();
    }
    assert.ok(watcher.last.changed.includes(BLOCKS - 1));
  });

  it('that looks elsewhere gets keys of what it sees now', () => {
    const show = new Show();
    const watcher = show.join();
    settleDown(show, watcher);
    for (let i = 0; i < 3; i++) {
      show.tick();
      watcher.viewer.advance();
    }
    watcher.interest({ maxNodes: BLOCK_NODES, sphere: { center: [41, 41, 41], radius: 1 } });
    for (let i = 0; i < 2; i++) {
      show.tick();
      watcher.viewer.advance();
    }
    assert.equal(watcher.last.changed[0], 10);
    const furthest = Math.max(...[120, 121, 122].map((p) => Math.abs(watcher.last.positions[p]! - show.positions[p]!)));
    assert.ok(furthest < 0.1, `off by ${furthest}`);
  });

  it('has all of a settled layout, exactly', () => {
    const show = new Show();
    const [watcher, all] = [show.join(), show.join()];
    settleDown(show, watcher);
    for (let i = 0; i < 9; i++) show.tick(i === 8);
    for (const { viewer } of [watcher, all]) viewer.advance();
    assert.deepEqual(watcher.last.positions, all.last.positions);
  });
});

describe('messages of a viewer', () => {
  it('that are malformed or false end the connection', () => {
    for (const message of [Uint8Array.of(9), encodeAcknowledgement(7), encodeInterest({ maxNodes: 0 })]) {
      const watcher = new Show().join();
      watcher.viewer.receive(message);
      assert.equal(watcher.closed, 1008);
    }
    const backwards = new Show().join();
    backwards.viewer.receive(encodeAcknowledgement(0));
    assert.equal(backwards.closed, 1008, 'one frame has been acknowledged already');
  });

  it('may be a hundred a second', () => {
    const show = new Show();
    const watcher = show.join();
    for (let second = 0; second < 3; second++) {
      for (let i = 0; i < 99; i++) watcher.interest(null);
      show.clock.advance(1000);
    }
    assert.equal(watcher.closed, null);
    for (let i = 0; i < 101; i++) watcher.interest(null);
    assert.equal(watcher.closed, 1008);
  });
});

it('whatever viewers, network and layout do, frames follow on each other and all end with the same picture', () => {
  const interest = fc.constantFrom<Interest | null>(
    null,
    firstBlock,
    { maxNodes: 20, sphere: { center: [50, 50, 50], radius: 9 } },
    { maxNodes: 12, nodes: Uint32Array.of(79, 40, 4_000_000) },
  );
  const events = fc.oneof(
    { weight: 6, arbitrary: fc.constant({ type: 'tick' as const }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('network' as const), quick: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('manners' as const), polite: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('look' as const), interest }) },
    { weight: 1, arbitrary: fc.constantFrom({ type: 'restart' as const }, { type: 'settle' as const }) },
  );
  fc.assert(
    fc.property(fc.array(events, { maxLength: 80 }), (happening) => {
      const show = new Show();
      const watcher = show.join();
      for (const event of happening) {
        if (event.type === 'network') watcher.quick = event.quick;
        if (event.type === 'manners') watcher.polite = event.polite;
        if (event.type === 'look') watcher.interest(event.interest);
        if (event.type === 'restart') show.restart();
        if (event.type === 'tick') show.tick();
        if (event.type === 'settle') show.tick(true);
        if (watcher.quick) watcher.flush();
        if (watcher.polite) watcher.acknowledge();
        // The decoder throws when a frame does not follow on those before it.
        watcher.viewer.advance();
        assert.ok(watcher.waiting.length <= 4, `${watcher.waiting.length} frames wait`);
      }
      Object.assign(watcher, { quick: true, polite: true });
      watcher.flush();
      watcher.acknowledge();
      show.tick(true);
      watcher.viewer.advance();
      assert.deepEqual(watcher.last.positions, show.join().last.positions);
    }),
    { numRuns: 300 },
  );
});
