import { confidenceLabel } from '../page/verdict.ts';

const RADIUS = 26;
const AROUND = 2 * Math.PI * RADIUS;

/** Confidence as a ring with its number; says when the number is only a score. */
export function Ring({ value, calibrated }: { value: number; calibrated: boolean }) {
  const [name, remark] = confidenceLabel(calibrated);
  return (
    <figure className="ring" aria-label={`${name} ${value.toFixed(2)}, ${remark}`}>
      <svg viewBox="0 0 64 64" width="64" height="64" aria-hidden="true">
        <circle cx="32" cy="32" r={RADIUS} className="track" />
        {/* A round cap would make a dot of nothing. */}
        {value >= 0.01 && (
          <circle
            cx="32"
            cy="32"
            r={RADIUS}
            className={calibrated ? 'value' : 'value score'}
            strokeDasharray={`${value * AROUND} ${AROUND}`}
            transform="rotate(-90 32 32)"
          />
        )}
        <text x="32" y="37" textAnchor="middle">
          {value.toFixed(2)}
        </text>
      </svg>
      <figcaption>
        {name}
        <br />
        <span className="faint">{remark}</span>
      </figcaption>
    </figure>
  );
}
