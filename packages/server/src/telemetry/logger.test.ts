import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe, it } from 'node:test';
import { loggerTo, prettyLine } from './logger.ts';

describe('pretty log lines', () => {
  it('are short, with the fields behind the message', () => {
    const line = prettyLine(
      '{"level":30,"time":0,"name":"vortexflow","request_id":"x","method":"GET","status":200,"msg":"request"}\n',
    );
    assert.equal(line, '  00:00:00 info  request method=GET status=200');
  });

  it('keep the stack of a failure', () => {
    assert.match(
      prettyLine('{"level":50,"time":0,"msg":"broken","err":{"message":"no","stack":"Error: no\\n    at x"}}'),
      /error broken\nError: no\n {4}at x$/,
    );
  });

  it('pass what is no JSON unchanged', () => {
    assert.equal(prettyLine('plain\n'), 'plain');
  });
});

/** A logger that writes into a list. */
function logged(secrets: readonly string[] = []) {
  const lines: string[] = [];
  const to = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return {
    logger: loggerTo(to, 'info', null, secrets),
    last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>,
    lines,
  };
}

describe('what may stand in a log line', () => {
  it('is what the list has, as what the list says; of the rest only the names', () => {
    const { logger, last } = logged();
    logger.info({ request_id: 'x', status: 200, ms: 1.5, body: { key: 'value' }, headers: 'h', route: 5 }, 'request');
    const { time, ...rest } = last();
    assert.equal(typeof time, 'number');
    assert.deepEqual(rest, {
      level: 30,
      name: 'vortexflow',
      request_id: 'x',
      status: 200,
      ms: 1.5,
      hidden: ['body', 'headers', 'route'],
      msg: 'request',
    });
  });

  it('of an error is name, code, message and stack, with those of its causes', () => {
    const { logger, last } = logged();
    const cause = Object.assign(new Error('inside'), { code: 'ECONNREFUSED', config: { password: 'hunter2 hunter2' } });
    logger.error({ err: new TypeError('outside', { cause }) }, 'broken');
    const { err } = last() as { err: Record<string, unknown> };
    assert.deepEqual(Object.keys(err), ['type', 'message', 'stack', 'cause']);
    assert.deepEqual(Object.keys(err['cause'] as object), ['type', 'code', 'message', 'stack']);
    assert.ok(!JSON.stringify(err).includes('hunter2'));
    logger.error(new Error('alone'));
    assert.equal(last()['msg'], 'alone');
    assert.equal((last()['err'] as { message: string }).message, 'alone');
  });

  it('is no secret: neither a known one nor what looks like one, wherever it stands', () => {
    const { logger, lines } = logged(['known-to-be-secret', 'short']);
    const texts = [
      'known-to-be-secret',
      'Authorization: Bearer abcdefgh12345678',
      `vf_${'a1'.repeat(20)}`,
      'postgres://user:pass%40word@host/db',
      'https://token@example.org/',
      'password="correct horse"',
      'api_key: abcd1234',
    ];
    for (const text of texts) {
      logger.warn({ reason: text, err: new Error(text) }, text);
      logger.error(new Error(text));
    }
    const all = lines.join('');
    for (const secret of ['known-to-be', 'abcdefgh12345678', 'a1a1a1', 'pass%40word', 'token@', 'correct', 'abcd1234'])
      assert.ok(!all.includes(secret), secret);
    assert.match(all, /postgres:\/\/\[secret\]@host\/db/);
  });

  it('is bounded, and what is harmless stays as it is', () => {
    const { logger, last } = logged();
    const reason = 'connect ECONNREFUSED 127.0.0.1:11434 (a key is missing)';
    logger.warn({ reason, err: new Error('x'.repeat(1e6)) }, 'm');
    assert.equal(last()['reason'], reason);
    assert.ok(JSON.stringify(last()).length < 20_000);
  });
});
