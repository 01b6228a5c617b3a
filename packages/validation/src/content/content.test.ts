/** The content scanner: readings, automaton, model file and flags. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Automaton, NONE, START } from './automaton.ts';
import { decode } from './decode.ts';
import { fold } from './fold.ts';
import { type ContentModel, readModel, symbolNumbers, writeModel } from './model.ts';
import { BLOCK, ContentScanner, MAX_SCANNED, readingsOf } from './scanner.ts';
import { SYMBOL_COUNT, SYMBOLS, symbolsOf } from './symbols.ts';
import { contentScanner } from './trained.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({
    unit: fc.constantFrom('%', '&', '\\', '#', 'x', 'u', '4', '1', ';', 'lt', 'é', '\u0301', '＜'),
    maxLength: 300,
  }),
);

describe('disguises', () => {
  const disguised: [string, string][] = [
    ['%3Cscript%3E', '<script>'],
    ['%253Cscript%253E', '<script>'],
    ['&lt;script&gt;', '<script>'],
    ['&#60;script&#x3E', '<script>'],
    ['\\x3cscript\\u003e', '<script>'],
    ['%u003cscript>', '<script>'],
    ['%c0%ae%c0%ae/', '../'],
    ['%e0%80%af', '/'],
    ['＜ＳＣＲＩＰＴ＞', '<script>'],
    ['ѕсrірt', 'script'],
    ['s\u200bc\u00adr\u2060ipt', 'script'],
    ['s\u0336c\u0336ript', 'script'],
    ['ʼ OR ‘1’=’1', "' or '1'='1"],
    ['ﬁle', 'file'],
    ['Ünïön', 'union'],
  ];
  for (const [given, bare] of disguised) it(`are taken off ${given}`, () => assert.equal(fold(decode(given)), bare));

  it('are left where there is none', () => {
    for (const text of ['100 % of it', 'AT&T; R&D', 'C:\\users', '&#', '&#x;', '%', '%%', '&nothing;', '\\', '5 &lt']) {
      const bare = text === '5 &lt' ? '5 <' : text;
      assert.equal(decode(text), bare);
    }
  });

  it('never make a text longer than its characters allow', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        assert.ok(decode(text).length <= text.length);
        assert.ok(fold(text).length <= 4 * text.length);
        assert.equal(fold(fold(text)), fold(text));
      }),
    );
  });
});

describe('symbols', () => {
  it('are all different, and each text is some of them between begin and end', () => {
    assert.equal(new Set(SYMBOLS).size, SYMBOL_COUNT);
    fc.assert(
      fc.property(anyText, (text) => {
        const symbols = symbolsOf(text);
        assert.ok(symbols.every((symbol) => symbol < SYMBOL_COUNT) && symbols.length <= text.length + 2);
        assert.equal(SYMBOLS[symbols[0] as number], '⊢');
        assert.equal(SYMBOLS[symbols.at(-1) as number], '⊣');
      }),
    );
    assert.equal([...symbolsOf('A  b\t9\né\u202e☃')].map((symbol) => SYMBOLS[symbol]).join(''), '⊢a b 0¶ö¤ß⊣');
  });
});

describe('the automaton', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '<'), minLength: 1, maxLength: 5 });
  it('finds every token wherever it ends, as a search for each would', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(word, { minLength: 1, maxLength: 12 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '<') }),
        (tokens, text) => {
          const automaton = new Automaton(tokens.map(symbolNumbers));
          const found: string[] = [];
          let state = START;
          [...symbolNumbers(text)].forEach((symbol, i) => {
            state = automaton.next[state * SYMBOL_COUNT + symbol] as number;
            for (let at = state; at !== NONE; at = automaton.shorter[at] as number) {
              const token = automaton.token[at] as number;
              if (token !== NONE) found.push(`${i} ${tokens[token]}`);
            }
          });
          const sought = tokens.flatMap((token) =>
            Array.from(text).flatMap((_, i) => (text.slice(0, i + 1).endsWith(token) ? [`${i} ${token}`] : [])),
          );
          assert.deepEqual(found.sort(), sought.sort());
        },
      ),
    );
  });
});

describe('the model file', () => {
  it('is read as it was written, and not when it is damaged', () => {
    const model: ContentModel = { bias: -3, threshold: 12, tokens: [{ token: "' or", weight: 250, attack: 'sqli' }] };
    const text = writeModel(model);
    assert.deepEqual(readModel(text), model);
    for (const damaged of [
      '',
      text.replace('bias', 'base'),
      text.replace('250', 'x'),
      text.replace('sqli', 'sql'),
      text.replace('or', 'OR'),
    ])
      assert.throws(() => readModel(damaged));
  });
});

describe('the scanner', () => {
  const model: ContentModel = {
    bias: 0,
    threshold: 50,
    tokens: [
      { token: '<x', weight: 1000, attack: 'xss' },
      { token: "'0", weight: 600, attack: 'sqli' },
      { token: 'a', weight: -100, attack: 'flood' },
    ],
  };

  /** The same by definition: the tokens of each window, once. */
  function scoreByDefinition(text: string): number {
    const scores = readingsOf(text).flatMap((symbols) => {
      const blocks = Math.ceil(symbols.length / BLOCK);
      return Array.from({ length: Math.max(1, blocks - 1) }, (_, i) => {
        const [from, to] = [i * BLOCK, Math.min(symbols.length, (i + 2) * BLOCK)];
        const ends = (token: string): boolean => {
          const all = [...symbols].map((symbol) => SYMBOLS[symbol]).join('');
          for (let end = from; end < to; end++) if (all.slice(0, end + 1).endsWith(token)) return true;
          return false;
        };
        const sum = model.tokens.reduce((total, { token, weight }) => total + (ends(token) ? weight : 0), 0);
        return model.bias + sum / Math.sqrt(to - from);
      });
    });
    return Math.round(Math.max(...scores));
  }

  it('gives the worst window by the tokens in it, each counted once, and forgets the text before', () => {
    const scanner = new ContentScanner(model);
    const unit = fc.constantFrom('a', '<x', "'1", 'b', ' ', '%3c', 'é');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 400 }), (text) => {
        const { score, isFlagged, attack } = scanner.scan(text);
        assert.equal(score, scoreByDefinition(text));
        assert.equal(attack === null, !isFlagged);
      }),
      { numRuns: 200 },
    );
  });

  it('says the same of a text each time, however many others it has seen since', () => {
    const scanner = new ContentScanner(model);
    const texts = Array.from({ length: 3_000 }, (_, i) => `${i % 3 === 0 ? "<x '0" : 'plain b'} ${i}`);
    const first = texts.map((text) => scanner.scan(text));
    for (const order of [texts.keys(), [...texts.keys()].reverse()])
      for (const i of order) assert.deepEqual(scanner.scan(texts[i] as string), first[i]);
    for (const i of [0, 1, 2_999]) assert.deepEqual(new ContentScanner(model).scan(texts[i] as string), first[i]);
    assert.notDeepEqual(first[0], first[1]);
  });

  it('names the class that speaks loudest', () => {
    const scanner = new ContentScanner(model);
    assert.equal(scanner.scan('<x').attack, 'xss');
    assert.equal(scanner.scan("'1").attack, 'sqli');
    assert.equal(scanner.scan('aaaa').attack, null);
  });

  it('finds an attack anywhere in a long text, as far as texts are scanned', () => {
    const scanner = new ContentScanner(model);
    for (const at of [0, 100, 127, 128, 255, 256, 5000])
      assert.ok(scanner.scan(`${'b'.repeat(at)}<x${'b'.repeat(3000)}`).isFlagged, String(at));
    assert.ok(!scanner.scan(`${'b'.repeat(MAX_SCANNED)}<x`).isFlagged);
  });
});

