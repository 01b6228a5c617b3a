/** A text as a QR code (ISO/IEC 18004), as one path of an SVG: nothing that a content security policy would forbid. */
import encodeQR from 'qr';

export interface QrPicture {
  /** Modules on each side, with the quiet zone of four around. */
  readonly size: number;
  /** The dark modules, one run of a row after another; for the attribute `d`. */
  readonly path: string;
}

export function qrPicture(text: string): QrPicture {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: 4 });
  const runs = rows.flatMap((row, y) => runsOf(row).map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`));
  return { size: rows.length, path: runs.join('') };
}

function runsOf(row: readonly boolean[]): [start: number, length: number][] {
  const runs: [number, number][] = [];
  row.forEach((isDark, x) => {
    const last = runs.at(-1);
    if (!isDark) return;
    if (last && last[0] + last[1] === x) last[1]++;
    else runs.push([x, 1]);
  });
  return runs;
}
