/** `node bench/src/page-alone.ts`: the page's figures only. */
import { launchServer } from '@vortexflow/testkit';
import { circumstances, printTable } from './figure.ts';
import { measurePage } from './page.ts';
import { untilSettled } from './settle.ts';

const about = circumstances();
const server = await launchServer();
try {
  const settled = await untilSettled(server.url);
  const figures = await measurePage(server.url);
  process.stdout.write(`${about.join('\n')}\n\n`);
  printTable([settled, ...figures]);
} finally {
  await server.stop();
}
