import { useEffect, useRef } from 'react';
import { shown, valueOf } from '../../page/settings/setting.ts';
import type { SettingsForm, SettingsState } from '../../page/settings/settings-form.ts';
import { useCell } from '../hooks.ts';
import { DifferenceTable } from './difference-table.tsx';
import { Instant } from './instant.tsx';

/** Somebody else was faster: what he has changed, beside what is typed here. */
export function ConflictBox({
  form,
  conflict,
}: {
  form: SettingsForm;
  conflict: NonNullable<SettingsState['conflict']>;
}) {
  const { drafts, schema, authors } = useCell(form.state);
  const { next, differences } = conflict;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [conflict]);
  const own = (name: string): string | undefined => {
    const draft = drafts[name];
    const row = schema.find((one) => one.name === name);
    if (draft === undefined || !row) return undefined;
    return draft === null ? 'taken back' : shown(valueOf(row, draft));
  };
  return (
    <div className="conflict" role="group" aria-label="Changed meanwhile" tabIndex={-1} ref={box}>
      <p>
        <strong>Nothing was saved: the settings have changed meanwhile.</strong> Version {next.version} is in force,
        made <Instant time={next.time} /> by {authors[next.author] ?? next.author}.
      </p>
      {differences === null ? (
        <p>What has changed since is not kept any more.</p>
      ) : (
        <DifferenceTable differences={differences} titles={['was', 'is now']} third={{ title: 'yours', of: own }} />
      )}
      <div className="actions">
        <button type="button" className="chip gold" onClick={() => form.resolve(true)}>
          Load version {next.version}, keep my changes
        </button>
        <button type="button" className="chip" onClick={() => form.resolve(false)}>
          Load it, drop my changes
        </button>
      </div>
    </div>
  );
}
