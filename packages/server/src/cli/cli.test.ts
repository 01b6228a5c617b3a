/** The command line, run as a person runs it. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ProcessResponse } from '@vortexflow/protocol';
import { launchServer, type LaunchedServer } from '@vortexflow/testkit';

const BIN = fileURLToPath(new URL('../../bin/vortexflow.mjs', import.meta.url));

let server: LaunchedServer;
let notes: string;
before(async () => {
  server = await launchServer();
  notes = await mkdtemp(join(tmpdir(), 'vortexflow-notes-'));
  await mkdir(join(notes, 'deep'));
  await writeFile(
    join(notes, 'index.md'),
    '# Garden log\n\nSee [[Marrowfat pea]] and [the shed](deep/shed.md#tools) and [[Nowhere]].\n',
  );
  await writeFile(join(notes, 'Marrowfat pea.md'), 'The Marrowfat pea was sown on 3 April beside the blue fence.\n');
  await writeFile(join(notes, 'deep', 'shed.md'), '# Shed\n\n## Tools\n\nA hoe and a dibber.\n');
  await writeFile(join(notes, 'picture.png'), Buffer.from([0x89, 0x50]));
});
after(async () => {
  await server.stop();
  await rm(notes, { recursive: true, force: true });
});

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], env: Record<string, string> = {}): Promise<Result> {
  return new Promise((resolve) => {
    const AUDIT_KEY_FILE = join(server.dataFolder, 'command-line.key');
    const options = {
      env: { ...process.env, VORTEXFLOW_DATA: server.dataFolder, LOG_FORMAT: 'json', AUDIT_KEY_FILE, ...env },
    };
    execFile(process.execPath, [BIN, ...args], options, (failure, stdout, stderr) => {
      resolve({ code: failure ? Number(failure.code) : 0, stdout, stderr });
    });
  });
}

describe('vortexflow', () => {
  it('asks the running server', async () => {
    const { code, stdout } = await run(['ask', 'What do a wolf and a dog have in common?']);
    assert.equal(code, 0);
    assert.match(stdout, /Both are kinds of canine/);
    assert.match(stdout, /not calibrated yet/);
    assert.match(stdout, /wn:wolf\.n\.01 → wn:canine\.n\.02 → wn:dog\.n\.01/);
  });

  it('prints JSON and says by its exit status that it abstained', async () => {
    const { code, stdout } = await run(['ask', '--json', 'Who won the storehouse championship last year?']);
    assert.equal(code, 3);
    assert.equal((JSON.parse(stdout) as ProcessResponse).answered, false);
  });

  it('ingests a folder of Markdown: headings, wikilinks and links become edges', async () => {
    const { code, stdout } = await run(['ingest', notes, '--json']);
    assert.equal(code, 0);
    const summary = JSON.parse(stdout) as { stored: number; nodes: number; edges: number; unresolved_links: string[] };
    assert.equal(summary.stored, 3);
    assert.equal(summary.nodes, 4);
    // index -> pea, index -> tools of the shed, shed contains tools.
    assert.equal(summary.edges, 3);
    assert.deepEqual(summary.unresolved_links, ['Nowhere']);
    const again = JSON.parse((await run(['ingest', notes, '--json'])).stdout) as { stored: number; unchanged: number };
    assert.deepEqual([again.stored, again.unchanged], [0, 3]);
    const answer = JSON.parse(
      (await run(['ask', '--json', '--min-confidence', '0', 'When was the Marrowfat pea sown?'])).stdout,
    ) as ProcessResponse;
    assert.match(answer.result ?? '', /3 April/);
  });

  it('ingests one file, and keeps files of the same name in other folders', async () => {
    const other = await mkdtemp(join(tmpdir(), 'vortexflow-other-'));
    try {
      await writeFile(join(other, 'index.md'), '# Another log\n\nThe quagga was last seen in 1883.\n');
      const { code, stdout, stderr } = await run(['ingest', join(other, 'index.md'), '--json']);
      assert.equal(code, 0, stderr);
      assert.equal((JSON.parse(stdout) as { replaced: number }).replaced, 0);
      for (const folder of [notes, other]) {
        const id = encodeURIComponent(`${basename(folder)}/index.md`);
        assert.equal((await fetch(`${server.url}/api/v1/documents/${id}`)).status, 200);
      }
    } finally {
      await rm(other, { recursive: true, force: true });
    }
  });

  it('takes in graphs and pages beside notes, names what it leaves out by line, and says so by its exit status', async () => {
    const mixed = await mkdtemp(join(tmpdir(), 'vortexflow-mixed-'));
    try {
      await writeFile(join(mixed, 'rivers.csv'), 'source,target,relation\nSpree,Havel,flows into\nHavel\n');
      await writeFile(join(mixed, 'page.html'), '<title>Quagga page</title><p>The quagga is extinct.</p>');
      await writeFile(join(mixed, 'broken.gexf'), '<gexf>\n<graph>');
      const { code, stdout, stderr } = await run(['ingest', mixed]);
      assert.equal(code, 4, stderr);
      assert.match(stdout, /2 documents stored/);
      assert.match(stdout, /Left out broken\.gexf: .*Line 2/);
      assert.match(stdout, /In rivers\.csv: line 3: an edge lacks one of its ends/);
      await rm(join(mixed, 'broken.gexf'));
      await rm(join(mixed, 'page.html'));
      const pruned = await run(['ingest', mixed, '--prune', '--json']);
      const { stored, unchanged, removed } = JSON.parse(pruned.stdout) as Record<string, number>;
      assert.deepEqual([pruned.code, stored, unchanged, removed], [0, 0, 1, 1]);
    } finally {
      await rm(mixed, { recursive: true, force: true });
    }
  });

  it('refuses two folders of one name, whose documents would replace each other', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'vortexflow-twins-'));
    try {
      const twins = [join(parent, 'one', 'twin'), join(parent, 'two', 'twin')];
      for (const [place, twin] of twins.entries()) {
        await mkdir(twin, { recursive: true });
        await writeFile(join(twin, 'index.md'), `This is number ${place}.`);
      }
      const { code, stderr } = await run(['ingest', ...twins, '--prune']);
      assert.equal(code, 2);
      assert.match(stderr, /twin and .*twin have the same name/);
      assert.equal((await fetch(`${server.url}/api/v1/documents/twin%2Findex.md`)).status, 404);
    } finally {
      await rm(parent, { recursive: true, force: true });
    }
  });

  it('shows what a table would become, and stores nothing', async () => {
    const tables = await mkdtemp(join(tmpdir(), 'vortexflow-tables-'));
    try {
      await writeFile(join(tables, 't.csv'), 'Von;Nach;Jahr\nBerlin;Spandau;1900\n');
      const { code, stdout } = await run(['ingest', tables, '--preview', '--columns', 'source=Von,target=Nach']);
      assert.equal(code, 0);
      assert.match(stdout, /cut by semicolons, with a header; each row becomes an edge/);
      assert.match(stdout, /1 +Von +source +text +Berlin/);
      assert.match(stdout, /3 +Jahr +attribute +number +1900/);
      const id = encodeURIComponent(`${basename(tables)}/t.csv`);
      assert.equal((await fetch(`${server.url}/api/v1/documents/${id}`)).status, 404);
      assert.equal((await run(['ingest', tables, '--columns', 'colour=Von'])).code, 2);
    } finally {
      await rm(tables, { recursive: true, force: true });
    }
  });

  it('watches a folder until it is told to stop', async () => {
    const watched = await mkdtemp(join(tmpdir(), 'vortexflow-watched-'));
    await writeFile(join(watched, 'first.md'), 'The first note.');
    const env = { ...process.env, VORTEXFLOW_DATA: server.dataFolder, LOG_FORMAT: 'json' };
    const child = spawn(process.execPath, [BIN, 'ingest', watched, '--watch'], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    try {
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
        while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
      };
      const status = async (name: string): Promise<number> => {
        const id = encodeURIComponent(`${basename(watched)}/${name}`);
        return (await fetch(`${server.url}/api/v1/documents/${id}`)).status;
      };
      await until(() => said.includes('Watching'));
      await writeFile(join(watched, 'second.md'), 'The second note.');
      await until(async () => (await status('second.md')) === 200);
      await rm(join(watched, 'first.md'));
      await until(async () => (await status('first.md')) === 404);
      await until(() => said.includes('- first.md'));
      assert.match(said, /\+ second\.md/);
      child.kill('SIGINT');
      const code = await new Promise((resolve) => child.once('exit', resolve));
      assert.equal(code, 0);
    } finally {
      child.kill('SIGKILL');
      await rm(watched, { recursive: true, force: true });
    }
  });

  it('fails for a folder in which there is nothing to take in', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'vortexflow-empty-'));
    const { code, stdout } = await run(['ingest', empty]);
    await rm(empty, { recursive: true });
    assert.equal(code, 1);
    assert.match(stdout, /no file of a known format/);
  });

  it('gives the key to nobody who only sits at the noted address', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vortexflow-spy-'));
    const heard: string[] = [];
    const spy = createServer((request, response) => {
      heard.push(JSON.stringify(request.headers));
      response.end('{"alive":true,"proof":"0000"}');
    }).listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => spy.once('listening', resolve));
      const { port } = spy.address() as { port: number };
      await writeFile(join(folder, 'server.json'), JSON.stringify({ url: `http://127.0.0.1:${port}` }));
      const key = (await run(['key'], { VORTEXFLOW_DATA: folder })).stdout.trim();
      const { code } = await run(['ask', 'What is the opposite of hot?'], { VORTEXFLOW_DATA: folder });
      assert.equal(code, 0);
      assert.ok(heard.length > 0);
      assert.ok(heard.every((headers) => !headers.includes(key) && !headers.includes('authorization')));
    } finally {
      spy.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('takes an address note that cannot be read for none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vortexflow-torn-'));
    await writeFile(join(folder, 'server.json'), '{"url":');
    assert.equal((await run(['ask', 'What is the opposite of hot?'], { VORTEXFLOW_DATA: folder })).code, 0);
    assert.equal((await stat(join(folder, 'vortexflow.db'))).mode & 0o077, 0);
    await rm(folder, { recursive: true, force: true });
  });

  it('works without a server: loads the knowledge itself, keeps what it ingested', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vortexflow-alone-'));
    try {
      const env = { VORTEXFLOW_DATA: folder };
      const ingested = await run(['ingest', notes], env);
      assert.equal(ingested.code, 0, ingested.stderr);
      assert.match(ingested.stdout, /3 documents stored/);
      const shown = await run(['audit', 'show'], env);
      assert.match(
        shown.stdout,
        /begun   document\.put command_line owner documents=\d+\n.*done    document\.put command_line/,
      );
      const asked = await run(['ask', '--min-confidence', '0', 'Where was the Marrowfat pea sown?'], env);
      assert.match(asked.stdout, /blue fence/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('shows and changes the settings of the running server, and goes back', async () => {
    const value = async (name: string): Promise<unknown> =>
      (JSON.parse((await run(['config', 'show', name, '--json'])).stdout) as Record<string, { value: unknown }>)[name]
        ?.value;
    const shown = await run(['config', 'show']);
    assert.equal(shown.code, 0, shown.stderr);
    assert.match(shown.stdout, /^timeout_ms +5000 +default$/m);
    assert.match(shown.stdout, /^port +0 +environment$/m);
    assert.match(shown.stdout, /^Version 1 of 20/m);
    assert.match((await run(['config', 'set', 'timeout_ms=4000', 'fusion_algorithm=Majority'])).stdout, /Version 2/);
    assert.deepEqual([await value('timeout_ms'), await value('fusion_algorithm')], [4000, 'majority']);
    assert.match(
      (await run(['config', 'diff', '1', '2'])).stdout,
      /^timeout_ms: 5000 \(default\) -> 4000 \(runtime\)$/m,
    );
    assert.match((await run(['config', 'rollback', '1'])).stdout, /Version 3 .* version 1/);
    assert.equal(await value('timeout_ms'), 5000);
    assert.match((await run(['config', 'history'])).stdout, /3 .*rollback to 1 +owner/);
    assert.match((await run(['config', 'unset', 'timeout_ms', 'fusion_algorithm'])).stdout, /Version 4|Nothing/);
    const refused = await run(['config', 'set', 'port=7100']);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /port cannot change while the server runs/);
    for (const [args, message] of [
      [['set', 'timeout_ms=0'], /timeout_ms takes a whole number/],
      [['set', 'timeout=1'], /no setting "timeout"/],
      [['set'], /Which setting/],
      [['diff', '1'], /two versions/],
      [['rollback', 'x'], /"x" is no version/],
      [['dance'], /"config" takes show, set/],
    ] as [string[], RegExp][]) {
      const { code, stderr } = await run(['config', ...args]);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, message);
    }
  });

  it('judges a file and shows settings without a server', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vortexflow-settings-'));
    try {
      const env = { VORTEXFLOW_DATA: folder, LOG_FORMAT: '' };
      const file = join(folder, 'other.yaml');
      await writeFile(file, 'timeout_ms: 4000\n');
      const good = await run(['config', 'validate', file], env);
      assert.deepEqual([good.code, good.stderr], [0, '']);
      assert.match(good.stdout, /is valid\.\ntimeout_ms: 5000 \(default\) -> 4000 \(file\)/);
      // Also where the server's own file is wrong.
      await writeFile(join(folder, 'vortexflow.yaml'), 'timeout_ms: soon\n');
      assert.equal((await run(['config', 'validate', file], env)).code, 0);
      const bad = await run(['config', 'validate'], env);
      assert.equal(bad.code, 2);
      assert.match(bad.stderr, /line 1: timeout_ms "soon" is not valid/);
      await writeFile(join(folder, 'vortexflow.yaml'), 'timeout_ms: 3000\n');
      assert.match((await run(['config', 'show', 'timeout_ms'], env)).stdout, /^timeout_ms +3000 +file$/m);
      assert.equal((await run(['config', 'set', 'timeout_ms=1'], env)).code, 2);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('prints the owner key', async () => {
    assert.equal((await run(['key'])).stdout.trim(), server.key);
  });

  it('makes keys for programs, lists and revokes them', async () => {
    const made = await run(['keys', 'create', 'my', 'robot', '--scopes', 'look,contribute', '--days', '7']);
    const key = made.stdout.trim();
    assert.match(key, /^vfk_[a-z0-9]{13}_[a-z0-9]{57}$/, made.stderr);
    const graph = (): Promise<Response> =>
      fetch(`${server.url}/api/v1/graph`, { headers: { authorization: `Bearer ${key}` } });
    assert.equal((await graph()).status, 200);
    const { stdout } = await run(['keys', 'list']);
    assert.match(stdout, /^[a-z0-9]{13}  my robot  look,contribute  until \d{4}-\d\d-\d\d  used \d{4}-\d\d-\d\d$/m);
    assert.ok(!stdout.includes(key.slice(18)));
    assert.equal((await run(['keys', 'revoke', key.split('_')[1] as string])).code, 0);
    assert.equal((await graph()).status, 401);
    assert.match((await run(['keys', 'revoke', 'nobody'])).stderr, /There is no key "nobody"/);
  });

  it('prints a link by which the owner signs in', async () => {
    const { url } = JSON.parse((await run(['link', '--json'])).stdout) as { url: string };
    assert.ok(url.startsWith(`${server.url}/#link=vfl_`));
  });

  it('says what is wrong with a command line or a setting, with status 2', async () => {
    for (const [args, env, message] of [
      [['dance'], {}, /There is no command "dance"/],
      [['ask'], {}, /What is the question/],
      [['ask', 'x', '--mode', 'Sloppy'], {}, /--mode takes one of/],
      [['ask', 'x', '--min-confidence', '7'], {}, /--min-confidence takes/],
      [['--frobnicate'], {}, /frobnicate/],
      [['keys'], {}, /create NAME, list, or revoke ID/],
      [['keys', 'create'], {}, /create NAME, list, or revoke ID/],
      [['keys', 'create', 'x', '--scopes', 'manage'], {}, /--scopes takes/],
      [['keys', 'create', 'x', '--days', '0'], {}, /--days takes/],
      [['serve'], { PUBLIC_ORIGIN: 'graph.example' }, /PUBLIC_ORIGIN "graph.example" is not valid/],
      [['serve'], { TRUSTED_PROXIES: 'nginx' }, /TRUSTED_PROXIES "nginx" is not valid/],
      [['serve'], { PORT: 'many' }, /PORT "many" is not valid/],
      [['serve'], { HOST: '0.0.0.0' }, /VORTEXFLOW_OWNER_KEY/],
    ] as [string[], Record<string, string>, RegExp][]) {
      const { code, stderr } = await run(args, env);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\bat .*\.ts:/);
    }
  });

  it('fails clearly for a folder that is not there', async () => {
    const { code, stderr } = await run(['ingest', '/no/such/folder']);
    assert.equal(code, 1);
    assert.doesNotMatch(stderr, /\bat .*\.ts:/);
  });

  it('explains itself', async () => {
    const { code, stdout } = await run(['help']);
    assert.equal(code, 0);
    for (const word of ['serve', 'ask', 'ingest', 'key', 'VORTEXFLOW_DATA', 'FUSION_ALGORITHM'])
      assert.match(stdout, new RegExp(word));
  });
});
