/** RDF Turtle (https://www.w3.org/TR/turtle/), by the parser of N3.js; statements become nodes and edges as those of N-Triples do. */
import { type FileGraph, ProblemList, RdfGraph, type RdfTerm, type Steps } from '@vortexflow/graph';
import { errorFactory } from '@vortexflow/primitives';
import type * as N3 from 'n3';
import { requireLibrary } from './lazy.ts';

/** Characters that are parsed between two steps. */
const CHUNK = 1 << 18;

const turtleError = errorFactory({
  file_malformed: {
    type: 'ValidationError',
    status: 400,
    recovery: 'Propagate',
    message: 'Line {line}: {reason}.',
    hint: 'Nothing of this file was taken.',
  },
} as const);

/** @throws CodedError `file_malformed` with the line where it stops being Turtle, `file_too_large` */
export function* readTurtle(text: string): Steps<FileGraph> {
  const { Parser } = requireLibrary('n3') as typeof N3;
  const graph = new RdfGraph(new ProblemList());
  const blanks = new BlankNodes();
  const source = new Source();
  let line = 1;
  new Parser({ format: 'text/turtle', blankNodePrefix: '_:' }).parse(source, {
    onToken: (token) => (line = token.line),
    onQuad: (error, quad) => {
      if (error) throw turtleError('file_malformed', { line, reason: reasonOf(error) });
      if (!quad) return;
      const [subject, object] = [blanks.toTerm(quad.subject), blanks.toTerm(quad.object)];
      const predicate = quad.predicate.value;
      graph.add({ subject, predicate, object }, line, `${print(subject)} <${predicate}> ${print(object)} .`);
    },
  });
  for (let at = 0; at < text.length; at += CHUNK) {
    source.push(text.slice(at, at + CHUNK));
    yield;
  }
  source.end();
  return graph.finish();
}

/** What the parser takes for a stream: it is given pieces, and reads each before the next. */
class Source implements N3.Source {
  readonly #listeners = new Map<string, (chunk: string) => void>();

  on(event: string, listener: (chunk: string) => void): void {
    this.#listeners.set(event, listener);
  }

  push(chunk: string): void {
    this.#listeners.get('data')?.(chunk);
  }

  end(): void {
    this.#listeners.get('end')?.('');
  }
}

/** Nodes without a name are counted by the library since the process began; here by their place in the file. */
class BlankNodes {
  readonly #labels = new Map<string, string>();

  toTerm({ termType, value, language = '' }: N3.Term): RdfTerm {
    if (termType === 'Literal') return { kind: 'literal', value, language };
    if (termType !== 'BlankNode') return { kind: 'iri', value };
    const label = this.#labels.get(value) ?? (/^n3-\d+$/.test(value) ? `blank-${this.#labels.size + 1}` : value);
    this.#labels.set(value, label);
    return { kind: 'blank', value: label };
  }
}

function print(term: RdfTerm): string {
  if (term.kind === 'literal') return JSON.stringify(term.value);
  return term.kind === 'iri' ? `<${term.value}>` : `_:${term.value}`;
}

/** The library puts the line at the end: `Expected entity but got eof on line 3.` */
const reasonOf = ({ message }: Error): string =>
  message
    .replace(/ (?:on|in) line \d+\.?$/, '')
    .replace(/\.$/, '')
    .slice(0, 200);
