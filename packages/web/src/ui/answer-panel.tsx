import type { Page } from '../page/page.ts';
import type { Question } from '../page/question.ts';
import { explanation, headline } from '../page/verdict.ts';
import { EvidenceList } from './evidence-list.tsx';
import { useCell } from './hooks.ts';
import { Opinions } from './opinions.tsx';
import { PathChips } from './path-chips.tsx';
import { Ring } from './ring.tsx';

/** The answer as it comes about: sources, opinions, then the fused answer over both. */
export function AnswerPanel({ page }: { page: Page }) {
  const question = useCell(page.asker.question);
  if (question.phase === 'none') return <section aria-live="polite" aria-label="Answer" />;
  return (
    <section className="panel answer" aria-live="polite" aria-label="Answer" aria-busy={question.phase === 'asking'}>
      <div className="panel-head">
        <p className="asked">{question.input}</p>
        <button type="button" className="close" aria-label="Close the answer" onClick={() => page.clear()}>
          ×
        </button>
      </div>
      {question.phase === 'failed' ? <Failure question={question} /> : <Known page={page} question={question} />}
    </section>
  );
}

function Failure({ question }: { question: Extract<Question, { phase: 'failed' }> }) {
  return (
    <div className="failure" role="alert">
      <strong>{question.message}</strong>
      {question.hint && <p>{question.hint}</p>}
    </div>
  );
}

function Known({ page, question }: { page: Page; question: Extract<Question, { phase: 'asking' | 'answered' }> }) {
  const visit = (id: string) => void page.visitId(id);
  return (
    <>
      {question.phase === 'answered' ? (
        <Verdict question={question} page={page} />
      ) : (
        <p className="thinking">Asking the reasoners…</p>
      )}
      {question.opinions.length > 0 && (
        <Opinions opinions={question.opinions} result={question.phase === 'answered' ? question.answer.result : null} />
      )}
      {question.evidence.length > 0 && (
        <EvidenceList
          evidence={question.evidence}
          title={question.phase === 'answered' && !question.answer.answered ? 'Nearest evidence' : 'Evidence'}
          visit={visit}
        />
      )}
      {question.phase === 'answered' && <Trace question={question} />}
    </>
  );
}

type Answered = Extract<Question, { phase: 'answered' }>;

function Verdict({ page, question }: { page: Page; question: Answered }) {
  const { answer, path } = question;
  const text = explanation(answer);
  const result = headline(answer);
  return (
    <div className={`verdict ${answer.metadata.kind}`}>
      <Ring value={answer.confidence} calibrated={answer.calibrated} />
      <div>
        <p className={result.length > 60 ? 'result long' : 'result'}>{result}</p>
        {answer.metadata.kind !== 'answered' && <p className="kind">{answer.metadata.kind}</p>}
        {text && <p className="why">{text}</p>}
      </div>
      {path.length > 1 && (
        <PathChips path={path} steps={answer.path_steps ?? []} visit={(node) => void page.visit(node)} />
      )}
    </div>
  );
}

/** What the answer cost and how it was made; all from the response. */
function Trace({ question: { answer } }: { question: Answered }) {
  const { metadata, metrics } = answer;
  return (
    <p className="trace">
      {metadata.strategy} · {metadata.mode} · {metrics.duration_ms.toFixed(1)} ms
      {metadata.cache_hit && ' · from cache'} · position {answer.flux_position}
    </p>
  );
}
