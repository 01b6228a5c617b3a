/** `node bench/src/layout/peers-smoke.ts`: every other engine for a few ticks on the verbs of WordNet, to see that all run. */
import { buildAdjacency, strengths } from '@vortexflow/graph';
import { seededRandom } from '@vortexflow/primitives';
import { quantile } from '../figure.ts';
import { d3Law, exactForces, type ForceLaw, ngraphLaw, relativeError } from './exact-force.ts';
import { wordNetVerbs } from './graphs.ts';
import { type PeerName, randomStart, runPeer } from './peers.ts';
import { measureQuality } from './quality.ts';
import { runSfdp } from './sfdp.ts';

const TICKS = 50;
const SECONDS = 60;
/** Nodes on which forces are summed exactly. */
const SAMPLED = 200;
/** Length at which the springs of each engine are at rest. */
const PEERS: readonly { name: PeerName; law: ForceLaw; rest: number }[] = [
  { name: 'ngraph', law: ngraphLaw, rest: 10 },
  { name: 'd3', law: d3Law, rest: 30 },
];

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const graph = await wordNetVerbs();
const masses = strengths(buildAdjacency(graph.nodes, graph.edges)).map((degree) => 1 + degree / 3);
const sampled = Array.from({ length: SAMPLED }, (_, i) => Math.floor((i * graph.nodes) / SAMPLED));

function qualityOf(positions: Float32Array): string {
  const { stress, preservation } = measureQuality(graph, positions);
  return `stress ${stress.toFixed(3)}, preservation ${preservation.toFixed(3)}`;
}

say(`${graph.name}: ${graph.nodes} nodes, ${graph.edges.length / 2} edges`);
for (const { name, law, rest } of PEERS) {
  const start = randomStart(graph.nodes, rest, seededRandom(1));
  const run = await runPeer(name, graph, { start, ticks: TICKS, seconds: SECONDS });
  const own = sampled.flatMap((node) => [...run.forces.subarray(3 * node, 3 * node + 3)]);
  const error = relativeError(own, exactForces(law, run.positions, masses, sampled));
  const tick = `${run.tickMs.length} ticks, median ${quantile(run.tickMs, 0.5).toFixed(1)} ms`;
  const cost = `${run.cpuSeconds.toFixed(1)} s of CPU, ${Math.round(run.peakBytes / 1e6)} MB`;
  say(`${name}: ${tick}; force error ${(100 * error).toFixed(1)} %; ${qualityOf(run.positions)}; ${cost}`);
}
const drawn = await runSfdp(graph, SECONDS, (reason) => say(`sfdp: ${reason}`));
if (drawn) {
  const cost = `${drawn.wallSeconds.toFixed(1)} s, ${drawn.cpuSeconds?.toFixed(1) ?? 'unknown'} s of CPU`;
  say(`sfdp: ${cost}; ${qualityOf(drawn.positions)}`);
}
