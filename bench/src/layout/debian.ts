/** Debian's packages as a graph: real, at hand on many machines, with hubs such as libc6. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type BenchGraph, simpleEdges } from './graph.ts';

/** `apt-cache` writes about 80 MB for the whole of Debian. */
const MAX_OUTPUT = 1 << 29;

/**
 * Reads the package lists that apt keeps on this machine.
 * @returns null, and tells why, where there is no apt or it has no lists
 */
export async function readDebianGraph(tell: (reason: string) => void): Promise<BenchGraph | null> {
  try {
    const { stdout } = await promisify(execFile)('apt-cache', ['dumpavail'], { maxBuffer: MAX_OUTPUT });
    const graph = parseDebianGraph(stdout);
    if (graph.edges.length > 0) return graph;
    tell('apt has no package lists on this machine; "apt-get update" fetches them');
  } catch (failure) {
    tell(`the package lists cannot be read (${(failure as Error).message.split('\n')[0]})`);
  }
  return null;
}

/**
 * Nodes are packages, in order of appearance; a package that appears in several versions is one. Edges join a package
 * with all that it pre-depends on, depends on or recommends, each alternative included. Names that no package has
 * (virtual packages) count for nothing.
 *
 * @param text stanzas of `Field: value` as in Debian's `Packages` files (deb-control(5))
 */
export function parseDebianGraph(text: string): BenchGraph {
  const numbers = new Map<string, number>();
  const wanted: (readonly [number, string])[] = [];
  for (const stanza of text.split(/\n{2,}/)) {
    const name = /^Package: (.+)$/m.exec(stanza)?.[1];
    if (name === undefined) continue;
    if (!numbers.has(name)) numbers.set(name, numbers.size);
    const number = numbers.get(name) as number;
    for (const [, relations = ''] of stanza.matchAll(/^(?:Pre-Depends|Depends|Recommends): (.*)$/gm)) {
      // "name (>= 1) [amd64] | other:any, third"
      for (const relation of relations.split(/[,|]/)) {
        const other = /^\s*([a-z0-9][a-z0-9+.-]*)/.exec(relation)?.[1];
        if (other !== undefined) wanted.push([number, other]);
      }
    }
  }
  const pairs = wanted.flatMap(([number, other]) => {
    const target = numbers.get(other);
    return target === undefined ? [] : [number, target];
  });
  return { name: 'Debian packages', nodes: numbers.size, edges: simpleEdges(numbers.size, pairs) };
}
