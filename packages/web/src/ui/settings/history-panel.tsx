import type { ConfigVersionHead } from '@vortexflow/protocol';
import { useEffect, useRef } from 'react';
import type { SettingsForm } from '../../page/settings/settings-form.ts';
import type { SettingsHistory } from '../../page/settings/settings-history.ts';
import { useCell } from '../hooks.ts';
import { DifferenceTable } from './difference-table.tsx';
import { Instant } from './instant.tsx';

interface HistoryProps {
  readonly form: SettingsForm;
  readonly history: SettingsHistory;
}

/** All versions that are kept: who made them, what each changed, and the way back to one. */
export function HistoryPanel({ form, history }: HistoryProps) {
  const { versions, hasOlder } = useCell(history.state);
  const { busy, problem, done } = useCell(form.state);
  const status = useRef<HTMLParagraphElement>(null);
  // What was confirmed is gone from the list by then.
  const rollBack = async (): Promise<void> => {
    await history.rollBack();
    status.current?.focus();
  };
  return (
    <div className="versions">
      <p role="status" tabIndex={-1} ref={status} className={problem ? 'refusal' : 'done'}>
        {problem || done || (busy && versions.length === 0 ? 'Reading the versions…' : '')}
      </p>
      <ol>
        {versions.map((head) => (
          <Version key={head.version} head={head} form={form} history={history} rollBack={rollBack} />
        ))}
      </ol>
      {hasOlder && (
        <button type="button" className="chip" disabled={busy} onClick={() => void history.older()}>
          Older ones
        </button>
      )}
    </div>
  );
}

interface ConfirmationProps extends HistoryProps {
  readonly rollBack: () => Promise<void>;
}

function Version({ head, form, history, rollBack }: ConfirmationProps & { readonly head: ConfigVersionHead }) {
  const { opened, target } = useCell(history.state);
  const { config, authors } = useCell(form.state);
  const { version, time, author } = head;
  const isOpen = opened?.version === version;
  return (
    <li data-version={version}>
      <button type="button" className="version" aria-expanded={isOpen} onClick={() => void history.toggle(version)}>
        <strong>Version {version}</strong> <Instant time={time} />{' '}
        <span className="faint">by {authors[author] ?? author}</span> <span className="mark">{originText(head)}</span>
        {config?.version === version && <span className="mark now">in force</span>}
      </button>
      {isOpen && (
        <div className="changes">
          {opened.differences === null ? (
            <p>The oldest version that is kept.</p>
          ) : (
            <DifferenceTable differences={opened.differences} titles={['before', 'after']} />
          )}
          {config && config.version !== version && target === null && (
            <button type="button" className="chip" onClick={() => void history.ask(version)}>
              Go back to version {version}…
            </button>
          )}
          {target?.version === version && <Confirmation form={form} history={history} rollBack={rollBack} />}
        </div>
      )}
    </li>
  );
}

/** What going back would change, before it is done. */
function Confirmation({ form, history, rollBack }: ConfirmationProps) {
  const { target } = useCell(history.state);
  const { schema } = useCell(form.state);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  const cancel = (): void => {
    box.current?.closest('li')?.querySelector('button')?.focus();
    history.cancel();
  };
  if (!target) return null;
  const differences = target.differences ?? [];
  const holds = (name: string): string =>
    schema.find((row) => row.name === name)?.applies === 'at once' ? 'at once' : 'not without a restart';
  return (
    <div className="conflict" role="group" aria-label={`Go back to version ${target.version}?`} tabIndex={-1} ref={box}>
      <p>
        <strong>Go back to version {target.version}?</strong> It makes a new version; nothing is lost.
      </p>
      {differences.length === 0 ? (
        <p>Nothing that holds now is different.</p>
      ) : (
        <DifferenceTable differences={differences} titles={['now', 'then']} third={{ title: 'holds', of: holds }} />
      )}
      <div className="actions">
        <button type="button" className="chip gold" onClick={() => void rollBack()}>
          Go back
        </button>
        <button type="button" className="chip" onClick={cancel}>
          Cancel
        </button>
      </div>
    </div>
  );
}

/** By what a version came about. */
function originText({ source, restored }: ConfigVersionHead): string {
  switch (source) {
    case 'start':
      return 'start of the server';
    case 'file':
      return 'vortexflow.yaml';
    case 'api':
      return 'changed at run time';
    case 'rollback':
      return restored === null ? 'way back' : `back to version ${restored}`;
    case 'roll':
      return 'new processes';
    default:
      return source satisfies never;
  }
}
