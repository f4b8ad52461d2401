/** The state of a list. Rows are identified by id, so that the cursor stays on its row when the order changes. */
export interface ListState {
  /** The selected row's id; null is the first row. */
  readonly cursor: string | null;
  /** The cursor's index: what is selected if its row disappears. */
  readonly cursorIndex: number;
  /** The index of the first row on the screen. */
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