describe('the trained scanner', () => {
  const scanner = contentScanner();

  it('flags constructs of each large class, plain and disguised', () => {
    const attacks = [
      '<script>alert(document.cookie)</script>',
      '<img src=x onerror=alert(1)>',
      "' OR 1=1 --",
      '1 UNION SELECT NULL, version(), NULL --',
      "'; DROP TABLE users; --",
      '../../../../etc/passwd',
      '; cat /etc/passwd',
      '| ping -c 10 127.0.0.1',
      '{{config.__class__.__init__.__globals__}}',
      '${T(java.lang.Runtime).getRuntime().exec("id")}',
      '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    ];
    for (const attack of attacks) {
      assert.ok(scanner.scan(attack).isFlagged, attack);
      assert.ok(scanner.scan(encodeURIComponent(attack)).isFlagged, `${attack} with escapes`);
      const wide = attack.replace(/[!-~]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0));
      assert.ok(scanner.scan(wide).isFlagged, wide);
    }
  });

  it('lets plain language be', () => {
    const harmless = [
      'What is consciousness?',
      "What's the difference between a union and a select committee?",
      'a piece of furniture; "he put it on the table -- carefully"',
      'Who wrote "The Sorrows of Young Werther"?',
      "Dutchman's breeches and O'Brien's rock 'n' roll",
      'Was ist der Unterschied zwischen „Sein“ und Nichts?',
      '什么是意识？',
    ];
    for (const text of harmless) assert.ok(!scanner.scan(text).isFlagged, text);
  });

  it('takes any text', () => {
    fc.assert(fc.property(anyText, (text) => void scanner.scan(text)));
  });
});
