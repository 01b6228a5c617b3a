/** Walks over a table in pages of bounded memory: a cursor held open would block writers until the caller has finished. */

/** Rows whose sizes are looked at together. */
export const ROWS_PER_PLAN = 1000;
/** Most bytes of text in memory at once, unless one row alone is larger. */
const PAGE_BYTES = 4 * 1024 * 1024;

/** Where a row is and how much text it holds. */
export interface RowSize<Place> {
  readonly place: Place;
  /** bytes */
  readonly size: number;
}

/** How to read one table. */
interface PagedTable<Place, Row> {
  /** The next rows after a place, in order, {@link ROWS_PER_PLAN} at most; null: the first ones. */
  sizes(after: Place | null): Promise<readonly RowSize<Place>[]>;
  /** Rows from the first to the last place, both included, in order. */
  rows(first: Place, last: Place): Promise<readonly Row[]>;
}

/** Every row, in order. A row written during the walk may or may not appear. */
export async function* inPages<Place, Row>(table: PagedTable<Place, Row>): AsyncGenerator<Row, void, undefined> {
  for (let after: Place | null = null; ;) {
    const plan = await table.sizes(after);
    for (const [first, last] of cutPages(plan)) yield* await table.rows(first, last);
    const end = plan.at(-1);
    if (end === undefined) return;
    after = end.place;
  }
}

/** First and last place of each page. */
function cutPages<Place>(plan: readonly RowSize<Place>[]): [Place, Place][] {
  const pages: [Place, Place][] = [];
  let bytes = 0;
  for (const { place, size } of plan) {
    const page = pages.at(-1);
    if (page === undefined || bytes + size > PAGE_BYTES) {
      pages.push([place, place]);
      bytes = size;
    } else {
      page[1] = place;
      bytes += size;
    }
  }
  return pages;
}
