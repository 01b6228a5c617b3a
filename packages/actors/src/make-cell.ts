import type { Cell } from './cell.ts';
import type { AnyActorSpec } from './contract.ts';
import { InlineCell } from './inline.ts';
import { PlacedCell } from './placed.ts';
import type { AnyPlacedActorSpec } from './contract.ts';
import type { Runtime } from './runtime.ts';
import type { Owner } from './unit.ts';
import { isPlacedSpec } from './validate.ts';

/** The actor of a specification, where it says. */
export function makeCell(runtime: Runtime, owner: Owner, spec: AnyActorSpec | AnyPlacedActorSpec): Cell {
  const cell: Cell = isPlacedSpec(spec) ? new PlacedCell(runtime, owner, spec) : new InlineCell(runtime, owner, spec);
  runtime.faults?.attach(runtime, cell);
  return cell;
}
