import { systemClock } from '@vortexflow/primitives';
import { launchPostgres, postgresMissing, type PostgresServer } from '@vortexflow/testkit';
import { after, before, describe } from 'node:test';
import { describeDocumentStore, type OpenStore } from './conformance.ts';
import { openPostgresStore } from './postgres.ts';
import { parsePostgresUrl } from './postgres/url.ts';
import type { Store } from './store.ts';
import { describeKeyValueStore } from './values/conformance.ts';

/** In CI nothing may be skipped: there the launch fails with the reason. */
const skip = process.env['CI'] ? false : (postgresMissing ?? false);

/** A new schema takes a third of a second. */
const RUNS = 8;

describe('on PostgreSQL', { skip }, () => {
  let server: PostgresServer;
  before(async () => {
    server = await launchPostgres();
  });
  after(() => server.remove());

  const open = (schema: string, url = server.url): Promise<Store> =>
    openPostgresStore({
      place: parsePostgresUrl(`${url}?schema=${schema}`),
      readPassword: () => Promise.resolve(undefined),
      clock: systemClock,
      onNotice: (text) => process.stderr.write(`${text}\n`),
    });

  let schemas = 0;
  const newPlace = (): OpenStore => {
    const schema = `store_${schemas++}`;
    return () => open(schema);
  };
  describeDocumentStore('openPostgresStore', newPlace, RUNS);
  describeKeyValueStore('openPostgresStore', newPlace, RUNS);
});
