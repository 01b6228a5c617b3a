import type { Evidence } from '@vortexflow/protocol';
import { reasonerName } from '../page/verdict.ts';

interface EvidenceListProps {
  readonly evidence: readonly Evidence[];
  readonly title: string;
  /** Called with the id of a node. */
  readonly visit: (id: string) => void;
}

/** What the answer rests on; each piece is a way to its node. */
export function EvidenceList({ evidence, title, visit }: EvidenceListProps) {
  return (
    <>
      <h2>{title}</h2>
      <ol className="evidence">
        {evidence.map((piece) => (
          <li key={piece.id}>
            <button type="button" onClick={() => visit(piece.id)}>
              <span className="evidence-head">
                <strong>{piece.title}</strong>
                <span className="faint">
                  {reasonerName(piece.source)} {piece.score.toFixed(2)}
                </span>
              </span>
              <span className="snippet">{piece.snippet}</span>
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}
