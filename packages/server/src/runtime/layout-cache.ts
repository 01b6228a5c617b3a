/** Positions of a settled layout, kept between starts, so that a second start shows the picture at once. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import type { KnowledgeImage } from '@vortexflow/knowledge';

const MAGIC = 0x4c4d5856;

/** Tells layouts of different graphs apart: nodes, edges and a hash of the edges. */
function fingerprint(image: KnowledgeImage): [number, number, number] {
  let hash = 0x811c9dc5;
  for (const node of image.edges) hash = Math.imul(hash ^ node, 0x01000193);
  return [image.graph.nodes, image.edges.length, hash >>> 0];
}

/** Keeps the positions of the image's nodes; those of documents are found anew from their neighbours. */
export async function saveLayout(file: string, image: KnowledgeImage, positions: Float32Array): Promise<void> {
  const head = Uint32Array.of(MAGIC, ...fingerprint(image));
  const body = positions.subarray(0, image.graph.nodes * 3);
  const bytes = Buffer.concat([Buffer.from(head.buffer), Buffer.from(body.buffer, body.byteOffset, body.byteLength)]);
  const partial = `${file}.${process.pid}.partial`;
  await writeFile(partial, bytes);
  await rename(partial, file);
}

/**
 * Positions of an earlier start.
 * @param nodes how many nodes there are now; those beyond the image get NaN, which lets the layout choose
 * @returns null when there are none that fit this image
 */
export async function loadLayout(file: string, image: KnowledgeImage, nodes: number): Promise<Float32Array | null> {
  const bytes = await readFile(file).catch(() => null);
  const length = image.graph.nodes * 3;
  if (bytes?.length !== 16 + length * 4) return null;
  const copy = new Uint8Array(bytes).buffer;
  const head = new Uint32Array(copy, 0, 4);
  const [a, b, c] = fingerprint(image);
  if (head[0] !== MAGIC || head[1] !== a || head[2] !== b || head[3] !== c) return null;
  const positions = new Float32Array(nodes * 3).fill(Number.NaN);
  positions.set(new Float32Array(copy, 16, length));
  return positions;
}
