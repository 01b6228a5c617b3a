/**
 * XML as a stream of elements, for GraphML and GEXF. The parser (saxes) keeps no tree and calls nothing recursively, so
 * depth costs nothing; it expands no entity but the five of XML itself, and fetches none, so a document type with
 * entities within entities ("billion laughs") is an error like any other unknown name.
 */
import { SaxesParser } from 'saxes';
import { fileError, type Steps } from './file-graph.ts';

/** Attributes of an element by their names as written. */
export type XmlAttributes = Readonly<Record<string, string>>;

/** What a format wants to hear of. Names of elements come without their prefix. */
export interface XmlHandler {
  open(name: string, attributes: XmlAttributes, line: number): void;
  /** @param text what stood directly in the element, all pieces together */
  close(name: string, text: string): void;
}

/** Characters that are parsed between two steps. */
const CHUNK = 1 << 16;

/**
 * Parses a whole document.
 * @throws CodedError `file_malformed` with the line where it stops being XML
 */
export function* readXml(text: string, handler: XmlHandler): Steps<void> {
  const parser = new SaxesParser({ xmlns: false, position: true });
  // Text of the elements that are open, innermost last.
  const texts: string[] = [];
  parser.on('error', (error) => {
    throw fileError('file_malformed', { line: parser.line, reason: reasonOf(error) });
  });
  parser.on('opentag', ({ name, attributes }) => {
    texts.push('');
    handler.open(localName(name), attributes, parser.line);
  });
  const addText = (piece: string): void => {
    if (texts.length > 0) texts[texts.length - 1] += piece;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', ({ name }) => handler.close(localName(name), texts.pop() ?? ''));
  for (let at = 0; at < text.length; at += CHUNK) {
    parser.write(text.slice(at, at + CHUNK));
    yield;
  }
  parser.close();
}

/** The parser puts the place in front: `3:17: unclosed tag: node`. */
function reasonOf({ message }: Error): string {
  return message
    .replace(/^\d+:\d+: /, '')
    .replace(/\.$/, '')
    .slice(0, 200);
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Escapes text for an element or a quoted attribute. What XML 1.0 cannot hold at all becomes U+FFFD. */
export function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex -- exactly those that XML 1.0, section 2.2, leaves out
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"\t\n\r]/g, (character) => ESCAPES[character] as string)
  );
}

/** Blanks too: in an attribute, a parser makes plain blanks of them. */
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};
