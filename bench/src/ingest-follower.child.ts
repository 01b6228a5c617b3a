/** A thread that follows the knowledge as a reasoner does. */
import { parentPort, workerData } from 'node:worker_threads';
import { KnowledgeBase, type KnowledgeChange, type KnowledgeImage } from '@vortexflow/knowledge';

const base = new KnowledgeBase(workerData as KnowledgeImage);
parentPort?.on('message', (change: KnowledgeChange) => {
  base.apply(change);
  parentPort?.postMessage(base.revision);
});
parentPort?.postMessage(0);
