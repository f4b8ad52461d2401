/** What a list remembers while it is looked at. Rows are named by id, so that the cursor stays on its row when the order changes. */
export interface ListState {
  /** The selected row's id; null is the first row. */
  readonly cursor: string | null;
  /** Where the cursor stood: what is selected if its row disappears. */
  readonly cursorIndex: number;
  /** The first row on the screen. */
  readonly top: number;
  readonly filter: string;
  readonly sort: Sort | null;
  readonly marked: ReadonlySet<string>;
}

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

export const emptyList: ListState = {
  cursor: null,
  cursorIndex: 0,
  top: 0,
  filter: '',
  sort: null,
  marked: new Set(),
};
