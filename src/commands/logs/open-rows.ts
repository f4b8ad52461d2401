export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** What the rows need to know about text on a terminal. */
export interface TextMeasure {
  /** Columns. */
  width(text: string): number;
  /** The first columns of a text; colours stay. */
  cut(text: string, columns: number): string;
}

/**
 * The last rows of a terminal that scrolls, which are drawn anew when they change. Each is cut to the width of the terminal.
 * The cursor stays at the end of the last one.
 */
export class OpenRows {
  readonly #size: () => ScreenSize;
  readonly #measure: TextMeasure;
  #widths: readonly number[] = [];

  constructor(size: () => ScreenSize, measure: TextMeasure) {
    this.#size = size;
    this.#measure = measure;
  }

  get isShown(): boolean {
    return this.#widths.length > 0;
  }

  /** The output that removes the rows. */
  erase(): string {
    if (!this.isShown) return '';
    // A terminal that has become narrower has wrapped them.
    const columns = Math.max(1, this.#size().columns);
    const height = this.#widths.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    this.#widths = [];
    return `\r${height > 1 ? `\x1b[${height - 1}A` : ''}\x1b[J`;
  }

  /** The output that draws rows where none are. */
  draw(rows: readonly string[]): string {
    const { columns, rows: height } = this.#size();
    const room = Math.max(1, height - 1);
    const shown = rows.length <= room ? rows : [...rows.slice(0, room - 1), `… ${rows.length - room + 1} more`];
    // A character in the last column would leave the cursor in a place that differs between terminals.
    const cut = shown.map((row) => this.#measure.cut(row, Math.max(1, columns - 1)));
    this.#widths = cut.map((row) => this.#measure.width(row));
    return cut.join('\n');
  }

  /** The output that leaves the rows on the screen as lines. */
  end(): string {
    if (!this.isShown) return '';
    this.#widths = [];
    return '\n';
  }
}
