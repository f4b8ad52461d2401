import { cursorIndex } from '../lists/cursor.ts';
import type { ListView } from '../store/view.ts';

/** The shown rows of a list: filtered and sorted, with their ids. */
export interface ListRows<Row> {
  readonly rows: readonly Row[];
  readonly ids: readonly string[];
  /** How many items are shown, and how many exist without the filter (`total`); headings do not count. */
  readonly shown: number;
  readonly total: number;
}

/** The row under the cursor. */
export function selectedRow<Row>({ rows, ids }: ListRows<Row>, { list }: ListView): Row | undefined {
  return rows[cursorIndex(list, ids)];
}
