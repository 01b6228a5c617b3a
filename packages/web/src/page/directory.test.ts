import assert from 'node:assert/strict';
import test from 'node:test';
import type { GraphNode } from '@vortexflow/protocol';
import { Cell } from './cell.ts';
import { NodeDirectory } from './directory.ts';

const node = (index: number): GraphNode => ({
  id: `n${index}`,
  index,
  label: `name ${index}`,
  names: [],
  text: '',
  group: 'g',
  degree: 0,
  neighbours: [],
  request_id: '',
});

/** Answers when told to, and remembers what it was asked. */
class Library {
  readonly asked: number[] = [];
  readonly #open: (() => void)[] = [];
  failing = false;

  node = (id: string) => this.nodeAt(Number(id.slice(1)));

  nodeAt = (index: number): Promise<GraphNode> => {
    this.asked.push(index);
    return new Promise((resolve, reject) =>
      this.#open.push(() => (this.failing ? reject(new Error('gone')) : resolve(node(index)))),
    );
  };

  async answerAll(): Promise<void> {
    for (let open = this.#open.shift(); open; open = this.#open.shift()) {
      open();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

test('a node is asked for once, and its name is known from then on', async () => {
  const library = new Library();
  const directory = new NodeDirectory(library, () => undefined);
  const both = [directory.nodeAt(3), directory.nodeAt(3)];
  assert.equal(directory.name(3), undefined);
  await library.answerAll();
  assert.equal((await both[0]!).label, 'name 3');
  assert.equal(await both[0], await both[1]);
  assert.deepEqual(library.asked, [3]);
  assert.equal(directory.name(3), 'name 3');
});

test('a failure is not remembered', async () => {
  const library = new Library();
  const directory = new NodeDirectory(library, () => undefined);
  library.failing = true;
  const call = assert.rejects(directory.node('n5'), /gone/);
  await library.answerAll();
  await call;
  library.failing = false;
  const again = directory.node('n5');
  await library.answerAll();
  assert.equal((await again).index, 5);
});

test('wanted names come a few at a time, newest first, and are told', async () => {
  const library = new Library();
  let told = 0;
  const directory = new NodeDirectory(library, () => told++);
  for (let index = 0; index < 10; index++) directory.want(index);
  directory.want(0);
  assert.deepEqual(library.asked, [0, 1, 2, 3]);
  await library.answerAll();
  assert.equal(told, 10);
  assert.deepEqual(library.asked, [0, 1, 2, 3, 9, 8, 7, 6, 5, 4]);
});

test('wishes beyond the queue are forgotten, and may be wished for again', async () => {
  const library = new Library();
  const directory = new NodeDirectory(library, () => undefined);
  for (let index = 0; index < 300; index++) directory.want(index);
  await library.answerAll();
  assert.equal(library.asked.length, 244);
  directory.want(10);
  await library.answerAll();
  assert.equal(directory.name(10), 'name 10');
});

test('a cell tells its watchers of changes, and only of those', () => {
  const cell = new Cell(1);
  const heard: number[] = [];
  const stop = cell.watch(() => heard.push(cell.get()));
  cell.set(1);
  cell.set(2);
  stop();
  cell.set(3);
  assert.deepEqual(heard, [2]);
});
