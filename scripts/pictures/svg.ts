import type { Terminal } from '@xterm/headless';

const cell = { width: 8.4, height: 18 };
const padding = 14;
const titleHeight = 30;
const background = '#16181d';
const foreground = '#d7dae0';
const palette = [
  '#3b4048', '#e06c75', '#8cc570', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#c8ccd4',
  '#5c6370', '#ff7b86', '#a5e08a', '#f0d197', '#7cc1ff', '#dc9bf0', '#6fd3df', '#ffffff',
]; // biome-ignore format: two rows of eight, as terminals have them

/** Renders a terminal's screen as a picture that embeds no font. */
export function screenToSvg(terminal: Terminal, title: string): string {
  const { cols, rows } = terminal;
  const width = Math.ceil(cols * cell.width + 2 * padding);
  const height = Math.ceil(rows * cell.height + padding + titleHeight);
  const shapes: string[] = [];
  const texts: string[] = [];
  for (let row = 0; row < rows; row += 1) drawRow(terminal, row, shapes, texts);
  const dots = ['#ff5f57', '#febc2e', '#28c840']
    .map((color, index) => `<circle cx="${20 + index * 18}" cy="15" r="5.5" fill="${color}"/>`)
    .join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(title)}">
<rect width="${width}" height="${height}" rx="9" fill="${background}"/>
${dots}<text x="${width / 2}" y="20" fill="#8b919c" text-anchor="middle" font-family="sans-serif" font-size="12">${escapeXml(title)}</text>
<g font-family="ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace" font-size="14" xml:space="preserve">
${shapes.join('\n')}
${texts.join('\n')}
</g>
</svg>
`;
}

interface Run {
  text: string;
  readonly column: number;
  columns: number;
  readonly color: string;
  readonly fill: string | undefined;
  readonly bold: boolean;
}

function drawRow(terminal: Terminal, row: number, shapes: string[], texts: string[]): void {
  const y = titleHeight + row * cell.height;
  for (const run of rowRuns(terminal, row)) {
    const x = padding + run.column * cell.width;
    const width = run.columns * cell.width;
    if (run.fill !== undefined) {
      shapes.push(
        `<rect x="${round(x)}" y="${y}" width="${round(width)}" height="${cell.height}" fill="${run.fill}"/>`,
      );
    }
    if (run.text.trim() === '') continue;
    const weight = run.bold ? ' font-weight="bold"' : '';
    texts.push(
      `<text x="${round(x)}" y="${y + 13.5}" textLength="${round(width)}" fill="${run.color}"${weight}>${escapeXml(run.text)}</text>`,
    );
  }
}

/** Splits a row into runs of one style. */
function rowRuns(terminal: Terminal, row: number): Run[] {
  const { active } = terminal.buffer;
  const line = active.getLine(active.viewportY + row);
  const runs: Run[] = [];
  for (let column = 0; column < terminal.cols; column += 1) {
    const at = line?.getCell(column);
    if (at === undefined || at.getWidth() === 0) continue;
    const own = colorOf(at.isFgRGB(), at.isFgPalette(), at.getFgColor()) ?? foreground;
    const under = colorOf(at.isBgRGB(), at.isBgPalette(), at.getBgColor());
    const [color, fill] = at.isInverse() ? [under ?? background, own] : [own, under];
    const bold = at.isBold() !== 0;
    const text = at.getChars() === '' ? ' ' : at.getChars();
    const last = runs.at(-1);
    const joins = last !== undefined && last.color === color && last.fill === fill && last.bold === bold;
    if (joins) {
      last.text += text;
      last.columns += at.getWidth();
    } else runs.push({ text, column, columns: at.getWidth(), color, fill, bold });
  }
  return runs;
}

function colorOf(isRgb: boolean, isPalette: boolean, value: number): string | undefined {
  if (isRgb) return `#${value.toString(16).padStart(6, '0')}`;
  if (!isPalette) return undefined;
  if (value < 16) return palette[value];
  if (value >= 232) return gray(8 + (value - 232) * 10);
  const index = value - 16;
  const level = (part: number) => (part === 0 ? 0 : 55 + part * 40);
  const parts = [Math.floor(index / 36), Math.floor(index / 6) % 6, index % 6].map(level);
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

function gray(level: number): string {
  return `#${level.toString(16).padStart(2, '0').repeat(3)}`;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
