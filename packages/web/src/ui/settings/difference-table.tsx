import { type Difference, shown, sourceText } from '../../page/settings/setting.ts';

interface DifferenceTableProps {
  readonly differences: readonly Difference[];
  readonly titles: readonly [before: string, after: string];
  /** A third column. */
  readonly third?: { readonly title: string; readonly of: (setting: string) => string | undefined };
}

/** What differs between two versions, a line for each setting. */
export function DifferenceTable({ differences, titles, third }: DifferenceTableProps) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">setting</th>
          <th scope="col">{titles[0]}</th>
          <th scope="col">{titles[1]}</th>
          {third && <th scope="col">{third.title}</th>}
        </tr>
      </thead>
      <tbody>
        {differences.map(({ setting, from, to }) => (
          <tr key={setting}>
            <th scope="row">
              <code>{setting}</code>
            </th>
            <td data-title={titles[0]}>{sideText(from)}</td>
            <td data-title={titles[1]}>{sideText(to)}</td>
            {third && <td data-title={third.title}>{third.of(setting) ?? ''}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const sideText = (side: Difference['from']): string =>
  side === null ? '' : `${shown(side.value)} (${sourceText(side.source)})`;
