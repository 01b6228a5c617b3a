/** Analytics of the whole WordNet by a real server, through the client. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createClient, type VortexflowClient } from '@vortexflow/client';
import { type ErrorResponse, GRAPH_MEASURES, GraphAnalyticsResponse } from '@vortexflow/protocol';
import { launchServer, type LaunchedServer } from '@vortexflow/testkit';
import { Compile } from 'typebox/compile';

let server: LaunchedServer;
let client: VortexflowClient;
before(async () => {
  server = await launchServer();
  client = createClient({ baseUrl: server.url, key: server.key });
});
after(() => server.stop());

const accepts = Compile(GraphAnalyticsResponse);

describe('GET /api/v1/graph/analytics', () => {
  for (const measure of GRAPH_MEASURES) {
    test(`${measure} of 117,791 nodes answers as documented`, async () => {
      const found = await client.graph.analytics(measure, { limit: 3 });
      assert.ok(accepts.Check(found), JSON.stringify([...accepts.Errors(found)].slice(0, 2)));
      assert.deepEqual([found.measure, found.nodes, found.edges], [measure, 117_791, 184_083]);
      assert.equal(found.top.length + found.clusters.length, 3);
      assert.equal(found.layout_tick !== null, measure === 'kmeans' || measure === 'outliers');
    });
  }

  test('knows what WordNet is like', async () => {
    const { clusters: components } = await client.graph.analytics('components', { limit: 1 });
    assert.equal(components[0]?.size, 115_579);
    const { figures } = await client.graph.analytics('communities');
    assert.ok((figures['modularity'] ?? 0) > 0.84);
    const { top, cached } = await client.graph.analytics('pagerank', { limit: 100 });
    assert.equal(top.length, 100);
    assert.ok(cached, 'asked for before, with another limit');
    assert.ok(top.every(({ score }, rank) => rank === 0 || score <= (top[rank - 1]?.score ?? 0)));
  });

  test('k makes that many clusters, in number and in share', async () => {
    const { clusters, figures } = await client.graph.analytics('kmeans', { k: 5 });
    assert.equal(figures['clusters'], 5);
    const share = clusters.reduce((sum, cluster) => sum + cluster.share, 0);
    assert.ok(Math.abs(share - 1) < 1e-9);
    assert.ok(clusters.every(({ centre, nodes }) => centre?.length === 3 && nodes.length === 5));
  });

  test('answers questions while it computes', async () => {
    await client.documents.add([{ id: 'a', title: 'A', text: 'A new node, so nothing is kept.' }]);
    const computing = client.graph.analytics('communities');
    await client.ask({ input: 'What is a dog?' });
    const { nodes, cached } = await computing;
    assert.deepEqual([nodes, cached], [117_792, false]);
    await client.documents.remove('a');
    assert.equal((await client.graph.analytics('degree')).nodes, 117_791);
  });

  test('refuses what it cannot do, in the words of the table', async () => {
    for (const query of [
      '',
      '?measure=best',
      '?measure=degree&limit=0',
      '?measure=kmeans&k=65',
      '?measure=degree&x=1',
    ]) {
      const response = await fetch(`${server.url}/api/v1/graph/analytics${query}`);
      assert.equal(response.status, 400, query);
      assert.equal(((await response.json()) as ErrorResponse).code, 'request_invalid');
    }
    const wrongKey = { headers: { authorization: 'Bearer wrong' } };
    assert.equal((await fetch(`${server.url}/api/v1/graph/analytics?measure=degree`, wrongKey)).status, 401);
  });

  test('is in the interface description and in the metrics', async () => {
    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as { paths: Record<string, unknown> };
    assert.ok(document.paths['/api/v1/graph/analytics']);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(metrics, /^vortex_analytics_duration_seconds_count\{measure="communities"\} 2$/m);
  });
});
