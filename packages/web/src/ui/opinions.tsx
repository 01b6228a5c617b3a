import type { OpinionSummary } from '@vortexflow/protocol';
import { reasonerName, STANCE_WORDS, stances } from '../page/verdict.ts';

interface OpinionsProps {
  readonly opinions: readonly OpinionSummary[];
  /** The fused answer, null while it is not known. */
  readonly result: string | null;
}

/** The reasoners side by side; who agrees is told by sign, word and colour. */
export function Opinions({ opinions, result }: OpinionsProps) {
  const all = stances(opinions, result);
  return (
    <>
      <h2>Reasoners</h2>
      <ul className="opinions">
        {opinions.map((opinion, i) => {
          const stance = all[i]!;
          const [sign, word] = STANCE_WORDS[stance];
          return (
            <li key={`${opinion.source}-${i}`} className={stance}>
              <div className="opinion-head">
                <span className="source">{reasonerName(opinion.source)}</span>
                <span className="stance">
                  <b aria-hidden="true">{sign}</b> {word}
                </span>
              </div>
              <p>{opinion.answer ?? outcomeText(opinion)}</p>
              {opinion.outcome === 'answered' && (
                <meter
                  min={0}
                  max={1}
                  value={opinion.confidence}
                  aria-label={`raw confidence ${opinion.confidence.toFixed(2)}`}
                />
              )}
              {opinion.outcome === 'answered' && <span className="number">{opinion.confidence.toFixed(2)} raw</span>}
            </li>
          );
        })}
      </ul>
    </>
  );
}

function outcomeText({ outcome }: OpinionSummary): string {
  switch (outcome) {
    case 'timeout':
      return 'not heard: it was late';
    case 'failed':
      return 'not heard: it failed';
    default:
      return 'no answer';
  }
}
