import { qrPicture } from '../../page/account/qr.ts';

/** A text for the camera of a phone. Dark on light in any case: many readers take nothing else. */
export function QrCode({ text, name }: { text: string; name: string }) {
  const { size, path } = qrPicture(text);
  return (
    <svg className="qr" role="img" aria-label={name} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
