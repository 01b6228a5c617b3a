import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prettyLine } from './logger.ts';

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
