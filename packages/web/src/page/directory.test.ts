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
  readonly batches: (readonly number[])[] = [];
  readonly #open: (() => void)[] = [];
  failing = false;

  node = (id: string) => this.nodeAt(Number(id.slice(1)));

  nodeAt = (index: number): Promise<GraphNode> => {
    this.asked.push(index);
    return this.#later(() => node(index));
  };

  names = (indices: readonly number[]) => {
    this.batches.push(indices);
    return this.#later(() => ({ names: indices.map((index) => (index === 13 ? null : `name ${index}`)) }));
  };

  #later<T>(answer: () => T): Promise<T> {
    return new Promise((resolve, reject) =>
      this.#open.push(() => (this.failing ? reject(new Error('gone')) : resolve(answer()))),
    );
  }

  async answerAll(): Promise<void> {
    await nextTurn();
    for (let open = this.#open.shift(); open; open = this.#open.shift()) {
      open();
      await nextTurn();
      await nextTurn();
    }
  }
}

const directoryOf = (library: Library, told: () => void = () => undefined) =>
  new NodeDirectory(library, told, (_, run) => setImmediate(run));

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test('a node is asked for once, and its name is known from then on', async () => {
  const library = new Library();
  const directory = directoryOf(library);
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
  const directory = directoryOf(library);
  library.failing = true;
  const call = assert.rejects(directory.node('n5'), /gone/);
  await library.answerAll();
  await call;
  library.failing = false;
  const again = directory.node('n5');
  await library.answerAll();
  assert.equal((await again).index, 5);
});

test('names wanted together come in one request, and are told once', async () => {
  const library = new Library();
  let told = 0;
  const directory = directoryOf(library, () => told++);
  for (let index = 0; index < 10; index++) directory.want(index);
  directory.want(0);
  await nextTurn();
  // These come while the request is on its way: they are the next.
  directory.want(20);
  directory.want(21);
  await library.answerAll();
  assert.deepEqual(library.batches, [
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    [21, 20],
  ]);
  assert.equal(told, 2);
  assert.equal(directory.name(21), 'name 21');
  directory.want(21);
  await library.answerAll();
  assert.equal(library.batches.length, 2);
});

test('a node without a name is not asked for again and again, one whose request failed is', async () => {
  const library = new Library();
  const directory = directoryOf(library);
  directory.want(13);
  await library.answerAll();
  directory.want(13);
  library.failing = true;
  directory.want(14);
  await library.answerAll();
  library.failing = false;
  directory.want(14);
  await library.answerAll();
  assert.deepEqual(library.batches, [[13], [14], [14]]);
  assert.equal(directory.name(13), undefined);
  assert.equal(directory.name(14), 'name 14');
});

test('wishes beyond the queue are forgotten, and may be wished for again', async () => {
  const library = new Library();
  const directory = directoryOf(library);
  for (let index = 0; index < 640; index++) directory.want(index);
  await library.answerAll();
  assert.deepEqual(
    library.batches.map(({ length }) => length),
    [100, 100, 100, 100, 100, 100],
  );
  assert.equal(directory.name(39), undefined);
  assert.equal(directory.name(40), 'name 40');
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
