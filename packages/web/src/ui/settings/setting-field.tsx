import { recordsOf, type Setting, shown, sourceText, textOf } from '../../page/settings/setting.ts';
import type { SettingsForm } from '../../page/settings/settings-form.ts';
import { useCell } from '../hooks.ts';

/** A setting that can be changed: its value, where that comes from, and what the server says to another one. */
export function SettingField({ setting, form }: { setting: Setting; form: SettingsForm }) {
  const { drafts, refusals } = useCell(form.state);
  const { name, title, unit, source, variable } = setting;
  const draft = drafts[name];
  const refusal = refusals[name];
  const id = `setting-${name}`;
  return (
    <li className={draft === undefined ? 'setting' : 'setting changed'} data-setting={name}>
      <label id={`${id}-title`} htmlFor={id}>
        {title}
      </label>
      <div className="value">
        <Control setting={setting} form={form} id={id} draft={draft} isRefused={refusal !== undefined} />
        {unit && <span className="faint">{unit}</span>}
        {(draft !== undefined || source === 'runtime') && (
          // One button for both, so that it keeps the focus.
          <button
            type="button"
            className="chip"
            aria-describedby={`${id}-title`}
            onClick={() => (draft === undefined ? form.takeBack(name) : form.undo(name))}
          >
            {draft === undefined ? 'Take back' : 'Undo'}
          </button>
        )}
      </div>
      {refusal !== undefined && (
        <p className="refusal" id={`${id}-refusal`}>
          {refusal}
        </p>
      )}
      <p className="marks" id={`${id}-marks`}>
        <code>{name}</code> <span className="mark">{sourceText(source, variable)}</span>{' '}
        <span className="mark now">holds at once</span>{' '}
        {draft !== undefined && <span>{draftText(setting, draft)}</span>}
      </p>
      <Help setting={setting} id={`${id}-help`} />
    </li>
  );
}

const draftText = ({ value }: Setting, draft: string | null): string =>
  draft === null ? `${shown(value)} is taken back; the layer below has the say again` : `now ${shown(value)}`;

function Help({ setting, id }: { setting: Setting; id: string }) {
  const { help, takes, source, waiting, default: standard, choices, kind } = setting;
  const isListed = choices !== undefined || kind === 'boolean';
  const rest = [
    takes !== '' && !isListed ? `Takes ${takes}.` : '',
    standard === undefined ? '' : `Default: ${shown(standard)}.`,
    source === 'environment' ? 'What is saved here stands above the environment.' : '',
    waiting === null ? '' : `Another value is written down already: ${waiting}.`,
  ];
  return (
    <p className="about" id={id}>
      {help} {rest.filter(Boolean).join(' ')}
    </p>
  );
}

interface ControlProps {
  readonly setting: Setting;
  readonly form: SettingsForm;
  readonly id: string;
  readonly draft: string | null | undefined;
  readonly isRefused: boolean;
}

function Control({ setting, form, id, draft, isRefused }: ControlProps) {
  const { name, kind, choices, value } = setting;
  const text = draft ?? textOf(value);
  const edit = (event: { readonly target: { readonly value: string } }): void => form.edit(name, event.target.value);
  const common = {
    id,
    'aria-invalid': isRefused,
    'aria-describedby': `${isRefused ? `${id}-refusal ` : ''}${id}-marks ${id}-help`,
    disabled: draft === null,
  };
  if (kind === 'boolean')
    return (
      <input
        {...common}
        type="checkbox"
        checked={text === 'true'}
        onChange={(event) => form.edit(name, String(event.target.checked))}
      />
    );
  if (choices)
    return (
      <select {...common} className="field" value={text} onChange={edit}>
        {choices.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    );
  const isNumber = kind === 'integer' || kind === 'number';
  return (
    <input
      {...common}
      className={isNumber ? 'field short' : 'field'}
      type="text"
      inputMode={kind === 'integer' ? 'numeric' : kind === 'number' ? 'decimal' : 'text'}
      autoComplete="off"
      spellCheck={false}
      value={text}
      onChange={edit}
    />
  );
}

/** A setting that cannot be changed here, and why. */
export function LockedSetting({ setting }: { setting: Setting }) {
  const { name, title, value, unit, source, variable, applies, locked } = setting;
  return (
    <li className="setting locked" data-setting={name}>
      <strong>{title}</strong>
      {setting.fields ? (
        <Records value={value} />
      ) : (
        <p className="value">
          {shown(value)} {unit && <span className="faint">{unit}</span>}
        </p>
      )}
      <p className="marks">
        <code>{name}</code> <span className="mark">{sourceText(source, variable)}</span>{' '}
        <span className="mark">{MOMENTS[applies]}</span>
      </p>
      <p className="reason">{locked}</p>
      <Help setting={setting} id={`setting-${name}-help`} />
      {setting.fields && <Fields fields={setting.fields} />}
    </li>
  );
}

/** A table of fields, or a list of them: what is set, line by line. */
function Records({ value }: { value: unknown }) {
  const records = recordsOf(value);
  if (records.length === 0) return <p className="value">{shown(value)}</p>;
  return (
    <div className="records">
      {records.map((record) => (
        <dl key={JSON.stringify(record)}>
          {record.map(([field, text]) => (
            <div key={field}>
              <dt>{field}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      ))}
    </div>
  );
}

/** What can be said of each of them in the file. */
function Fields({ fields }: { fields: NonNullable<Setting['fields']> }) {
  return (
    <details className="fields">
      <summary>{fields.length} fields</summary>
      <dl>
        {fields.map(({ name, variable, help, takes, required, default: standard }) => (
          <div key={name}>
            <dt>
              <code>{name}</code> {required && <span className="mark">must be given</span>}{' '}
              {variable !== '' && <code className="faint">{variable}</code>}
            </dt>
            <dd>
              {help} Takes {takes}.{standard === null ? '' : ` Default: ${shown(standard)}.`}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

const MOMENTS = {
  'at once': 'holds at once',
  roll: 'holds in new processes',
  restart: 'holds after a restart',
} as const;
