import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { guessDelimiter, readCsv, writeCsvRecord } from './csv.ts';
import { type FileGraph, runSteps } from './file-graph.ts';
import { previewTable, readTable } from './table.ts';

const recordsOf = (text: string, delimiter = ','): unknown[] =>
  [...readCsv(text, delimiter)].map((item) => ('reason' in item ? `problem on ${item.line}` : item.fields));
const read = (...lines: string[]): FileGraph => runSteps(readTable(lines.join('\n')));
const rolesOf = (...lines: string[]): string[] => previewTable(lines.join('\n')).columns.map(({ role }) => role);

describe('comma-separated values', () => {
  test('with quotes, doubled quotes, line ends within a field, of all kinds, and a byte order mark', () => {
    assert.deepEqual(recordsOf('\uFEFFa,"b ""c"", d"\r\n"x\ny",\r\r\n\n  \ne,f'), [
      ['a', 'b "c", d'],
      ['x\ny', ''],
      ['e', 'f'],
    ]);
    const lines = [...readCsv('"a\nb"\n\nc\r"d\r\ne"\nf', ',')].map(({ line }) => line);
    assert.deepEqual(lines, [1, 4, 5, 7]);
  });

  test('whatever is written is read again', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', ';'), maxLength: 6 });
    fc.assert(
      fc.property(fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 5 }), (records) => {
        assert.deepEqual(recordsOf(records.map((record) => writeCsvRecord(record)).join('')), records);
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  test('a quote that is never closed costs its line only', () => {
    assert.deepEqual(recordsOf('a,b\n1,"open\n2,"x, y"\n3,z'), [['a', 'b'], 'problem on 2', ['2', 'x, y'], ['3', 'z']]);
    assert.deepEqual(recordsOf('a,b\n1,"open\n2,x'), [['a', 'b'], 'problem on 2', ['2', 'x']]);
    assert.deepEqual(recordsOf('a,"b" c'), [['a', 'b c']], 'text behind a quote on the same line is kept');
  });

  test('any text is read in linear time: quotes that open and never close, on every line', () => {
    const count = 30_000;
    for (const line of ['"x', '""x', 'a,"', '"a""b', '"",""x"', '"\n""']) {
      const found = [...readCsv(`"start\n${`${line}\n`.repeat(count)}`, ',')].length;
      assert.ok(found >= 1, line);
    }
    assert.equal([...readCsv('"'.repeat(1_000_001), ',')].length, 1);
  });

  test('loses no line of a text that has no quote', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'b', '7', '.'), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 3 }), { maxLength: 8 }), (rows) => {
        assert.deepEqual(recordsOf(rows.map((row) => row.join(';')).join('\r\n'), ';'), rows);
      }),
    );
  });

  test('the delimiter is the one that cuts evenly', () => {
    assert.equal(guessDelimiter('a,b\n1,2\n'), ',');
    assert.equal(guessDelimiter('Name;Preis\nEi;0,30\nMilch;1,10\n'), ';');
    assert.equal(guessDelimiter('a\tb, c\n1\t2\n'), '\t');
    assert.equal(guessDelimiter('x|y|z\n1|2|3'), '|');
    assert.equal(guessDelimiter('one\ntwo'), ',');
  });
});

describe('what the columns mean', () => {
  test('by their names', () => {
    assert.deepEqual(rolesOf('Id,Label,Description,Born', '1,Alan,A man,1912'), ['id', 'name', 'text', 'attribute']);
    assert.deepEqual(rolesOf('Source,Target,Type,Weight', 'a,b,Directed,3'), [
      'source',
      'target',
      'relation',
      'weight',
    ]);
    assert.deepEqual(rolesOf('from;to;label;id', 'a;b;knows;4'), ['source', 'target', 'relation', 'ignored']);
    assert.deepEqual(rolesOf(':START_ID,:END_ID,:TYPE', '1,2,KNOWS'), ['source', 'target', 'relation']);
    assert.deepEqual(rolesOf('Country,Capital,Inhabitants', 'France,Paris,68', 'Peru,Lima,34'), [
      'name',
      'attribute',
      'attribute',
    ]);
  });

  test('by their values, when there are no names', () => {
    const preview = previewTable('0 1\n0 2\n1 2\n'.replaceAll(' ', '\t'));
    assert.deepEqual([preview.header, preview.shape, preview.delimiter], [false, 'edges', '\t']);
    assert.deepEqual(rolesOf('a,b,0.5', 'b,c,0.25'), ['source', 'target', 'weight']);
    assert.deepEqual(
      rolesOf('Anna,knows,Bert', 'Bert,knows,Carl', 'Carl,likes,Anna', 'Dora,likes,Bert', 'Bert,likes,Dora').length,
      3,
    );
    const kinds = previewTable('n,d,t,e\n1,2020-01-31,x,\n2.5,1999-12-01,y,').columns.map(({ kind }) => kind);
    assert.deepEqual(kinds, ['number', 'date', 'text', 'empty']);
  });

  test('as somebody says, by name or number', () => {
    const columns = { source: 'Who', target: '3' };
    const graph = runSteps(readTable('Who,When,Whom\nA,1912,B', { columns }));
    assert.deepEqual(
      graph.edges.map(({ source, target }) => [source, target]),
      [['A', 'B']],
    );
  });
});

describe('a table becomes a graph', () => {
  test('of nodes: names, other names, text, and the rest as attributes', () => {
    const { nodes } = read('id,name,aliases,notes,born', '7,Alan Turing,AMT|"A\\|T",Broke Enigma,1912', '8,Ada,,,');
    assert.deepEqual(
      nodes.map(({ id, names, text, attributes }) => [id, names, text, Object.fromEntries(attributes)]),
      [
        ['7', ['Alan Turing', 'AMT', '"A|T"'], 'Broke Enigma', { born: '1912' }],
        ['8', ['Ada'], '', {}],
      ],
    );
  });

  test('of edges, with their ends, relations, weights, lines and rows', () => {
    const { nodes, edges } = read('source,target,relation,weight', 'Alan,Enigma,broke,2', 'Alan,Ada,,');
    assert.deepEqual(
      nodes.map(({ id }) => id),
      ['Alan', 'Enigma', 'Ada'],
    );
    assert.deepEqual(edges, [
      {
        source: 'Alan',
        target: 'Enigma',
        relation: 'broke',
        weight: 2,
        directed: true,
        line: 2,
        record: 'Alan,Enigma,broke,2',
      },
      { source: 'Alan', target: 'Ada', relation: '', weight: 1, directed: true, line: 3, record: 'Alan,Ada,,' },
    ]);
  });

  test('of which ragged rows, rows without an end and ids that are there already are left out, and said', () => {
    const edges = read('source,target', 'a,b', 'a', 'a,c,,', 'a,d,surplus', ',b');
    assert.deepEqual(
      edges.edges.map(({ target }) => target),
      ['b', 'c'],
    );
    assert.deepEqual(edges.problems, [
      { line: 3, reason: 'an edge lacks one of its ends' },
      { line: 5, reason: 'the row has 3 fields, the table 2 columns' },
      { line: 6, reason: 'an edge lacks one of its ends' },
    ]);
    assert.deepEqual(read('id,name', '1,a', '1,b').problems, [
      { line: 3, reason: 'the id "1" is there already, on line 2' },
    ]);
  });

  test('of nothing, from nothing', () => {
    for (const text of ['', '\n\n', 'id,name', '"']) assert.deepEqual(runSteps(readTable(text)).edges, [], text);
  });
});
