import { it } from 'node:test';
import { killAgainAndAgain, newFolder } from './conformance.ts';

it('a server that is killed 20 times while it takes documents in loses none that it acknowledged', async (t) => {
  await killAgainAndAgain(t, { dataFolder: await newFolder(t), url: null, env: {} }, 20);
});
