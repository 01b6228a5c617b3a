/** Graphs as files, in and out of a real server; and documents in all formats. */
import { createClient, type VortexflowClient } from '@vortexflow/client';
import { readGexf, readGraphml, readJson, readNTriples, readTable, runSteps } from '@vortexflow/graph';
import type { DocumentsResponse, ErrorResponse, GraphNode } from '@vortexflow/protocol';
import { launchServer, type LaunchedServer } from '@vortexflow/testkit';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

let server: LaunchedServer;
let client: VortexflowClient;
before(async () => {
  server = await launchServer();
  client = createClient({ baseUrl: server.url, key: server.key });
});
after(() => server.stop());

const GRAPHML = `<graphml><key id="r" for="edge" attr.name="relation"/><key id="l" for="node" attr.name="label"/>
<graph edgedefault="directed"><node id="a"><data key="l">Ada Lovelace</data></node><node id="e"><data key="l">Analytical Engine</data></node>
<edge source="a" target="e"><data key="r">wroteAbout</data><data key="weight">2</data></edge>
</graph></graphml>`;

function send(
  query: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> {
  const init = { method: 'POST', body, headers: { authorization: `Bearer ${server.key}`, ...headers } };
  return fetch(`${server.url}/api/v1/graph/import${query}`, init);
}

async function refused(response: Promise<Response>, status: number, code: string): Promise<ErrorResponse> {
  const answer = await response;
  const body = (await answer.json()) as ErrorResponse;
  assert.deepEqual([answer.status, body.code], [status, code], JSON.stringify(body));
  return body;
}

describe('a graph that is imported', () => {
  test('is found by name, and its edges say what they are and where they stand', async () => {
    const added = await client.graph.import({ format: 'graphml', text: GRAPHML, id: 'ada.graphml', title: 'Ada' });
    assert.deepEqual([added.stored, added.nodes, added.edges, added.problems], [1, 3, 1, []]);
    const [found] = (await client.graph.search('analytical engine', { limit: 1 })).results;
    assert.deepEqual([found?.id, found?.group], ['ada.graphml#e', 'entity']);
    const node: GraphNode = await client.graph.node('ada.graphml#a');
    const source = { document: 'ada.graphml', line: 3, text: 'a wroteAbout e' };
    assert.deepEqual(
      node.neighbours.map(({ id, relation, weight, source: from }) => [id, relation, weight, from]),
      [['ada.graphml#e', 'wrote_about', 2, source]],
    );
    const path = await client.graph.path('ada.graphml#e', 'ada.graphml#a');
    assert.deepEqual([path.relations, path.sources], [['inverse_of_wrote_about'], [source]]);
    assert.equal((await client.documents.get('ada.graphml')).format, 'graphml');
    const [listed] = (await client.documents.list({ prefix: 'ada' })).documents;
    assert.deepEqual([listed?.id, listed?.title, listed?.fingerprint.length], ['ada.graphml', 'Ada', 43]);
    await client.documents.remove('ada.graphml');
    assert.deepEqual((await client.documents.list({ prefix: 'ada' })).documents, []);
    await assert.rejects(client.graph.node('ada.graphml#e'), { code: 'node_not_found' });
  });

  test('is of the format that the content type says, and gets an id by its content', async () => {
    const response = await send('', 'source;target;weight\nx;y;3\nz\n', { 'content-type': 'text/csv; charset=utf-8' });
    const added = (await response.json()) as DocumentsResponse;
    assert.equal(response.status, 200);
    assert.deepEqual(
      added.problems.map(({ line, reason }) => [line, reason]),
      [[3, 'an edge lacks one of its ends']],
    );
    const [listed] = (await client.documents.list({ prefix: 'import/' })).documents;
    assert.match(listed?.id ?? '', /^import\/[0-9a-f]{12}\.csv$/);
    const json = await send('', '{"nodes":[{"id":"n"}],"links":[]}', { 'content-type': 'application/json' });
    assert.equal(json.status, 200, 'a body of JSON is read by the format, not by the server');
    for (const { id } of (await client.documents.list({ prefix: 'import/' })).documents)
      await client.documents.remove(id);
  });

  test('is refused with a reason when it is none, and nothing is stored', async () => {
    const revision = (await client.graph.stats()).revision;
    const broken = await refused(send('?format=graphml&id=x', '<graphml>\n<graph'), 400, 'document_malformed');
    assert.match(broken.message, /Line 2/);
    assert.equal(broken.details?.['line'], 2);
    await refused(send('?format=json', '{"nodes":[{'), 400, 'document_malformed');
    await refused(send('?format=docx', 'x'), 400, 'format_unknown');
    await refused(send('?format=markdown', 'x'), 400, 'request_invalid');
    await refused(send('', 'x', { 'content-type': 'image/png' }), 400, 'request_invalid');
    await refused(send('?format=csv', ''), 400, 'body_empty');
    await refused(send('?format=csv', Uint8Array.of(0xff, 0xfe, 0x41)), 400, 'request_invalid');
    await refused(send('?format=csv&what=ever', 'a,b'), 400, 'request_invalid');
    const deep = '['.repeat(99) + ']'.repeat(99);
    for (const file of ['{"nodes":[{"id":"n","__proto__":{}}]}', '{"nodes":[],"nodes":[]}', deep])
      await refused(send('?format=json', file), 400, 'request_invalid');
    await refused(send('?format=jsonl', '{"id":"a"}\n{"constructor":1}\n'), 400, 'request_invalid');
    await refused(send('?format=csv', 'a,b', { authorization: 'Bearer wrong' }), 401, 'unauthenticated');
    await refused(fetch(`${server.url}/api/v1/graph/import`), 405, 'method_not_allowed');
    assert.equal((await client.graph.stats()).revision, revision);
  });

  test('is refused with the field that is at fault, what is taken there, and what to change', async () => {
    for (const [query, body, pointer, expected] of [
      ['?format=docx', 'x', '/querystring/format', /a format/],
      ['?format=markdown', 'x', '/querystring/format', /one of .*graphml/],
      ['', 'x', '/querystring/format', /one of .*graphml/],
      ['?format=graphml&id=x', '<graphml', '', /text of the format/],
      ['?format=csv', '', '', /a graph as a file/],
      ['?format=csv', Uint8Array.of(0xff), '', /UTF-8/],
      ['?format=json', '{"nodes":[{"__proto__":1}]}', '/nodes/0/__proto__', /keys/],
      ['?fromat=csv', 'a,b', '/querystring/fromat', /no other keys/],
    ] as const) {
      const { code, details, hint } = (await (await send(query, body)).json()) as ErrorResponse;
      assert.equal(details?.['pointer'], pointer, `${query} ${code}`);
      assert.match(String(details?.['expected']), expected);
      assert.ok(hint);
    }
  });

  test('is refused when it is larger than 64 MB, before all of it was sent', async () => {
    const body = new Uint8Array(64 * 1024 * 1024 + 1).fill(97);
    // The server answers and closes; whether the answer still gets through is up to the sender.
    const outcome = await send('?format=csv', body).then(
      async (answer) => ((await answer.json()) as ErrorResponse).code,
      () => 'closed',
    );
    assert.ok(['body_too_large', 'closed'].includes(outcome), outcome);
    assert.equal((await fetch(`${server.url}/health/live`)).status, 200);
  });
});

test('documents come in every format, and a bad one is refused with its line', async () => {
  const added = await client.documents.add([
    { id: 'f/a.html', title: 'A', text: '<h1>Part</h1><p>See <a href="b.txt">b</a>.</p>', format: 'html' },
    { id: 'f/b.txt', title: 'B', text: 'one\ftwo', format: 'text' },
    { id: 'f/c.csv', title: 'C', text: 'Von;Nach\nx;y', format: 'csv;source=1;target=2' },
  ]);
  assert.deepEqual([added.stored, added.nodes, added.edges], [3, 8, 5]);
  const bad = client.documents.add([{ id: 'f/d.nt', title: 'D', text: '<', format: 'rdf' }]);
  await assert.rejects(bad, { code: 'format_unknown' });
  for (const id of ['f/a.html', 'f/b.txt', 'f/c.csv']) await client.documents.remove(id);
});

test('what is exported in any format is the graph', async () => {
  await client.graph.import({ format: 'graphml', text: GRAPHML, id: 'ada.graphml' });
  const get = async (query: string): Promise<string> => {
    const response = await fetch(`${server.url}/api/v1/graph/export?${query}`);
    assert.equal(response.status, 200);
    return response.text();
  };
  const read = { graphml: readGraphml, gexf: readGexf, json: readJson, ntriples: readNTriples } as const;
  for (const [format, reader] of Object.entries(read)) {
    const { nodes, edges, problems } = runSteps(reader(await get(`format=${format}`)));
    assert.deepEqual(nodes.map(({ id }) => id).sort(), ['ada.graphml', 'ada.graphml#a', 'ada.graphml#e'], format);
    assert.deepEqual(
      edges.map(({ relation, weight }) => [relation, weight]),
      [['wrote_about', 2]],
      format,
    );
    assert.deepEqual(problems, []);
  }
  assert.equal(runSteps(readTable(await get('format=csv'))).edges.length, 1);
  assert.equal(runSteps(readTable(await get('format=csv-nodes'))).nodes.length, 3);
  assert.ok((await get('format=csv&built_in=true')).includes('wn:dog.n.01,wn:canine.n.02,hypernym,1,true'));
  assert.equal((await fetch(`${server.url}/api/v1/graph/export?format=xls`)).status, 400);
});
