/** A small PNG writer: true colour, eight bits, no dependency. W3C: Portable Network Graphics, third edition. */
import { crc32, deflateSync } from 'node:zlib';

export type Colour = readonly [red: number, green: number, blue: number];

/** A picture in memory; drawing outside of it is cut off. */
export class Picture {
  readonly width: number;
  readonly height: number;
  readonly #pixels: Uint8Array;

  constructor(width: number, height: number, background: Colour) {
    this.width = width;
    this.height = height;
    this.#pixels = new Uint8Array(width * height * 3);
    this.fill(0, 0, width, height, background);
  }

  fill(x: number, y: number, width: number, height: number, colour: Colour): void {
    const [left, right] = [Math.max(0, Math.round(x)), Math.min(this.width, Math.round(x + width))];
    const [top, bottom] = [Math.max(0, Math.round(y)), Math.min(this.height, Math.round(y + height))];
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) this.#pixels.set(colour, (row * this.width + column) * 3);
    }
  }

  /** A line of squares, `thickness` pixels wide. */
  line(x0: number, y0: number, x1: number, y1: number, colour: Colour, thickness = 1): void {
    const steps = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0)));
    for (let i = 0; i <= steps; i++) {
      const t = i / steps;
      this.fill(x0 + t * (x1 - x0) - thickness / 2, y0 + t * (y1 - y0) - thickness / 2, thickness, thickness, colour);
    }
  }

  encode(): Buffer {
    const stride = this.width * 3;
    const rows = Buffer.alloc((stride + 1) * this.height);
    for (let row = 0; row < this.height; row++) {
      // Each row begins with its filter type; 0 is none.
      rows.set(this.#pixels.subarray(row * stride, (row + 1) * stride), row * (stride + 1) + 1);
    }
    const header = Buffer.alloc(13);
    header.writeUInt32BE(this.width, 0);
    header.writeUInt32BE(this.height, 4);
    header.set([8, 2, 0, 0, 0], 8);
    return Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      chunk('IHDR', header),
      chunk('IDAT', deflateSync(rows)),
      chunk('IEND', Buffer.alloc(0)),
    ]);
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** Digits, a point, a percent sign and the capital letters that captions here need, 3 by 5 dots, row by row from the top. */
const GLYPHS: Readonly<Record<string, string>> = {
  '0': '111101101101111',
  '1': '010110010010111',
  '2': '111001111100111',
  '3': '111001111001111',
  '4': '101101111001001',
  '5': '111100111001111',
  '6': '111100111101111',
  '7': '111001010010010',
  '8': '111101111101111',
  '9': '111101111001111',
  '.': '000000000000010',
  ' ': '000000000000000',
  A: '010101111101101',
  B: '110101110101110',
  C: '111100100100111',
  D: '110101101101110',
  E: '111100110100111',
  F: '111100110100100',
  G: '111100101101111',
  H: '101101111101101',
  I: '111010010010111',
  L: '100100100100111',
  N: '110101101101101',
  O: '111101101101111',
  R: '110101110101101',
  S: '111100111001111',
  T: '111010010010010',
};

/** Writes a text with its upper left corner at (x, y); characters without a glyph are left blank. */
export function write(picture: Picture, text: string, x: number, y: number, colour: Colour, dot = 2): void {
  text.split('').forEach((character, i) => {
    const glyph = GLYPHS[character] ?? GLYPHS[' ']!;
    for (let d = 0; d < glyph.length; d++) {
      if (glyph[d] === '0') continue;
      picture.fill(x + (i * 4 + (d % 3)) * dot, y + Math.floor(d / 3) * dot, dot, dot, colour);
    }
  });
}
